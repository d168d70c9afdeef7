"""The command: profiles in, reports out; services over HTTPS and LDAP; many accounts at once."""

from __future__ import annotations

import asyncio
import importlib
import json
import plistlib
import re
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from profiler import cli
from profiler.live.knock import knock
from profiler.live.reasons import translate

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Callable, Iterator
    from contextlib import AbstractAsyncContextManager, AbstractContextManager

    from tests.live.conftest import Handler, Pki, Script

    Listen = Callable[..., AbstractAsyncContextManager[int]]
    NameServer = Callable[..., AbstractContextManager[str]]

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "check-output.schema.json").read_text())
IMAP = {
    "CAPABILITY": "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n{tag} OK",
    "AUTHENTICATE PLAIN": "+ ",
    "LOGOUT": "* BYE",
}
SMTP = {"EHLO": "250-mail.example.com\r\n250 AUTH PLAIN", "AUTH PLAIN": "334 ", "QUIT": "221 bye"}
GREETING = "* OK ready"


@contextmanager
def served(listen: Listen, *servers: tuple[Handler, ssl.SSLContext | None]) -> Iterator[list[int]]:
    """Run servers in a thread of their own, as the command has its own event loop."""
    ports: list[int] = []
    started, over = threading.Event(), threading.Event()

    async def main() -> None:
        async def open_next(rest: tuple[tuple[Handler, ssl.SSLContext | None], ...]) -> None:
            if not rest:
                started.set()
                await asyncio.to_thread(over.wait)
                return
            async with listen(*rest[0]) as port:
                ports.append(port)
                await open_next(rest[1:])

        await open_next(servers)

    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    started.wait(10)
    try:
        yield ports
    finally:
        over.set()
        thread.join()


def profile(path: Path, *payloads: dict[str, Any]) -> str:
    document = {
        "PayloadType": "Configuration",
        "PayloadIdentifier": "com.example.mail",
        "PayloadUUID": "7F1A3C52-3D1B-4B39-9F3B-0B8E5F3B0A02",
        "PayloadVersion": 1,
        "PayloadContent": [{"PayloadVersion": 1, **payload} for payload in payloads],
    }
    path.write_bytes(plistlib.dumps(document))
    return str(path)


def mail(incoming: int, outgoing: int, **changes: object) -> dict[str, Any]:
    return {
        "PayloadType": "com.apple.mail.managed",
        "EmailAccountType": "EmailTypeIMAP",
        "EmailAddress": "anna@localhost",
        "IncomingMailServerHostName": "localhost",
        "IncomingMailServerPortNumber": incoming,
        "IncomingMailServerUseSSL": True,
        "IncomingMailServerAuthentication": "EmailAuthPassword",
        "IncomingMailServerUsername": "anna",
        "OutgoingMailServerHostName": "localhost",
        "OutgoingMailServerPortNumber": outgoing,
        "OutgoingMailServerUseSSL": True,
        "OutgoingMailServerAuthentication": "EmailAuthPassword",
        "OutgoingMailServerUsername": "anna",
        **changes,
    }


