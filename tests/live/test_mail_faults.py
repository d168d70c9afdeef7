"""Every fault of a mail server stops exactly one step, with words and advice; nothing else fails."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import hmac
import socket
import ssl
import struct
import time
from typing import TYPE_CHECKING, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from profiler.live.anchors import Anchors, anchors
from profiler.live.certificate import judge
from profiler.live.endpoint import Door, Endpoint, Side, doors
from profiler.live.imap import Imap
from profiler.live.knock import knock
from profiler.live.mail_probe import MailProbe
from profiler.live.probe import Settings
from profiler.live.resolver import Resolver
from profiler.model.account import Authentication, Security
from profiler.trust.store import Trust

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

    from tests.live.conftest import Authority, Handler, Pki, Script

    Listen = Callable[..., AbstractAsyncContextManager[int]]

TIMEOUT = 1.0
NOW = dt.datetime.now(dt.UTC)
GREETING = "* OK [CAPABILITY IMAP4rev1] ready"
CAPABLE = "* CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN\r\n{tag} OK done"
IMAP = {
    "CAPABILITY": CAPABLE,
    "AUTHENTICATE PLAIN": "+ ",
    "AGFubmFAZXhhbXBsZS5jb20AcHctMTIz": "{tag} OK in",
    "LOGOUT": "* BYE",
}
SMTP = {
    "EHLO": "250-mail.example.com\r\n250 AUTH PLAIN LOGIN",
    "AUTH PLAIN": "334 ",
    "AGFubmFAZXhhbXBsZS5jb20AcHctMTIz": "235 in",
    "MAIL FROM:<anna@example.com>": "250 ok",
    "RCPT TO:<anna@example.com>": "250 ok",
    "RSET": "250 ok",
    "QUIT": "221 bye",
}


class Line(NamedTuple):
    """A step without its server."""

    step: str
    status: str
    message: str
    todo: str = ""


def endpoint(port: int, security: Security = Security.EITHER, **changes: object) -> Endpoint:
    given: dict[str, object] = {
        "side": Side.INCOMING,
        "protocol": "imap",
        "host": "localhost",
        "doors": (Door(port, security),),
        "username": "anna@example.com",
        "address": "anna@example.com",
        "password": "pw-123",
        **changes,
    }
    return Endpoint(**given)  # type: ignore[arg-type]


async def steps(target: Endpoint, pki: Pki | None, *, login: bool = True) -> list[Line]:
    def trusted() -> Anchors:
        return anchors(given=pki.ca if pki else None)

    settings = Settings(Resolver(""), trusted, TIMEOUT, login)
    return [Line(s.step, s.status.value, s.message, s.todo) for s in await MailProbe(target, settings).run()]


def failures(found: list[Line]) -> list[Line]:
    return [line for line in found if line.status == "failed"]


def run(work: Awaitable[list[Line]]) -> list[Line]:
    async def main() -> list[Line]:
        return await work

    return asyncio.run(main())


def test_all_steps_of_a_server_in_order(pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        async with listen(script(GREETING, IMAP), pki.context(pki.leaf("good"))) as port:
            return [
                line._replace(message=line.message.replace(str(port), "PORT"))
                for line in await steps(endpoint(port), pki)
            ]

    found = run(scenario())
    until = found[3].message.rpartition(" until ")[2][:10]
    assert found == [
        Line("incoming-dns", "ok", "localhost is 127.0.0.1"),
        Line("incoming-connect", "ok", "Port PORT answers at 127.0.0.1"),
        Line("incoming-tls", "ok", "TLS from the first byte, TLSv1.3, TLS_AES_256_GCM_SHA384"),
        Line(
            "incoming-certificate",
            "ok",
            f"Certificate for localhost by Example Test Root, valid until {until}, trusted through a private CA",
        ),
        Line("incoming-greeting", "ok", "IMAP server: «OK [CAPABILITY IMAP4rev1] ready»"),
        Line("incoming-capabilities", "ok", "3 capabilities, among them IDLE"),
        Line("incoming-authentication", "ok", "The profile asks for password, the server offers PLAIN"),
        Line(
            "incoming-push",
            "ok",
            "No push: the device fetches new mail on a schedule (Settings > Apps > Mail > Mail Accounts > Fetch New "
            "Data); with Automatically only while charging and on Wi-Fi",
        ),
        Line("incoming-login", "ok", "Signed in as anna@example.com with PLAIN"),
    ]


CERTIFICATES: dict[str, tuple[dict[str, object], str, str]] = {
    "wrong-name": (
        {"names": ("imap.example.org",)},
        "The certificate is not for localhost; it names imap.example.org",
        "Put a name from the certificate into the profile, or have the certificate issued for this name",
    ),
    "self-signed": (
        {"self_signed": True},
        "The certificate is self-signed, no device trusts it",
        "Use a certificate of a public CA, or carry your own CA in the profile and check with --ca",
    ),
    "no-purpose": (
        {"purpose": False},
        "The certificate is not made for servers (extended key usage serverAuth is missing)",
        "Have a server certificate issued",
    ),
    "too-long": (
        {"end": 899},
        "The certificate is valid for 900 days; devices accept at most 825",
        "Have it issued for a shorter time",
    ),
    "weak-key": (
        {"key": rsa.generate_private_key(65537, 1024)},  # noqa: S505 - the fault
        "The certificate's RSA key has 1024 bits; devices ask for 2048",
        "Make a new key and have the certificate issued anew",
    ),
}


@pytest.mark.parametrize("fault", CERTIFICATES)
def test_certificate_fault(fault: str, pki: Pki, script: type[Script], listen: Listen) -> None:
    changes, message, todo = CERTIFICATES[fault]

    async def scenario() -> list[Line]:
        server = script(GREETING, IMAP)
        async with listen(server, pki.context(pki.leaf(fault, **changes))) as port:  # type: ignore[arg-type]
            found = await steps(endpoint(port), pki)
        assert not [line for _, line in server.heard if "AUTHENTICATE" in line]
        return found

    found = run(scenario())
    assert failures(found) == [Line("incoming-certificate", "failed", message, todo)]
    reason = "The server's certificate is not right, so no password was sent to it"
    assert found[-1] == Line("incoming-login", "skipped", reason)


def test_expired_certificate(pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        async with listen(
            script(GREETING, IMAP), pki.context(pki.leaf("expired", start=-30, end=-2))
        ) as port:
            return await steps(endpoint(port), pki)

    (line,) = failures(run(scenario()))
    assert line.step == "incoming-certificate"
    assert line.message[:-10] == "The certificate expired on "
    assert line.todo == "Have the server's certificate renewed"


@pytest.mark.parametrize("full_chain", [True, False])
def test_intermediate_certificate(full_chain: bool, pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        path = pki.leaf(f"chain-{full_chain}", by=pki.middle, full_chain=full_chain)
        async with listen(script(GREETING, IMAP), pki.context(path)) as port:
            return await steps(endpoint(port), pki)

    missing = Line(
        "incoming-certificate",
        "failed",
        "The server does not send the certificate of Example Test Intermediate, which issued its own",
        "Have the server send its intermediate certificates (the full chain); a private CA goes into the profile and is "
        "given with --ca",
    )
    assert failures(run(scenario())) == ([] if full_chain else [missing])


def test_unknown_authority(pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        path = pki.leaf("chain-True", by=pki.middle)
        async with listen(script(GREETING, IMAP), pki.context(path)) as port:
            return await steps(endpoint(port), None)

    assert failures(run(scenario())) == [
        Line(
            "incoming-certificate",
            "failed",
            "The chain of the certificate ends at Example Test Root, which is not trusted or did not sign it",
            "Use a certificate of a public CA, or carry your own CA in the profile and check with --ca",
        )
    ]


def test_what_is_wrong_above_the_certificate_is_named(pki: Pki, authority: Callable[..., Authority]) -> None:
    def problems(root: Authority, *between: Authority) -> list[tuple[str, str]]:
        title = f"below {(*between, root)[0].title}"
        leaf = x509.load_pem_x509_certificates(pki.leaf(title, by=(*between, root)[0]).read_bytes())[0]
        chain = [
            leaf.public_bytes(Encoding.DER),
            *(one.certificate.public_bytes(Encoding.DER) for one in between),
        ]
        private = Trust("private CAs", [root.certificate])
        return judge(chain, "localhost", Anchors(Trust("none", ()), private), NOW).problems

    ended = f"{NOW - dt.timedelta(2):%Y-%m-%d}"
    todo = "Have the certificates of the CA renewed, at the server and in the profile"
    assert problems(pki.root, pki.middle) == []
    assert problems(pki.root, authority("Old CA", pki.root, end=-2)) == [
        (f"The certificate of Old CA, which stands above the server's, expired on {ended}", todo)
    ]
    assert problems(authority("Old Root", end=-2)) == [
        (f"The certificate of Old Root, which stands above the server's, expired on {ended}", todo)
    ]
    assert problems(pki.root, authority("Narrow CA", pki.root, only_for="example.org")) == [
        (
            "Devices refuse the chain of the certificate: no permitted name constraints matched SAN",
            "Have the certificate issued anew",
        )
    ]


@pytest.mark.parametrize("security", [Security.TLS, Security.EITHER])
def test_tls_of_the_past(security: Security, pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        context = pki.context(pki.leaf("good"), newest=ssl.TLSVersion.TLSv1_1)
        async with listen(script(GREETING, IMAP), context) as port:
            return await steps(endpoint(port, security), pki)

    assert failures(run(scenario())) == [
        Line(
            "incoming-tls",
            "failed",
            "No safe TLS: the server speaks TLSv1.1; devices ask for TLS 1.2",
            "Have TLS 1.2 and 1.3 switched on at the server",
        )
    ]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.EITHER])
def test_starttls_missing(security: Security, pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        server = script(GREETING, IMAP)
        async with listen(server) as port:
            found = await steps(endpoint(port, security), pki)
            port_text = str(port)
        assert not [line for _, line in server.heard if "AUTHENTICATE" in line]
        return [line._replace(message=line.message.replace(port_text, "PORT")) for line in found]

    assert failures(run(scenario())) == [
        Line(
            "incoming-tls",
            "failed",
            "The server offers no STARTTLS on port PORT, so the connection cannot be encrypted",
            "Have it switched on, or use the provider's port for TLS from the first byte",
        )
    ]


def test_clear_text_on_the_tls_port(pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        async with listen(script(GREETING, IMAP)) as port:
            found = await steps(endpoint(port, Security.TLS), pki)
            return [line._replace(message=line.message.replace(str(port), "PORT")) for line in found]

    assert failures(run(scenario())) == [
        Line(
            "incoming-tls",
            "failed",
            "The server speaks clear text on port PORT, where the device starts with TLS",
            "Have TLS switched on for this port, or use the provider's TLS port",
        )
    ]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.NONE])
def test_tls_on_the_clear_port(security: Security, pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        async with listen(script(GREETING, IMAP), pki.context(pki.leaf("good"))) as port:
            found = await steps(endpoint(port, security), pki)
            return [line._replace(message=line.message.replace(str(port), "PORT")) for line in found]

    assert failures(run(scenario())) == [
        Line(
            "incoming-tls",
            "failed",
            "The server expects TLS from the first byte on port PORT, the profile does not",
            "Set UseSSL to true with the provider's TLS port (993, 995, 465), or use the port for STARTTLS",
        )
    ]


async def _silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()
    await asyncio.sleep(60)


async def _dripping(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"*")
        await writer.drain()
        await asyncio.sleep(0.05)


async def _garbage(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x00\x9b31m\xff what?\r\n" * 50)
    await writer.drain()
    await asyncio.sleep(60)


async def _huge(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"* OK " + b"x" * 1_000_000)
    await writer.drain()
    await asyncio.sleep(60)


PORT_TODO = "Check that this is the port of an IMAP server and that it is up"
BEHAVIOURS: dict[str, tuple[Handler, str, str]] = {
    "silent": (_silent, "The server did not greet within 1 seconds", PORT_TODO),
    "dripping": (_dripping, "The server did not greet within 1 seconds", PORT_TODO),
    "garbage": (
        _garbage,
        "The server answers, but does not speak IMAP: «\x00\ufffd31m\ufffd what?»",
        "Check the port in the profile",
    ),
    "1 MB line": (_huge, "The server did not greet: the server sent a line of more than 64 KiB", PORT_TODO),
}


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_bad_behaviour_ends_in_time(behaviour: str, tls: bool, pki: Pki, listen: Listen) -> None:
    handler, message, todo = BEHAVIOURS[behaviour]

    async def scenario() -> list[Line]:
        async with listen(handler, pki.context(pki.leaf("good")) if tls else None) as port:
            return await steps(endpoint(port, Security.TLS if tls else Security.STARTTLS), pki)

    begun = time.monotonic()
    found = run(scenario())
    assert failures(found) == [Line("incoming-greeting", "failed", message, todo)]
    assert time.monotonic() - begun < 2 * TIMEOUT


def test_a_server_that_never_ends_its_tls_handshake(pki: Pki, listen: Listen) -> None:
    async def scenario() -> list[Line]:
        async with listen(_silent) as port:
            return await steps(endpoint(port), pki)

    begun = time.monotonic()
    todo = "Check with the provider that this port is the one for TLS"
    expected = Line("incoming-tls", "failed", "The server did not answer with TLS within 1 seconds", todo)
    assert failures(run(scenario())) == [expected]
    assert time.monotonic() - begun < 2 * TIMEOUT


def test_refused(pki: Pki, listen: Listen) -> None:
    async def scenario() -> list[Line]:
        async with listen(_silent) as port:
            pass
        found = await steps(endpoint(port), pki)
        return [line._replace(message=line.message.replace(str(port), "PORT")) for line in found]

    assert failures(run(scenario())) == [
        Line(
            "incoming-connect",
            "failed",
            "No connection: 127.0.0.1 port PORT refuses the connection",
            "Check the port in the profile; if it is right, the server's mail service is down",
        )
    ]


def test_filtered(pki: Pki, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", never)
    assert failures(run(steps(endpoint(993), pki))) == [
        Line(
            "incoming-connect",
            "failed",
            "No connection: 127.0.0.1 port 993 does not answer within 1 seconds (filtered, or down)",
            "Check the port in the profile, firewalls on the way, and whether the server is up",
        )
    ]


def test_login_disabled(pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        answers = {**IMAP, "CAPABILITY": "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n{tag} OK"}
        server = script(GREETING, answers)
        async with listen(server) as port:
            found = await steps(endpoint(port, Security.NONE), pki)
        assert [line for _, line in server.heard] == ["A1 CAPABILITY"]
        return found

    found = run(scenario())
    assert failures(found) == [
        Line(
            "incoming-authentication",
            "failed",
            "The server takes no password without TLS (LOGINDISABLED)",
            "Turn UseSSL on in the profile",
        )
    ]
    assert found[2] == Line(
        "incoming-tls",
        "warning",
        "The profile asks for no TLS: passwords and mail travel readable to everyone on the way",
        "Turn UseSSL on in the profile: the server offers STARTTLS on this port",
    )


def test_auth_not_offered(pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        answers = {**SMTP, "EHLO": "250-mail.example.com\r\n250 SIZE 1000"}
        async with listen(script("220 ready", answers), pki.context(pki.leaf("good"))) as port:
            return await steps(endpoint(port, side=Side.OUTGOING, protocol="smtp"), pki)

    assert failures(run(scenario())) == [
        Line(
            "outgoing-authentication",
            "failed",
            "The server offers no way to sign in, the profile asks for one",
            "Have authentication switched on for this port, or use the provider's submission port",
        )
    ]


def test_another_method_than_asked_for(pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        async with listen(script("220 ready", SMTP), pki.context(pki.leaf("good"))) as port:
            wanted = endpoint(
                port, side=Side.OUTGOING, protocol="smtp", authentication=Authentication.CRAM_MD5
            )
            return await steps(wanted, pki)

    assert failures(run(scenario())) == [
        Line(
            "outgoing-authentication",
            "failed",
            "The profile asks for CRAM-MD5, the server offers only LOGIN, PLAIN",
            "Choose an authentication in the profile that the server offers",
        )
    ]


REFUSALS = {
    "wrong password": (
        "[AUTHENTICATIONFAILED] Authentication failed.",
        "The server does not accept this user name and password",
        "Check the password, and whether the user name is the whole address or only the part before the @",
    ),
    "IMAP disabled": (
        "[ALERT] Your account is not enabled for IMAP use.",
        "The account does not allow mail programs: IMAP, POP or SMTP access is switched off at the provider",
        "Switch it on in the provider's webmail settings, or have the administrator do so",
    ),
    "app password": (
        "[ALERT] Application-specific password required",
        "The provider wants an app password, the usual password is refused",
        "Make an app password in the provider's security settings and use it instead of the usual one",
    ),
    "locked": (
        "[CONTACTADMIN] This account is locked",
        "The provider has locked the account, or locked it for a while after too many attempts",
        "Sign in on the provider's web page to unlock it, or ask its support; do not keep trying",
    ),
    "echo of the password": (
        "[AUTHENTICATIONFAILED] no such password: ***",
        "The server does not accept this user name and password",
        "Check the password, and whether the user name is the whole address or only the part before the @",
    ),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_refused_sign_in(refusal: str, pki: Pki, script: type[Script], listen: Listen) -> None:
    said, message, todo = REFUSALS[refusal]

    async def scenario() -> list[Line]:
        token = "AGFubmFAZXhhbXBsZS5jb20AcHctMTIz"
        answers = {**IMAP, token: "{tag} NO " + said.replace("***", "pw-123")}
        async with listen(script(GREETING, answers), pki.context(pki.leaf("good"))) as port:
            return await steps(endpoint(port), pki)

    assert failures(run(scenario())) == [Line("incoming-login", "failed", f"{message}: «{said}»", todo)]


def test_relay_denied(pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        answers = {**SMTP, "RCPT TO:<anna@example.com>": "554 5.7.1 Relay access denied"}
        server = script("220 ready", answers)
        async with listen(server, pki.context(pki.leaf("good"))) as port:
            found = await steps(endpoint(port, side=Side.OUTGOING, protocol="smtp"), pki)
        assert "DATA" not in [line for _, line in server.heard]
        return found

    found = run(scenario())
    assert failures(found) == [
        Line(
            "outgoing-submission",
            "failed",
            "The server would not take mail from anna@example.com: «554 5.7.1 Relay access denied»",
            "Use the address that belongs to the account, or ask the provider whether it may send",
        )
    ]
    assert found[-1].status == "ok"


def test_unknown_name(pki: Pki) -> None:
    (line,) = failures(run(steps(endpoint(993, host="no-such-host.invalid"), pki)))
    assert line.step == "incoming-dns"
    assert line.message in (
        "No server can be found: the name no-such-host.invalid has no address",
        "no-such-host.invalid cannot be looked up: the system's resolver gave no answer for no-such-host.invalid",
    )
    assert line.todo in (
        "Check the spelling of the server name in the profile against the provider's help pages",
        "Check this computer's network and DNS; the device may be fine",
    )


def test_starttls_upgrade_and_sign_in(pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        clear = {
            **IMAP,
            "CAPABILITY": "* CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED\r\n{tag} OK",
            "STARTTLS": "{tag} OK go",
        }
        pushy = {"CAPABILITY": "* CAPABILITY IMAP4rev1 XAPPLEPUSHSERVICE AUTH=PLAIN\r\n{tag} OK"}
        server = script(GREETING, clear, pki.context(pki.leaf("good")), pushy)
        async with listen(server) as port:
            found = await steps(endpoint(port, Security.STARTTLS), pki)
        assert [line for encrypted, line in server.heard if not encrypted] == ["A1 CAPABILITY", "A2 STARTTLS"]
        return found

    found = run(scenario())
    assert {line.status for line in found} == {"ok"}
    assert found[2].message.startswith("STARTTLS, TLSv1.3")
    assert found[7].message == "The server offers push to Apple devices: new mail arrives at once"


def test_data_before_tls_is_refused(pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        clear = {
            **IMAP,
            "CAPABILITY": "* CAPABILITY STARTTLS\r\n{tag} OK",
            "STARTTLS": "{tag} OK go\r\n* injected",
        }
        async with listen(script(GREETING, clear, pki.context(pki.leaf("good")))) as port:
            return await steps(endpoint(port, Security.STARTTLS), pki)

    assert failures(run(scenario())) == [
        Line(
            "incoming-tls",
            "failed",
            "The server did not turn to TLS after STARTTLS: the server sent data between STARTTLS and the start of TLS, "
            "which could be an attack",
            "Have the server's TLS settings checked",
        )
    ]


def test_pop_warns_of_its_one_device(pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        answers = {
            "CAPA": "+OK\r\nUSER\r\nUIDL\r\n.",
            "USER anna@example.com": "+OK",
            "PASS pw-123": "+OK in",
            "QUIT": "+OK",
        }
        async with listen(script("+OK ready", answers), pki.context(pki.leaf("good"))) as port:
            return await steps(endpoint(port, protocol="pop"), pki)

    found = run(scenario())
    assert failures(found) == []
    assert found[6] == Line(
        "incoming-authentication",
        "ok",
        "The profile asks for password, the server offers user name and password",
    )
    assert found[7].status == "warning"
    assert "POP suits one device only" in found[7].message
    assert found[8] == Line("incoming-login", "ok", "Signed in as anna@example.com")


def test_submission_is_asked_and_taken_back(pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        server = script("220 ready", SMTP)
        async with listen(server, pki.context(pki.leaf("good"))) as port:
            found = await steps(endpoint(port, side=Side.OUTGOING, protocol="smtp"), pki)
            await asyncio.sleep(0.05)
        assert [line for _, line in server.heard][-4:] == [
            "MAIL FROM:<anna@example.com>",
            "RCPT TO:<anna@example.com>",
            "RSET",
            "QUIT",
        ]
        return found

    found = run(scenario())
    assert found[-2:] == [
        Line("outgoing-submission", "ok", "The server takes mail from anna@example.com; nothing was sent"),
        Line("outgoing-login", "ok", "Signed in as anna@example.com with PLAIN"),
    ]


def test_no_password_without_login(pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        server = script("220 ready", SMTP)
        async with listen(server, pki.context(pki.leaf("good"))) as port:
            found = await steps(endpoint(port, side=Side.OUTGOING, protocol="smtp"), pki, login=False)
            await asyncio.sleep(0.05)
        assert [line for _, line in server.heard] == ["EHLO [127.0.0.1]", "QUIT"]
        return found

    found = run(scenario())
    assert found[-1] == Line(
        "outgoing-login", "skipped", "Not asked for; --login tries the user name and password"
    )


@pytest.mark.parametrize(
    ("protocol", "port", "tls", "expected"),
    [
        ("imap", 993, True, (Door(993, Security.TLS),)),
        ("imap", 143, True, (Door(143, Security.STARTTLS),)),
        ("imap", 9930, True, (Door(9930, Security.EITHER),)),
        ("imap", 143, False, (Door(143, Security.NONE),)),
        ("imap", None, True, (Door(993, Security.TLS),)),
        ("pop", None, False, (Door(110, Security.NONE),)),
        (
            "smtp",
            None,
            True,
            (Door(25, Security.STARTTLS), Door(587, Security.STARTTLS), Door(465, Security.TLS)),
        ),
        ("caldav", None, True, (Door(443, Security.TLS),)),
        ("ldap", None, True, (Door(636, Security.TLS),)),
    ],
)
def test_doors(protocol: str, port: int | None, tls: bool, expected: tuple[Door, ...]) -> None:
    assert doors(protocol, port, tls=tls) == expected


def test_no_such_port(pki: Pki) -> None:
    (line,) = failures(run(steps(endpoint(70000), pki)))
    message = "No connection: 127.0.0.1 port 70000 does not exist: ports go from 1 to 65535"
    assert (line.step, line.message) == ("incoming-connect", message)


def test_an_address_that_would_smuggle_commands(pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        server = script("220 ready", {**SMTP, "AUTH": "334 "})
        async with listen(server, pki.context(pki.leaf("good"))) as port:
            smuggler = endpoint(
                port,
                side=Side.OUTGOING,
                protocol="smtp",
                address="a@example.com>\r\nDATA",
                authentication=Authentication.NONE,
            )
            found = await steps(smuggler, pki)
        assert [line for _, line in server.heard] == ["EHLO [127.0.0.1]"]
        return found

    assert failures(run(scenario())) == [
        Line(
            "outgoing-submission",
            "failed",
            "The address holds a character that no address has",
            "Correct the address in the profile",
        )
    ]


def test_echo_of_the_encoded_password(pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        token = "AGFubmFAZXhhbXBsZS5jb20AcHctMTIz"
        answers = {**IMAP, token: "{tag} BAD what is " + token}
        async with listen(script(GREETING, answers), pki.context(pki.leaf("good"))) as port:
            return await steps(endpoint(port), pki)

    (line,) = failures(run(scenario()))
    assert line.message == "The server does not accept this user name and password: «what is ***»"


def test_a_profile_without_a_known_method(pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        async with listen(script(GREETING, IMAP), pki.context(pki.leaf("good"))) as port:
            return await steps(endpoint(port, authentication=None), pki)

    assert failures(run(scenario())) == [
        Line(
            "incoming-authentication",
            "failed",
            "The profile names no authentication that devices know",
            "Set it to EmailAuthPassword in the profile",
        )
    ]


@pytest.mark.parametrize(("password", "status"), [("pw-123", "ok"), ("another", "failed")])
def test_cram_md5(password: str, status: str, pki: Pki, script: type[Script], listen: Listen) -> None:
    nonce = base64.b64encode(b"<1.2@mail.example.com>").decode()
    digest = hmac.new(password.encode(), b"<1.2@mail.example.com>", "md5").hexdigest()
    accepted = base64.b64encode(f"anna@example.com {digest}".encode()).decode()
    answers = {
        **SMTP,
        "EHLO": "250-mail.example.com\r\n250 AUTH CRAM-MD5",
        "AUTH CRAM-MD5": f"334 {nonce}",
        accepted: "235 in",
    }

    async def scenario() -> list[Line]:
        server = script("220 ready", answers, unknown="535 5.7.8 no")
        async with listen(server, pki.context(pki.leaf("good"))) as port:
            wanted = endpoint(
                port, side=Side.OUTGOING, protocol="smtp", authentication=Authentication.CRAM_MD5
            )
            return await steps(wanted, pki)

    assert run(scenario())[-1].status == status


async def _hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer CAPABILITY and break the connection off before the client can say goodbye."""
    writer.write(GREETING.encode() + b"\r\n")
    tag = (await reader.readline()).decode().split()[0]
    writer.write(CAPABLE.replace("{tag}", tag).encode() + b"\r\n")
    await writer.drain()
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def test_a_server_that_hangs_up_first(pki: Pki, listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slowly(self: Imap) -> None:
        await asyncio.sleep(0.05)
        await leave(self)
        await asyncio.sleep(0.05)
        await leave(self)

    leave = Imap.leave
    monkeypatch.setattr(Imap, "leave", slowly)

    async def scenario() -> list[Line]:
        async with listen(_hang_up) as port:
            return await steps(endpoint(port, Security.NONE), pki)

    assert failures(run(scenario())) == []


@pytest.mark.parametrize(
    ("changes", "greeting", "answers"),
    [
        (
            {"side": Side.OUTGOING, "protocol": "smtp"},
            "220 ready",
            {**SMTP, "EHLO": "250-x\r\n250-  \r\n250 AUTH PLAIN"},
        ),
        (
            {"protocol": "pop"},
            "+OK ready",
            {"CAPA": "+OK\r\n \r\nUSER\r\n.", "USER": "+OK", "PASS": "+OK", "QUIT": "+OK"},
        ),
    ],
)
def test_a_capability_without_a_name(
    changes: dict[str, object],
    greeting: str,
    answers: dict[str, str],
    pki: Pki,
    script: type[Script],
    listen: Listen,
) -> None:
    async def scenario() -> list[Line]:
        async with listen(script(greeting, answers), pki.context(pki.leaf("good"))) as port:
            return await steps(endpoint(port, Security.EITHER, **changes), pki)

    found = run(scenario())
    assert (failures(found), found[5].message) == ([], "2 capabilities")


def test_a_greeting_of_several_lines_stays_in_one(pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        server = script("220-ready\r\n220     ok       sign-in          Signed in", SMTP)
        async with listen(server, pki.context(pki.leaf("good"))) as port:
            return await steps(endpoint(port, side=Side.OUTGOING, protocol="smtp"), pki)

    said = "SMTP server: «220 ready     ok       sign-in          Signed in»"
    assert run(scenario())[4] == Line("outgoing-greeting", "ok", said)


def test_nonsense_in_answer_to_starttls(pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        answers = {"EHLO": "250-x\r\n250 STARTTLS", "STARTTLS": "what?"}
        async with listen(script("220 ready", answers)) as port:
            return await steps(endpoint(port, Security.STARTTLS, side=Side.OUTGOING, protocol="smtp"), pki)

    assert failures(run(scenario())) == [
        Line(
            "outgoing-tls",
            "failed",
            "The server did not turn to TLS after STARTTLS: it said «what?»",
            "Have the server's TLS settings checked",
        )
    ]


@pytest.mark.parametrize(
    ("changes", "greeting", "answers", "more"),
    [
        (
            {"side": Side.OUTGOING, "protocol": "smtp"},
            "220 ready",
            {"EHLO": "250-x\r\n250 AUTH LOGIN"},
            "334 VXNlcm5hbWU6",
        ),
        ({"protocol": "pop"}, "+OK ready", {"CAPA": "+OK\r\nSASL PLAIN\r\n."}, "+ more"),
        ({}, GREETING, {"CAPABILITY": CAPABLE}, "+ more"),
    ],
)
def test_a_server_that_keeps_asking_signs_nobody_in(
    changes: dict[str, object],
    greeting: str,
    answers: dict[str, str],
    more: str,
    pki: Pki,
    script: type[Script],
    listen: Listen,
) -> None:
    async def scenario() -> list[Line]:
        server = script(greeting, answers, unknown=more)
        async with listen(server, pki.context(pki.leaf("good"))) as port:
            return await steps(endpoint(port, Security.EITHER, **changes), pki)

    (line,) = failures(run(scenario()))
    assert line.step.endswith("-login")
    assert line.message == (
        "The server does not accept this user name and password: «the server keeps asking for more»"
    )


@pytest.mark.parametrize(
    ("offered", "expected"),
    [
        (
            "AUTH=PLAIN AUTH=XOAUTH2",
            [
                Line(
                    "incoming-authentication",
                    "ok",
                    "The profile asks for oauth, the server offers PLAIN, XOAUTH2",
                ),
                Line("incoming-login", "skipped", "The user signs in on the provider's web page (OAuth)"),
            ],
        ),
        (
            "AUTH=PLAIN",
            [
                Line(
                    "incoming-authentication",
                    "failed",
                    "The profile asks for OAUTHBEARER or XOAUTH2, the server offers only PLAIN",
                    "Choose an authentication in the profile that the server offers",
                ),
                Line("incoming-login", "skipped", "Not reached: authentication failed"),
            ],
        ),
    ],
)
def test_oauth(offered: str, expected: list[Line], pki: Pki, script: type[Script], listen: Listen) -> None:
    async def scenario() -> list[Line]:
        answers = {**IMAP, "CAPABILITY": f"* CAPABILITY IMAP4rev1 {offered}\r\n{{tag}} OK done"}
        async with listen(script(GREETING, answers), pki.context(pki.leaf("good"))) as port:
            return await steps(endpoint(port, authentication=Authentication.OAUTH), pki)

    found = run(scenario())
    assert [found[6], found[8]] == expected


def test_a_connection_lost_while_others_are_tried(
    pki: Pki, listen: Listen, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def then_wait(address: str, port: int, timeout: float) -> socket.socket | str:  # noqa: ASYNC109
        answer = await knock(address, port, timeout)
        await asyncio.sleep(0.1)
        return answer

    monkeypatch.setattr("profiler.live.probe.knock", then_wait)

    async def refuse(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    async def scenario() -> list[Line]:
        async with listen(refuse) as port:
            return await steps(endpoint(port, Security.NONE), pki)

    (line,) = failures(run(scenario()))
    message = "The server did not greet: the server broke the connection off"
    assert line == Line("incoming-greeting", "failed", message, PORT_TODO)
