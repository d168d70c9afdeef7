"""Discovery against a DNS server and web servers on loopback: who is asked, who is believed, and what becomes of it."""

from __future__ import annotations

import asyncio
import base64
import errno
import hashlib
import json
import re
import socket
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from profiler import cli
from profiler.errors import Refused, UsageError
from profiler.live import autoconfig, pacc
from profiler.live.anchors import anchors
from profiler.live.discover import Attempt, Discovery, _services, discover, domain_of
from profiler.live.fetch import Fetcher, FetchError, _first
from profiler.live.resolver import NameNotFoundError, NoAnswerError, Resolver, Service
from profiler.live.setting import Setting
from profiler.providers.database import Database
from profiler.render import discover_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

    from tests.live.conftest import Pki, Zone

    Listen = Callable[..., AbstractAsyncContextManager[int]]
    NameServer = Callable[..., AbstractContextManager[str]]

SCHEMAS = Path(__file__).parents[2] / "schemas"
EMAIL = "anna@example.com"
NO_SERVER = "it names no server that can be used"
DOCTYPE = "it declares a document type, which could hide anything"
DOCUMENT = b"""<?xml version="1.0"?>
<clientConfig version="1.1"><emailProvider id="example.com"><domain>example.com</domain>
<incomingServer type="pop3"><hostname>pop.example.com</hostname><port>995</port><socketType>SSL</socketType>
<username>%EMAILADDRESS%</username><authentication>password-cleartext</authentication></incomingServer>
<incomingServer type="imap"><hostname>imap.%EMAILDOMAIN%</hostname><port>993</port><socketType>SSL</socketType>
<username>%EMAILLOCALPART%</username><authentication>OAuth2</authentication>
<authentication>password-cleartext</authentication></incomingServer>
<outgoingServer type="smtp"><hostname>smtp.example.com</hostname><port>587</port><socketType>STARTTLS</socketType>
<username>%EMAILADDRESS%</username><authentication>password-encrypted</authentication></outgoingServer>
</emailProvider></clientConfig>"""
PACC = json.dumps(
    {
        "protocols": {
            "imap": {"host": "imap.example.com"},
            "smtp": {"host": "smtp.example.com"},
            "caldav": {"url": "https://dav.example.com/cal/"},
        },
        "authentication": {"password": True},
        "info": {"provider": {"name": "Example"}},
    }
).encode()
VOUCHER = f"v=UAAC1; a=sha256; d={base64.b64encode(hashlib.sha256(PACC).digest()).decode()}"