def report(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    code = cli.run(["check", *arguments, "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SCHEMA)
    return code, document["accounts"]


def statuses(account: dict[str, Any]) -> dict[str, str]:
    return {step["step"]: step["status"] for step in account["steps"]}


def test_ca_inside_the_profile(
    pki: Pki, script: type[Script], listen: Listen, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    context = pki.context(pki.leaf("good"))
    with served(listen, (script(GREETING, IMAP), context), (script("220 ready", SMTP), context)) as ports:
        payload = mail(*ports)
        root = {"PayloadType": "com.apple.security.root", "PayloadContent": pki.root.pem}
        code, (account,) = report(capsys, profile(tmp_path / "with", payload, root))
        assert (code, statuses(account)["incoming-certificate"]) == (0, "ok")
        code, (account,) = report(capsys, profile(tmp_path / "without", payload))
        assert code == 1
        assert [name for name, status in statuses(account).items() if status == "failed"] == [
            "incoming-certificate",
            "outgoing-certificate",
        ]


def test_password_of_the_profile_and_text(
    pki: Pki, script: type[Script], listen: Listen, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    context = pki.context(pki.leaf("good"))
    incoming = script(GREETING, {**IMAP, "AGFubmEAcHctMTIz": "{tag} NO [ALERT] no \x1b[31mpw-123"})
    outgoing = script("220 ready", {**SMTP, "AGFubmEAcHctMTIz": "235 in", "MAIL": "250 ok", "RCPT": "250 ok"})
    with served(listen, (incoming, context), (outgoing, context)) as ports:
        shared: dict[str, Any] = {
            "IncomingPassword": "pw-123",
            "OutgoingPasswordSameAsIncomingPassword": True,
        }
        path = profile(tmp_path / "anna.mobileconfig", mail(*ports, **shared))
        code = cli.run(["check", path, "--login", "--ca", str(pki.ca)])
    printed = capsys.readouterr()
    assert (code, printed.err) == (1, "")
    lines = printed.out.splitlines()
    assert lines[0] == "anna@localhost"
    assert lines[1] == f"  receiving, localhost:{ports[0]}"
    at = next(number for number, line in enumerate(lines) if "FAILED" in line)
    assert lines[at : at + 3] == [
        "    FAILED   sign-in          The server does not accept this user name and password: «[ALERT] no \ufffd[31m***»",
        (
            "                              -> Check the password, and whether the user name is the whole address or only the "
            "part before the @"
        ),
        f"  sending, localhost:{ports[1]}",
    ]
    assert lines[-1] == "1 account checked, 1 with a failed step"
    assert "pw-123" not in printed.out


def test_no_password_to_be_had(
    pki: Pki,
    script: type[Script],
    listen: Listen,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    context = pki.context(pki.leaf("good"))
    servers = (script(GREETING, IMAP), script("220 ready", SMTP))
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    with served(listen, *((server, context) for server in servers)) as ports:
        path = profile(tmp_path / "anna.mobileconfig", mail(*ports))
        code, (account,) = report(capsys, path, "--login", "--ca", str(pki.ca))
    assert code == 0
    assert [step["message"] for step in account["steps"] if step["step"].endswith("login")] == [
        "No password: the profile holds none, and --password names none"
    ] * 2
    assert not any("AUTH" in line for server in servers for _, line in server.heard)


def test_variables_are_no_servers_and_no_user_names(
    pki: Pki, script: type[Script], listen: Listen, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = script(GREETING, IMAP)
    with served(listen, (server, pki.context(pki.leaf("good")))) as (port,):
        variables = {
            "IncomingMailServerUsername": "$USERNAME",
            "OutgoingMailServerHostName": "smtp.{{domain}}",
        }
        path = profile(tmp_path / "anna.mobileconfig", mail(port, port, IncomingPassword="pw", **variables))
        code, (account,) = report(capsys, path, "--login", "--ca", str(pki.ca))
    assert code == 0
    steps = {step["step"]: step for step in account["steps"]}
    assert steps["incoming-login"]["message"] == (
        "The user name is a variable that device management fills in"
    )
    assert not any("AUTH" in line for _, line in server.heard)
    assert steps["outgoing-dns"] == {
        "step": "outgoing-dns",
        "server": "",
        "status": "skipped",
        "message": "The profile names no server yet: smtp.{{domain}} is filled in before it reaches a device",
        "todo": "Check a profile that is filled in, or the address of one of its users",
    }


def test_an_account_without_an_address_is_chosen_by_its_user(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calendar = {
        "PayloadType": "com.apple.caldav.account",
        "CalDAVHostName": "$HOST",
        "CalDAVUsername": "kari@example.com",
    }
    path = profile(tmp_path / "two.mobileconfig", mail(1, 1), calendar)
    code, (account,) = report(capsys, path, "--account", "Kari@example.com")
    assert (code, account["account"]) == (0, "kari@example.com")


def test_one_account_of_several(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bert = mail(1, 1, EmailAddress="bert@localhost")
    path = profile(tmp_path / "two.mobileconfig", mail(1, 1), {"PayloadType": "com.apple.wifi.managed"}, bert)
    assert [account["account"] for account in report(capsys, path)[1]] == ["anna@localhost", "bert@localhost"]
    for wanted in ("2", "BERT@localhost"):
        assert [account["account"] for account in report(capsys, path, "--account", wanted)[1]] == [
            "bert@localhost"
        ]
    for wanted in ("0", "3", "²"):
        assert cli.run(["check", path, "--account", wanted]) == 2
        assert capsys.readouterr().err == (
            f"error: {path}: has no account {wanted}\n"
            "  = help: its accounts are 1 anna@localhost, 2 bert@localhost\n"
        )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["no-such-file.mobileconfig"], 3, "cannot be read: No such file or directory"),
        (["anna@example.com.mobileconfig"], 3, "cannot be read: No such file or directory"),
        (["{path}"], 3, "holds no account, so there is nothing to check"),
        (["{path}", "--password", "env:X"], 2, "--password is of use only with --login"),
        (["{path}", "--watch", "5", "--format", "json"], 2, "--watch reports again and again"),
        (["{path}", "--login", "--password", "hunter2"], 2, "the password must be given by reference"),
        (["anna@example.com", "--timeout", "1"], 1, "no settings are known for anna@example.com"),
    ],
)
def test_what_cannot_be_checked(
    arguments: list[str],
    code: int,
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PROFILER_RESOLVER", "127.0.0.1:9")
    path = profile(tmp_path / "wifi.mobileconfig", {"PayloadType": "com.apple.wifi.managed"})
    assert cli.run(["check", *(argument.format(path=path) for argument in arguments)]) == code
    printed = capsys.readouterr()
    assert message in printed.err
    assert "hunter2" not in printed.out + printed.err


def test_watch_ends_when_all_is_well(
    pki: Pki, script: type[Script], listen: Listen, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    context = pki.context(pki.leaf("good"))
    seen = 0

    async def recovering(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        seen += 1
        await script("* BYE down" if seen == 1 else GREETING, IMAP)(reader, writer)

    with served(listen, (recovering, context), (script("220 ready", SMTP), context)) as ports:
        path = profile(tmp_path / "anna.mobileconfig", mail(*ports))
        assert cli.run(["check", path, "--watch", "1", "--ca", str(pki.ca)]) == 0
    printed = capsys.readouterr().out
    assert printed.count("anna@localhost\n") == 2
    assert "The server turns everybody away: «down»" in printed


def test_many_accounts_take_no_longer_than_one(
    listen: Listen, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import time  # noqa: PLC0415

    async def silent(*_: object) -> None:
        await asyncio.sleep(60)

    with served(listen, (silent, None)) as (port,):
        payloads = [mail(port, port, EmailAddress=f"user{number}@localhost") for number in range(20)]
        path = profile(tmp_path / "many.mobileconfig", *payloads)
        begun = time.monotonic()
        code, accounts = report(capsys, path, "--timeout", "1")
        took = time.monotonic() - begun
    assert (code, len(accounts)) == (1, 20)
    assert took < 2.5


def test_records_of_the_mail_domain(
    script: type[Script],
    listen: Listen,
    name_server: NameServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    zone = {
        ("imap.example.com", "A"): ["127.0.0.1"],
        ("imap.example.com", "AAAA"): ["2001:db8::1"],
        ("example.com", "MX"): ["10 mx.example.com."],
        ("_imaps._tcp.example.com", "SRV"): ["0 1 993 imap.example.com."],
    }

    async def no_ipv6(address: str, port: int, timeout: float) -> socket.socket | str:  # noqa: ASYNC109
        return "refuses the connection" if ":" in address else await knock(address, port, timeout)

    monkeypatch.setattr("profiler.live.probe.knock", no_ipv6)
    changes = {"IncomingMailServerHostName": "imap.example.com", "IncomingMailServerUseSSL": False}
    with name_server(zone) as address, served(listen, (script(GREETING, IMAP), None)) as (port,):
        monkeypatch.setenv("PROFILER_RESOLVER", address)
        payload = mail(port, 1, **changes, EmailAddress="anna@example.com")
        _, (account,) = report(capsys, profile(tmp_path / "anna.mobileconfig", payload))
    assert [step["message"] for step in account["steps"][:2]] == [
        (
            "imap.example.com is 127.0.0.1, 2001:db8::1; example.com receives mail at mx.example.com, announces imaps at "
            "imap.example.com:993"
        ),
        (
            f"Port {port} answers at 127.0.0.1, but 2001:db8::1 refuses the connection: a device with IPv6 only gets "
            "no mail"
        ),
    ]
    assert account["steps"][1]["status"] == "warning"


def http(answers: dict[str, str], heard: list[str]) -> Handler:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path = head.split()[:2]
        signed = "Authorization: Basic YW5uYTpwdy0xMjM=" in head
        heard.append(f"{method} {path}{' signed' if signed else ''}")
        answer = answers.get(heard[-1], "404 Not Found")
        writer.write(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()

    return handler


EXCHANGE = {
    "PayloadType": "com.apple.eas.account",
    "EmailAddress": "anna@localhost",
    "UserName": "anna",
    "Password": "pw-123",
    "SSL": True,
}
CALENDAR = {
    "PayloadType": "com.apple.caldav.account",
    "CalDAVHostName": "localhost",
    "CalDAVUsername": "anna",
    "CalDAVPassword": "pw-123",
}
BASIC = 'WWW-Authenticate: Basic realm="x", charset="UTF-8"'


def test_caldav(pki: Pki, listen: Listen, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    heard: list[str] = []
    answers = {
        "PROPFIND /.well-known/caldav": "301 Moved\r\nLocation: /dav/?of=anna",
        "PROPFIND /dav/?of=anna": f"401 Unauthorized\r\n{BASIC}",
        "PROPFIND /dav/?of=anna signed": "207 Multi-Status",
    }
    with served(listen, (http(answers, heard), pki.context(pki.leaf("good")))) as (port,):
        path = profile(tmp_path / "cal.mobileconfig", {**CALENDAR, "CalDAVPort": port})
        code, (account,) = report(capsys, path, "--login", "--ca", str(pki.ca))
    assert code == 0
    assert {step["step"]: step["message"] for step in account["steps"][4:]} == {
        "incoming-greeting": "CalDAV answers at /dav/?of=anna (HTTP 401)",
        "incoming-authentication": "The server offers basic",
        "incoming-login": "Signed in as anna (HTTP 207)",
    }
    assert heard == [
        "PROPFIND /.well-known/caldav",
        "PROPFIND /dav/?of=anna",
        "PROPFIND /dav/?of=anna signed",
    ]


@pytest.mark.parametrize(
    ("answers", "failing", "message"),
    [
        ({}, "incoming-greeting", "No CalDAV at /.well-known/caldav: the server answers HTTP 404"),
        (
            {"PROPFIND /.well-known/caldav": "401 Unauthorized\r\nWWW-Authenticate: Bearer"},
            "incoming-authentication",
            "The server takes no password, it offers bearer",
        ),
        (
            {
                "PROPFIND /.well-known/caldav": f"401 Unauthorized\r\n{BASIC}",
                "PROPFIND /.well-known/caldav signed": "401 Unauthorized",
            },
            "incoming-login",
            "The server does not accept this user name and password (HTTP 401)",
        ),
        *(
            (
                {"PROPFIND /.well-known/caldav": f"302 Found\r\nLocation: {place}"},
                "incoming-greeting",
                "The server did not answer over HTTP: it hands on to what is no web address",
            )
            for place in ("https://localhost:99999/", "https://[::x/")
        ),
        (
            {"PROPFIND /.well-known/caldav": "\u00b2\u00b2\u00b2 OK"},
            "incoming-greeting",
            "The server did not answer over HTTP: the answer is not HTTP",
        ),
        *(
            (
                {"PROPFIND /.well-known/caldav": f"200 OK\r\nContent-Length: {length}"},
                "incoming-greeting",
                "The server did not answer over HTTP: the server sent more than 256 KiB",
            )
            for length in ("\u00b2", "9" * 5000)
        ),
    ],
)
def test_caldav_faults(
    answers: dict[str, str],
    failing: str,
    message: str,
    pki: Pki,
    listen: Listen,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with served(listen, (http(answers, []), pki.context(pki.leaf("good")))) as (port,):
        path = profile(tmp_path / "cal.mobileconfig", {**CALENDAR, "CalDAVPort": port})
        code, (account,) = report(capsys, path, "--login", "--ca", str(pki.ca))
    failed = [(step["step"], step["message"]) for step in account["steps"] if step["status"] == "failed"]
    assert (code, failed) == (1, [(failing, message)])


def test_ews_and_google_and_exchange_without_a_network(
    pki: Pki,
    listen: Listen,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PROFILER_RESOLVER", "127.0.0.1:9")
    answers = {
        "GET /EWS/Exchange.asmx": "401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM"
    }
    ews = {"PayloadType": "com.apple.ews.account", "EmailAddress": "anna@localhost", "Host": "localhost"}
    google = {"PayloadType": "com.apple.google-oauth", "EmailAddress": "anna@example.com"}
    with served(listen, (http(answers, []), pki.context(pki.leaf("good")))) as (port,):
        path = profile(tmp_path / "x.mobileconfig", {**ews, "Port": port}, google, EXCHANGE)
        code, accounts = report(capsys, path, "--ca", str(pki.ca), "--timeout", "1")
    assert code == 1
    assert set(statuses(accounts[0]).values()) == {"ok", "skipped"}
    assert accounts[0]["steps"][5]["message"] == "The server offers negotiate, ntlm"
    assert accounts[1]["steps"] == [
        {
            "step": "incoming-dns",
            "server": "",
            "status": "skipped",
            "message": "The user signs in on the provider's web page",
            "todo": "",
        }
    ]
    assert accounts[2]["steps"][0]["server"] == "autodiscover.localhost:443"
    assert accounts[2]["steps"][0]["status"] == "failed"


LDAP = {
    "PayloadType": "com.apple.ldap.account",
    "LDAPAccountHostName": "localhost",
    "LDAPAccountUserName": "uid=anna",
    "LDAPAccountPassword": "pw-123",
}


@pytest.mark.parametrize(("code", "status"), [(0, "ok"), (49, "failed"), (53, "failed")])
def test_ldap(
    code: int,
    status: str,
    pki: Pki,
    listen: Listen,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    binds: list[bytes] = []

    async def directory(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while request := await reader.read(1000):
            binds.append(request)
            result = code if b"uid=anna" in request else 0
            writer.write(bytes([0x30, 0x0C, 2, 1, request[4], 0x61, 7, 0x0A, 1, result, 4, 0, 4, 0]))
            await writer.drain()

    with served(listen, (directory, pki.context(pki.leaf("good")))) as (port,):
        monkeypatch.setitem(importlib.import_module("profiler.live.endpoint")._TLS_PORT, "ldap", port)
        path = profile(tmp_path / "ldap.mobileconfig", LDAP)
        found, (account,) = report(capsys, path, "--login", "--ca", str(pki.ca))
    assert found == int(status == "failed")
    assert statuses(account)["incoming-greeting"] == "ok"
    assert statuses(account)["incoming-login"] == status
    assert [b"pw-123" in request for request in binds] == [False, True]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("534-5.7.9 Application-specific password required.", "The provider wants an app password"),
        (
            "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
            "The provider no longer accepts passwords",
        ),
        (
            "535 5.7.139 SmtpClientAuthentication is disabled for the Tenant",
            "The account does not allow mail programs",
        ),
        ("[ALERT] Please log in via your web browser", "The provider no longer accepts passwords"),
        ("You are yet to enable IMAP for your account", "The account does not allow mail programs"),
        ("LOGIN invalid credentials or IMAP is disabled", "The account does not allow mail programs"),
        ("POP3 access is not enabled", "The account does not allow mail programs"),
        ("[AUTHENTICATIONFAILED] account suspended", "The provider has locked the account"),
        ("[UNAVAILABLE] Temporary authentication failure.", "The server cannot sign anyone in"),
        ("454 4.7.0 Temporary authentication failure", "The server cannot sign anyone in"),
        ("[PRIVACYREQUIRED] Plaintext authentication disallowed", "The server takes passwords over TLS only"),
        ("[EXPIRED] Password expired", "The password has expired"),
        ("535 5.7.8 Error: authentication failed:", "The server does not accept this user name"),
    ],
)
def test_reasons(answer: str, reason: str) -> None:
    assert translate(answer)[0].startswith(reason)


def test_how_servers_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    six = mail(1, 1, IncomingMailServerHostName="::1")
    del six["OutgoingMailServerHostName"]
    path = profile(tmp_path / "six.mobileconfig", six)
    _, (account,) = report(capsys, path)
    assert [step["server"] for step in account["steps"]] == ["[::1]:1"] * 9 + [""]
    cli.run(["check", path])
    headings = re.findall(r"^  \S.*", capsys.readouterr().out, re.MULTILINE)
    assert headings == ["  receiving, [::1]:1", "  sending"]
