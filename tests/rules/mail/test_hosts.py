"""Host names of a mail account: what is said, and what must not be."""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING, Any

import pytest

from profiler.document.source import from_bytes
from profiler.lint.fixer import fix
from profiler.rules import example
from profiler.rules.mail import hosts
from profiler.rules.rule import Severity

if TYPE_CHECKING:
    from tests.rules.mail.conftest import Sample

OWN: dict[str, Any] = {
    "EmailAddress": "anna@intern.example",
    "IncomingMailServerHostName": "imap.intern.example",
    "IncomingMailServerUsername": "anna",
    "OutgoingMailServerHostName": "smtp.intern.example",
    "OutgoingMailServerUsername": "anna",
}


@pytest.mark.parametrize(
    ("host", "fault"),
    [
        ("https://mail.example.net", "begins with a scheme"),
        ("mail.example.net/imap", "holds a path"),
        ("mail.example.net:993", "holds a port"),
        ("anna@example.net", "holds an @, as an address does"),
        ("mail example.net", "holds a space or a control character"),
        ("mail..example.net", "has an empty label"),
        ("-mail.example.net", "has the label '-mail', which begins or ends with a hyphen"),
        ("mail-.example.net", "has the label 'mail-', which begins or ends with a hyphen"),
        ("mail!.example.net", "has the label 'mail!', which holds more than letters, digits and hyphens"),
        (f"{'a' * 64}.example.net", "has a label longer than 63 characters"),
        ("999.1.1.1", "ends in a number, but is no IP address"),
        ("10.1.1", "ends in a number, but is no IP address"),
    ],
)
def test_what_is_no_host_name(mail: Sample, host: str, fault: str) -> None:
    [finding] = mail.of(
        **{**OWN, "OutgoingMailServerHostName": host}, OutgoingPasswordSameAsIncomingPassword=True
    )
    assert (finding.rule, finding.severity) == ("mail-host-syntax", Severity.ERROR)
    assert finding.message == f"Outgoing host {host!r} {fault}, so no device finds it"


@pytest.mark.parametrize(
    "host",
    [
        "mail.example.net",
        "mail.example.net.",
        "MAIL.Example.NET",
        " mail.example.net ",
        "m",
        "1and1.example",
        "xn--exmple-cua.net",
        "$MAIL_HOST",
        "{{mailhost}}",
        "%Domain%",
        "",
    ],
)
def test_near_host_faults_that_are_none(only: type[Sample], host: str) -> None:
    assert only("mail-host-syntax").ids(OutgoingMailServerHostName=host) == []


def test_an_underscore_is_a_warning(mail: Sample) -> None:
    [finding] = mail.of(**{**OWN, "OutgoingMailServerHostName": "smtp_out.intern.example"})
    assert (finding.rule, finding.severity) == ("mail-host-syntax", Severity.WARNING)


@pytest.mark.parametrize("text", ["imaps://imap.example.com", "imap.example.com/", "imap.example.com:993"])
def test_an_obvious_host_is_taken_out_of_a_url(mail: Sample, text: str) -> None:
    assert mail.fixed(IncomingMailServerHostName=text)["IncomingMailServerHostName"] == "imap.example.com"


def test_a_port_in_the_host_moves_to_its_key_unless_the_two_disagree(mail: Sample) -> None:
    text = "imap.example.com:993"
    moved = mail.fixed(IncomingMailServerHostName=text, IncomingMailServerPortNumber=None)
    assert moved["IncomingMailServerHostName"] == "imap.example.com"
    assert moved["IncomingMailServerPortNumber"] == 993
    kept = mail.fixed(IncomingMailServerHostName=text, IncomingMailServerPortNumber=143)
    assert kept["IncomingMailServerHostName"] == text


@pytest.mark.parametrize("host", ["192.0.2.7", "10.0.0.7", "2001:db8::7", "[2001:db8::7]"])
def test_an_ip_address_is_a_warning_and_nothing_else(mail: Sample, host: str) -> None:
    [finding] = mail.of(
        **{**OWN, "OutgoingMailServerHostName": host}, OutgoingPasswordSameAsIncomingPassword=True
    )
    assert (finding.rule, finding.severity) == ("mail-host-ip", Severity.WARNING)


def test_an_ip_address_beside_an_own_authority_is_silent(only: type[Sample]) -> None:
    mail = only("mail-host-ip")
    account = mail.account(IncomingMailServerHostName="192.0.2.7")
    authority = {
        "PayloadType": "com.apple.security.root",
        "PayloadUUID": "A",
        "PayloadContent": b"certificate",
    }
    assert [one.rule for one in mail.lint(mail.profile(account))] == ["mail-host-ip"]
    assert mail.lint(mail.profile(authority, account)) == []


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "mailserver", "mail.local"])
def test_a_local_host_on_an_iphone(only: type[Sample], host: str) -> None:
    mail = only("mail-host-local", "mail-host-ip")
    assert mail.ids(IncomingMailServerHostName=host, target="ios:17.0") == ["mail-host-local"]


@pytest.mark.parametrize(
    "host", ["mail.localdomain.example", "local.example.com", "10.0.0.7", "$HOST", "mail server", "mail;host"]
)
def test_hosts_that_only_look_local(only: type[Sample], host: str) -> None:
    assert only("mail-host-local").ids(IncomingMailServerHostName=host, target="ios:17.0") == []