def web(pages: dict[str, bytes]) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]:
    """A web server; a page that begins with «http» is a redirect to it."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = head.split()[1]
        host = next(line[6:] for line in head.splitlines() if line.startswith("Host: "))
        page = pages.get(host + path)
        if page is None:
            answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        elif page.startswith(b"http"):
            answer = b"HTTP/1.1 302 Found\r\nLocation: " + page + b"\r\nContent-Length: 0\r\n\r\n"
        else:
            answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(page) + page
        writer.write(answer)
        await writer.drain()

    return handler


NAMES = ("example.com", "autoconfig.example.com", "ua-auto-config.example.com")
ZONE: Zone = {(name, "A"): ["127.0.0.1"] for name in NAMES}


def find(
    zone: Zone,
    pages: dict[str, bytes],
    pki: Pki,
    listen: Listen,
    name_server: NameServer,
    *,
    http_pages: dict[str, bytes] | None = None,
    certificate: str = "web",
    names: tuple[str, ...] = NAMES,
) -> Discovery:
    async def scenario(resolver: Resolver) -> Discovery:
        context = pki.context(pki.leaf(certificate, names=names))
        async with listen(web(pages), context) as https, listen(web(http_pages or {})) as http:
            trusted = anchors(given=pki.ca)
            fetcher = Fetcher(resolver, lambda: trusted, timeout=2, https_port=https, http_port=http)
            return await discover(EMAIL, Database.load(), resolver, fetcher)

    with name_server(zone) as address:
        return asyncio.run(scenario(Resolver(address, timeout=1)))


WELL_KNOWN = "example.com/.well-known/autoconfig/mail/config-v1.1.xml"
AUTOCONFIG = "autoconfig.example.com/mail/config-v1.1.xml?emailaddress=anna@example.com"
IMAP = Setting(
    "imap", "imap.example.com", 993, "tls", "anna", "password", "autoconfig", "https://" + AUTOCONFIG
)
SMTP = Setting(
    "smtp", "smtp.example.com", 587, "starttls", EMAIL, "cram-md5", "autoconfig", "https://" + AUTOCONFIG
)


def test_autoconfig(pki: Pki, listen: Listen, name_server: NameServer) -> None:
    found = find(ZONE, {AUTOCONFIG: DOCUMENT}, pki, listen, name_server)
    assert found.best() == [IMAP, SMTP]
    assert [(attempt.source, len(attempt.settings), attempt.reason) for attempt in found.attempts] == [
        ("provider database", 0, "example.com is not in it"),
        ("autoconfig", 3, ""),
        ("autoconfig", 0, "HTTP 404"),
        ("PACC draft", 0, "HTTP 404"),
        ("SRV records", 0, "example.com announces no mail service"),
        ("autoconfig over plain http", 0, "HTTP 404"),
        ("MX record", 0, "example.com has no MX record"),
    ]
    spec = tomllib.loads(discover_text.as_spec(found))
    assert spec == {
        "identifier-prefix": "com.example",
        "profiles": [
            {
                "id": "mail",
                "name": "Mail example.com",
                "accounts": [
                    {
                        "kind": "imap",
                        "address": EMAIL,
                        "incoming": "imap.example.com:993/tls",
                        "outgoing": "smtp.example.com:587/starttls",
                        "username": "anna",
                        "outgoing-username": EMAIL,
                        "outgoing-authentication": "cram-md5",
                    }
                ],
            }
        ],
    }
    jsonschema.validate(spec, json.loads((SCHEMAS / "spec.schema.json").read_text()))
    output = json.loads(discover_text.as_json(found))
    jsonschema.validate(output, json.loads((SCHEMAS / "discover-output.schema.json").read_text()))
    assert [setting["chosen"] for setting in output["settings"]] == [False, True, True]


def test_spec_builds(pki: Pki, listen: Listen, name_server: NameServer, tmp_path: Path) -> None:
    found = find(ZONE, {AUTOCONFIG: DOCUMENT}, pki, listen, name_server)
    (tmp_path / "spec.toml").write_text(discover_text.as_spec(found))
    assert (
        cli.run(["build", "--spec", str(tmp_path / "spec.toml"), "-o", str(tmp_path / "out.mobileconfig")])
        == 0
    )
    assert b"<string>imap.example.com</string>" in (tmp_path / "out.mobileconfig").read_bytes()


def test_redirect_stays_on_https(pki: Pki, listen: Listen, name_server: NameServer) -> None:
    pages = {
        AUTOCONFIG: b"http://autoconfig.example.com/x.xml",
        WELL_KNOWN: b"https://example.com:1/elsewhere",
        "ua-auto-config.example.com/.well-known/user-agent-configuration.json": b"https://[::x/",
    }
    found = find(ZONE, pages, pki, listen, name_server)
    assert [attempt.reason for attempt in found.attempts[1:4]] == [
        "it is handed on to an address that is not https",
        "no connection",
        "it is handed on to what is no web address",
    ]


def test_wrong_certificate_is_not_believed(pki: Pki, listen: Listen, name_server: NameServer) -> None:
    found = find(
        ZONE,
        {AUTOCONFIG: DOCUMENT},
        pki,
        listen,
        name_server,
        certificate="elsewhere",
        names=("example.org",),
    )
    assert found.settings == []
    assert found.attempts[1].reason == (
        "The certificate is not for autoconfig.example.com; it names example.org"
    )


def test_pacc_needs_its_voucher(pki: Pki, listen: Listen, name_server: NameServer) -> None:
    page = {"ua-auto-config.example.com/.well-known/user-agent-configuration.json": PACC}
    found = find(
        {**ZONE, ("_ua-auto-config.example.com", "TXT"): [f'"{VOUCHER}"']}, page, pki, listen, name_server
    )
    assert [(s.protocol, s.host, s.port, s.source) for s in found.settings] == [
        ("imap", "imap.example.com", 993, "PACC draft"),
        ("smtp", "smtp.example.com", 465, "PACC draft"),
        ("caldav", "dav.example.com", 443, "PACC draft"),
    ]
    forged = {**ZONE, ("_ua-auto-config.example.com", "TXT"): ['"v=UAAC1; a=sha256; d=AAAA"']}
    assert find(forged, page, pki, listen, name_server).attempts[3] == Attempt(
        "PACC draft", (), "no TXT record vouches for the document"
    )


def test_srv_records(pki: Pki, listen: Listen, name_server: NameServer) -> None:
    zone = {
        **ZONE,
        ("_imaps._tcp.example.com", "SRV"): ["20 1 993 old.example.com.", "10 1 993 imap.example.com."],
        ("_pop3s._tcp.example.com", "SRV"): ["0 0 0 ."],
        ("_submissions._tcp.example.com", "SRV"): ["0 1 465 smtp.example.org."],
    }
    found = find(zone, {}, pki, listen, name_server)
    place = "_submissions._tcp.example.com"
    caution = "smtp.example.org is outside example.com, which DNS alone does not prove"
    assert found.best() == [
        Setting(
            "imap",
            "imap.example.com",
            993,
            "tls",
            EMAIL,
            "password",
            "SRV records",
            "_imaps._tcp.example.com",
        ),
        Setting("smtp", "smtp.example.org", 465, "tls", EMAIL, "password", "SRV records", place, caution),
    ]
    assert discover_text.as_spec(found).splitlines()[:3] == [
        "# imap imap.example.com:993 from SRV records, _imaps._tcp.example.com",
        f"# smtp smtp.example.org:465 from SRV records, {place}",
        f"# caution: {caution}",
    ]


def test_srv_records_that_are_no_servers(pki: Pki, listen: Listen, name_server: NameServer) -> None:
    zone = {
        **ZONE,
        ("_imaps._tcp.example.com", "SRV"): ["0 1 0 imap.example.com."],
        ("_submissions._tcp.example.com", "SRV"): ["0 1 465 a\\010b.example.com."],
    }
    assert find(zone, {}, pki, listen, name_server).attempts[4] == Attempt(
        "SRV records", (), "example.com announces no mail service"
    )


def test_a_name_without_an_answer_hides_no_other() -> None:
    class Some:
        """A resolver that knows one service and has no answer about the others."""

        async def srv(self, name: str) -> list[Service]:
            if name != "_imaps._tcp.example.com":
                raise NoAnswerError(name)
            return [Service(0, 0, "imap.example.com", 993)]

    async def scenario() -> list[Setting]:
        return await _services(Some(), "example.com", EMAIL)  # type: ignore[arg-type]

    assert [setting.host for setting in asyncio.run(scenario())] == ["imap.example.com"]


def test_mx_leads_to_a_provider(pki: Pki, listen: Listen, name_server: NameServer) -> None:
    found = find(
        {**ZONE, ("example.com", "MX"): ["10 in1-smtp.messagingengine.com."]}, {}, pki, listen, name_server
    )
    assert found.provider is not None
    assert found.provider.id == "fastmail"
    assert [(s.host, s.source, s.place) for s in found.best()] == [
        ("imap.fastmail.com", "MX record", "in1-smtp.messagingengine.com"),
        ("smtp.fastmail.com", "MX record", "in1-smtp.messagingengine.com"),
    ]
    assert tomllib.loads(discover_text.as_spec(found))["profiles"][0]["accounts"] == [
        {"kind": "imap", "address": EMAIL, "provider": "fastmail"}
    ]


def test_plain_http_is_said_and_not_used(pki: Pki, listen: Listen, name_server: NameServer) -> None:
    found = find(
        ZONE,
        {},
        pki,
        listen,
        name_server,
        http_pages={"autoconfig.example.com/mail/config-v1.1.xml": DOCUMENT},
    )
    assert len(found.settings) == 3
    assert {setting.caution for setting in found.settings} == {
        "came over plain http: anybody on the way could have changed it"
    }
    assert found.best() == []
    with pytest.raises(Refused, match="does not make a profile") as refused:
        discover_text.as_spec(found)
    assert refused.value.hint == "--allow-http accepts settings that came over plain http"
    assert "# caution: came over plain http" in discover_text.as_spec(found, plain_http=True)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><clientConfig>&a;</clientConfig>", DOCTYPE),
        (b"<a>" * 20, "it is nested too deeply or too large"),
        (b"<html></html>", "it begins with <html>, not <clientConfig>"),
        (b"<clientConfig>", "it is not XML: no element found in line 1"),
        (b"<clientConfig/>", "it names no server that can be used"),
        (DOCUMENT.replace(b"993", b"99993").replace(b"995", b"x").replace(b"587", b"0"), NO_SERVER),
        (re.sub(rb"<hostname>.*?<", b"<hostname>$(x)<", DOCUMENT), NO_SERVER),
        (re.sub(rb"<port>.*?<", b"<port>" + b"9" * 5000 + b"<", DOCUMENT), NO_SERVER),
        (re.sub(rb"<username>.*?<", b"<username>anna\nbert<", DOCUMENT), NO_SERVER),
        *(
            (DOCUMENT.replace(b'"1.0"?', b'"1.0" encoding="%s"?' % name), "it is in an encoding that is not known")
            for name in (b"shift_jis", b"hex", b"none")
        ),
    ],
)  # fmt: skip
def test_bad_autoconfig(data: bytes, reason: str) -> None:
    with pytest.raises(autoconfig.AutoconfigError) as error:
        autoconfig.parse(data, EMAIL, "https://example.com")
    assert str(error.value) == reason


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"{}",
        b'{"protocols": {"imap": {"host": "a b"}}}',
        b"\xff",
        b"[" * 5000,
        b'{"protocols": {"caldav": {"url": "https://dav.example.com:99999/"}}}',
    ],
)
def test_bad_pacc(data: bytes) -> None:
    voucher = f"v=UAAC1; a=sha256; d={base64.b64encode(hashlib.sha256(data).digest()).decode()}"
    with pytest.raises(pacc.PaccError):
        pacc.parse(data, [voucher], EMAIL, "https://example.com")


def test_a_page_that_never_ends(pki: Pki, listen: Listen, name_server: NameServer) -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(20):
            writer.write(b"x" * 65536)
            await writer.drain()
        await asyncio.sleep(60)

    async def scenario(resolver: Resolver) -> Discovery:
        async with listen(endless, pki.context(pki.leaf("web", names=NAMES))) as port:
            trusted = anchors(given=pki.ca)
            fetcher = Fetcher(resolver, lambda: trusted, timeout=2, https_port=port, http_port=port)
            return await discover(EMAIL, Database.load(), resolver, fetcher)

    with name_server(ZONE) as address:
        found = asyncio.run(scenario(Resolver(address, timeout=1)))
    assert found.attempts[1].reason == "the server sent more than 256 KiB"


def test_resolver(name_server: NameServer, monkeypatch: pytest.MonkeyPatch) -> None:
    zone: Zone = {
        ("mail.example.com", "A"): ["192.0.2.1"],
        ("mail.example.com", "AAAA"): ["2001:db8::1"],
        ("null.example.com", "MX"): ["0 ."],
        ("_imaps._tcp.example.com", "SRV"): ["5 1 993 b.example.com.", "1 9 993 a.example.com."],
        ("text.example.com", "TXT"): ['"one " "two"'],
    }

    async def scenario() -> None:
        resolver = Resolver(timeout=1)
        assert await resolver.addresses("mail.example.com") == ["192.0.2.1", "2001:db8::1"]
        assert await resolver.addresses("192.0.2.7") == ["192.0.2.7"]
        assert await resolver.mx("null.example.com") == []
        assert await resolver.txt("text.example.com") == ["one two"]
        assert (await resolver.srv("_imaps._tcp.example.com"))[0] == Service(1, -9, "a.example.com", 993)
        with pytest.raises(NameNotFoundError, match="does not exist"):
            await resolver.addresses("nowhere.example.com")
        with pytest.raises(NameNotFoundError, match="has no A record"):
            await resolver.addresses("text.example.com")

    with name_server(zone, truncated=True) as address:
        monkeypatch.setenv("PROFILER_RESOLVER", address)
        asyncio.run(scenario())


def test_mute_resolver(name_server: NameServer) -> None:
    with name_server({}, mute=True) as address, pytest.raises(NoAnswerError, match=r"within 0\.3 seconds"):
        asyncio.run(Resolver(address, timeout=0.3).addresses("mail.example.com"))


def test_resolver_is_an_address() -> None:
    with pytest.raises(UsageError, match="is not an address"):
        Resolver("dns.example.com")


@pytest.mark.parametrize(
    "text",
    [
        "anna",
        "@example.com",
        "anna@",
        "anna@localhost",
        "a b@example.com",
        "a@b..c/d.com",
        "a@[192.0.2.1]",
        "a@example.com:99",
        "a@example.com?b",
        "a@example.com#b",
        "a@ex%61mple.com",
    ],
)
def test_no_address(text: str) -> None:
    with pytest.raises(UsageError, match="is not a mail address"):
        domain_of(text)


def test_command_offline(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["discover", "anna@fastmail.com", "--offline"]) == 0
    assert capsys.readouterr().out == (
        "anna@fastmail.com, provider Fastmail\n"
        "  provider database\n"
        "    * IMAP     imap.fastmail.com:993, TLS from the first byte\n"
        "               sign-in with password, user name anna@fastmail.com; from fastmail\n"
        "      POP      pop.fastmail.com:995, TLS from the first byte\n"
        "               sign-in with password, user name anna@fastmail.com; from fastmail\n"
        "    * SMTP     smtp.fastmail.com:465, TLS from the first byte\n"
        "               sign-in with password, user name anna@fastmail.com; from fastmail\n"
        "A profile would use those marked with *.\n"
    )


def test_command_knows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["discover", EMAIL, "--offline", "--format", "spec"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines()[0] == (
        "error: no settings are known for anna@example.com (provider database: example.com is not in it)"
    )


def test_command_wrong_format() -> None:
    assert cli.run(["discover", EMAIL, "--format", "yaml"]) == 2


def test_a_computer_without_ipv6(listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.socket

    def only_ipv4(family: int, kind: int) -> socket.socket:
        if family == socket.AF_INET6:
            raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")
        return real(family, kind)

    async def scenario() -> None:
        async with listen(web({})) as port:
            monkeypatch.setattr("profiler.live.fetch.socket.socket", only_ipv4)
            (await _first(["::1", "127.0.0.1"], port)).close()
            with pytest.raises(FetchError, match="no connection"):
                await _first(["::1"], port)

    asyncio.run(scenario())