def test_a_bridge_on_a_mac_is_silent_and_a_name_of_the_office_is_not(only: type[Sample]) -> None:
    mail = only("mail-host-local")
    assert mail.ids(IncomingMailServerHostName="127.0.0.1", target="macos:14") == []
    assert mail.ids(IncomingMailServerHostName="127.0.0.1", target="macos:14 ios:17") == ["mail-host-local"]
    assert mail.ids(IncomingMailServerHostName="mail.local", target="macos:14") == ["mail-host-local"]


def test_local_hosts_depend_on_the_device_that_a_target_names(only: type[Sample]) -> None:
    mail = only("mail-host-local")
    account = mail.account(IncomingMailServerHostName="localhost")
    assert mail.lint(mail.profile(account, TargetDeviceType=1)) == []
    assert mail.lint(mail.profile(account), target="macos") == []
    [finding] = mail.lint(mail.profile(account), target="ios")
    assert finding.message == "Incoming host localhost is the device itself, where no mail server runs"


def test_swapped_hosts_are_both_named(mail: Sample) -> None:
    swapped = {
        "IncomingMailServerHostName": "smtp.intern.example",
        "OutgoingMailServerHostName": "imap.intern.example",
    }
    first, second = mail.of(**{**OWN, **swapped})
    assert first.message == "Incoming host smtp.intern.example is named like a server for sending"
    assert second.message == "Outgoing host imap.intern.example is named like a server for receiving"


@pytest.mark.parametrize(
    ("incoming", "outgoing"),
    [
        ("smtp.intern.example", "smtp.intern.example"),
        ("imap.intern.example", "imap.intern.example"),
        ("mail.intern.example", "mail.intern.example"),
        ("imapsmtp.intern.example", "mail.intern.example"),
        ("mail.smtp.example", "mail.imap.example"),
    ],
)
def test_one_host_for_all_is_not_swapped(mail: Sample, incoming: str, outgoing: str) -> None:
    keys = {"IncomingMailServerHostName": incoming, "OutgoingMailServerHostName": outgoing}
    assert mail.ids(**{**OWN, **keys}, OutgoingPasswordSameAsIncomingPassword=True) == []


@pytest.mark.parametrize(
    ("port", "fixed"),
    [("993", 993), ("0", None), ("65536", None), ("9" * 5000, None), ("²", None), ("٣", None)],
)
def test_only_a_port_goes_to_the_key_for_the_port(only: type[Sample], port: str, fixed: int | None) -> None:
    keys = {"IncomingMailServerHostName": f"imap.example.com:{port}", "IncomingMailServerPortNumber": None}
    mail = only("mail-host-syntax")
    assert mail.ids(**keys) == ["mail-host-syntax"]
    assert mail.fixed(**keys).get("IncomingMailServerPortNumber") == fixed


def test_letters_beyond_ascii_become_punycode(mail: Sample) -> None:
    keys = {**OWN, "OutgoingMailServerHostName": "smtp.bücher.example"}
    [finding] = mail.of(**keys)
    assert (finding.rule, finding.severity) == ("mail-host-idn", Severity.NOTE)
    assert mail.fixed(**keys)["OutgoingMailServerHostName"] == "smtp.xn--bcher-kva.example"


def test_a_letter_that_two_standards_read_differently_is_left_to_a_person(mail: Sample) -> None:
    [finding] = mail.of(**{**OWN, "OutgoingMailServerHostName": "smtp.straße.example"})
    assert finding.rule == "mail-host-idn"
    assert finding.fix is None


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("imap.example.com", "example.com"),
        ("example.com", "example.com"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("co.uk", "co.uk"),
        ("mail", "mail"),
        ("192.0.2.7", "192.0.2.7"),
    ],
)
def test_domain(host: str, domain: str) -> None:
    assert hosts.domain(host) == domain


@pytest.mark.parametrize(
    ("kind", "host", "message", "fixed"),
    [
        (
            "com.apple.eas.account",
            "https://mail.example.net/Microsoft-Server-ActiveSync",
            "Exchange host 'https://mail.example.net/Microsoft-Server-ActiveSync' begins with a scheme, so no device finds it",
            "mail.example.net",
        ),
        (
            "com.apple.eas.account",
            "https://mail.example.net:8443/",
            "Exchange host 'https://mail.example.net:8443/' begins with a scheme, so no device finds it",
            "mail.example.net:8443",
        ),
        (
            "com.apple.ews.account",
            "mail.example.net:8443",
            "Exchange host 'mail.example.net:8443' holds a port, so no device finds it",
            "mail.example.net",
        ),
        ("com.apple.eas.account", "mail.example.net:8443", "", ""),
        ("com.apple.eas.account", "10.0.0.5:8443", "", ""),
        ("com.apple.eas.account", "2001:db8::1", "", ""),
        ("com.apple.eas.account", "exchange", "", ""),
    ],
)
def test_the_host_of_exchange(only: type[Sample], kind: str, host: str, message: str, fixed: str) -> None:
    linter = only("mail-host-syntax").linter()
    snippet = f"<dict>\n<key>PayloadType</key>\n<string>{kind}</string>\n<key>Host</key>\n<string>{host}</string>\n</dict>"
    source = from_bytes(example.whole(snippet, kind), "sample.mobileconfig")
    assert [one.message for one in linter.lint(source).diagnostics] == ([message] if message else [])
    account = plistlib.loads(fix(linter, source, unsafe=False).data)["PayloadContent"][0]
    assert account["Host"] == (fixed or host)
