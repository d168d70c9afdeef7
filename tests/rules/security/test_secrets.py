"""Passwords and keys: what is said, what must not be, and that no secret is ever in it."""

from __future__ import annotations

import base64
import plistlib
from typing import TYPE_CHECKING, Any

import pytest

from profiler.document.source import from_bytes
from profiler.model.account import CALDAV, EAS, GOOGLE, MAIL
from profiler.rules.security.example_certificates import LOCKED_IDENTITY, OPEN_IDENTITY

if TYPE_CHECKING:
    from tests.rules.conftest import Bench

PREFIXES = ("sec-",)
PKCS12 = "com.apple.security.pkcs12"
REMOVAL = "com.apple.profileRemovalPassword"
SECRET = "Sommer-2026"
KEY = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8Q\n-----END PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (MAIL, "OutgoingPassword"),
        (EAS, "Password"),
        (CALDAV, "CalDAVPassword"),
        ("com.apple.wifi.managed", "Password"),
        ("com.apple.ManagedClient.preferences", "AdminPassword"),
        ("com.example.app", "sharedSecret"),
    ],
)
def test_a_password_in_clear(bench: Bench, kind: str, key: str) -> None:
    assert bench.lint(bench.payload(MAIL), bench.payload(kind, **{key: SECRET})) == [
        ("sec-plaintext-password", "error", f"{key} is written out in a profile that is not encrypted")
    ]


def test_each_password_is_a_finding_wherever_it_stands(bench: Bench) -> None:
    wifi = bench.payload("com.apple.wifi.managed", EAPClientConfiguration={"UserPassword": SECRET})
    mail = bench.payload(MAIL, IncomingPassword="a", OutgoingPassword="b")
    assert bench.ids(wifi, mail) == ["sec-plaintext-password"] * 3


@pytest.mark.parametrize("value", ["", " ", "$PASSWORD", "{{password}}", "%Password%", "CHANGEME"])
def test_a_variable_or_nothing_is_no_password(bench: Bench, value: str) -> None:
    assert bench.lint(bench.payload(MAIL, IncomingPassword=value)) == []


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [
        ("com.apple.applicationaccess", "forceAirPlayIncomingRequestsPairingPassword", True),
        ("com.apple.screensaver", "askForPassword", 1),
        ("com.example.app", "AuthenticationChallenge", "none"),
        ("com.example.app", "LabelPassword", "Password"),
        ("com.example.app", "MenuChangePassword", "Change password…"),
        ("com.apple.ManagedClient.preferences", "SyncToken", "none"),
        (MAIL, "OutgoingPasswordSameAsIncomingPassword", True),
    ],
)
def test_keys_that_speak_of_passwords_and_hold_none(bench: Bench, kind: str, key: str, value: Any) -> None:
    assert bench.lint(bench.payload(MAIL), bench.payload(kind, **{key: value})) == []


def test_an_account_can_ask_for_its_password_and_wifi_cannot(bench: Bench) -> None:
    mail = bench.payload(MAIL, IncomingPassword=SECRET)
    wifi = bench.payload("com.apple.wifi.managed", Password=SECRET)
    assert bench.fixed(mail, wifi) == [mail, wifi]
    assert bench.fixed(mail, wifi, unsafe=True) == [bench.payload(MAIL), wifi]


def test_no_report_shows_the_password(bench: Bench) -> None:
    payloads = (
        bench.payload(MAIL, IncomingPassword=SECRET, PayloadDescription="Your password is Winter-2026."),
        bench.payload(CALDAV, CalDAVUsername="ola", CalDAVPassword=SECRET),
        bench.payload(PKCS12, PayloadContent=base64.b64decode(LOCKED_IDENTITY), Password="example"),
        bench.payload(REMOVAL, RemovalPassword=SECRET),
    )
    pretty = bench.profile(*payloads)
    for data in (pretty, pretty.replace(b"\n", b"").replace(b"\t", b"")):
        report = bench.linter(target="ios,manual").lint(from_bytes(data, "kari.mobileconfig"))
        assert {one.rule for one in report.diagnostics} >= {
            "sec-plaintext-password",
            "sec-p12-password",
            "sec-removal-password",
            "sec-secret-in-text",
            "sec-shared-password",
            "sec-encrypt-missing-recipient",
        }
        shown = [(one.message, one.hint, one.excerpt, one.related, one.fix) for one in report.diagnostics]
        assert SECRET not in repr(shown)
        told = [one for one in report.diagnostics if one.rule == "sec-secret-in-text"]
        assert "Winter" not in repr(told)
        assert all(one.start is not None for one in told)
        assert "'example'" not in repr(shown)
        assert ">example<" not in repr(shown)


def test_an_encrypted_profile_hides_its_passwords(bench: Bench) -> None:
    whole = plistlib.loads(bench.profile(bench.payload(MAIL)))
    del whole["PayloadContent"]
    assert bench.found(plistlib.dumps({**whole, "EncryptedPayloadContent": b"password"})) == []


@pytest.mark.parametrize(
    ("target", "severity"), [("", "error"), ("ios,mdm", "warning"), ("ios,mdm ios,manual", "error")]
)
def test_the_password_of_a_private_key(bench: Bench, target: str, severity: str) -> None:
    p12 = bench.payload(PKCS12, PayloadContent=base64.b64decode(LOCKED_IDENTITY), Password="example")
    assert bench.lint(p12, target=target, select="sec-p12-password") == [
        (
            "sec-p12-password",
            severity,
            "The password of the private key stands beside it, in a profile that is not encrypted",
        )
    ]
    assert [grade for _, grade, _ in bench.lint(p12, mdm="jamf")] == ["warning"]
    assert bench.ids(p12) == ["sec-p12-password"]
    assert bench.lint({**p12, "Password": "$P12_PASSWORD"}) == []


@pytest.mark.parametrize(("kind", "key"), [(PKCS12, "PayloadContent"), (EAS, "Certificate")])
def test_a_private_key_without_a_password(bench: Bench, kind: str, key: str) -> None:
    found = bench.lint(bench.payload(kind, **{key: base64.b64decode(OPEN_IDENTITY)}))
    assert found == [("sec-p12-no-password", "error", "The private key opens with an empty password")]
    assert bench.lint(bench.payload(kind, **{key: base64.b64decode(LOCKED_IDENTITY)})) == []
    assert bench.lint(bench.payload(kind, **{key: b"no PKCS #12 at all"})) == []


def test_a_private_key_as_text_as_data_and_in_a_value_that_is_dropped(bench: Bench) -> None:
    told = [("sec-private-key", "error", "A private key stands in the file for anybody to read")]
    assert bench.lint(bench.payload(MAIL, PayloadDescription=KEY)) == told
    assert bench.lint(bench.payload("com.apple.security.pem", PayloadContent=b"CA\n" + KEY.encode())) == told
    twice = f"<key>A</key><string>{KEY}</string><key>A</key><string>b</string></dict>".encode()
    assert bench.found(bench.profile(bench.payload(MAIL)).replace(b"</dict>", twice, 1)) == told
    assert bench.lint(bench.payload(MAIL, PayloadDescription="-----BEGIN PUBLIC KEY-----")) == []


def test_the_removal_password(bench: Bench) -> None:
    payload = bench.payload(REMOVAL, RemovalPassword=SECRET)
    assert bench.lint(payload) == [
        (
            "sec-removal-password",
            "warning",
            "The removal password is written out, so that the user it should stop can read it",
        )
    ]
    assert bench.lint(bench.payload(REMOVAL, RemovalPassword="$REMOVAL_PASSWORD")) == []


@pytest.mark.parametrize(
    "text",
    [
        "Password: Sommer-2026",
        "Your password is S0mmer!!",
        "Ihr Kennwort ist Sommer2026.",
        "PASSWORT=„Sommer2026“",
        "mot de passe : été2026",
    ],
)
def test_a_password_in_a_text(bench: Bench, text: str) -> None:
    message = "PayloadDescription seems to tell a password, which everybody sees who gets the file"
    assert bench.lint(bench.payload(MAIL, PayloadDescription=text)) == [
        ("sec-secret-in-text", "warning", message)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Password: ask the help desk",
        "The password is case-sensitive.",
        "Password: 12-character minimum",
        "Password: https://reset1.example.com/password",
        "Password: help2go@example.com",
        "Password: 1Password, vault Work",
        "The password is Office365's",
        "Your password is $PASSWORD1",
        "Enforces the password policy 2026",
        "Requires a passcode of 6 digits",
        "Password is changed in 2026",
        "password1234",
    ],
)
def test_a_text_about_passwords(bench: Bench, text: str) -> None:
    assert bench.lint(bench.payload(MAIL, PayloadDescription=text)) == []


def test_consent_texts_are_shown_too(bench: Bench) -> None:
    data = bench.profile(bench.payload(MAIL), ConsentText={"default": "Hello", "de": "Kennwort: Sommer2026"})
    assert [(rule, message[:2]) for rule, _, message in bench.found(data)] == [("sec-secret-in-text", "de")]


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("ola@example.com", ["sec-shared-password"]),
        ("kari", []),
        ("KARI@example.com", []),
        ("EXAMPLE\\kari", []),
        ("$USERNAME", []),
    ],
)
def test_one_password_of_two_users(bench: Bench, name: str, ids: list[str]) -> None:
    mail = bench.payload(MAIL, IncomingPassword=SECRET)
    dav = bench.payload(CALDAV, CalDAVUsername=name, CalDAVPassword=SECRET)
    assert bench.ids(mail, dav, select="sec-shared-password") == ids


def test_one_password_of_three_users_is_one_finding_that_names_them_and_not_it(bench: Bench) -> None:
    davs = [bench.payload(CALDAV, CalDAVUsername=name, CalDAVPassword=SECRET) for name in ("a", "b", "c")]
    assert bench.lint(*davs, select="sec-shared-password") == [
        ("sec-shared-password", "warning", "CalDAVPassword of b is the same as the password of a")
    ]
    others = [{**dav, "CalDAVPassword": "$PASSWORD"} for dav in davs]
    assert bench.lint(*others, select="sec-shared-password") == []


def test_a_password_for_devices_that_install_by_hand(bench: Bench) -> None:
    mail = bench.payload(MAIL, IncomingPassword=SECRET, OutgoingPassword=SECRET)
    rule = "sec-encrypt-missing-recipient"
    message = (
        "IncomingPassword cannot be encrypted for devices that install by hand: no key of theirs is known"
    )
    assert bench.lint(mail, target="ios,manual", select=rule) == [(rule, "note", message)]
    assert bench.lint(mail, target="ios,mdm", select=rule) == []
    assert bench.lint(mail, select=rule) == []
    assert bench.lint(bench.payload(MAIL), target="ios,manual", select=rule) == []


@pytest.mark.parametrize(
    ("restrictions", "ids"),
    [
        (None, ["sec-open-in"]),
        ({}, ["sec-open-in"]),
        ({"allowOpenFromManagedToUnmanaged": True}, ["sec-open-in"]),
        ({"allowOpenFromManagedToUnmanaged": False}, []),
    ],
)
def test_managed_attachments_when_asked_for(
    bench: Bench, restrictions: dict[str, Any] | None, ids: list[str]
) -> None:
    payloads = [bench.payload(GOOGLE)]
    if restrictions is not None:
        payloads.append(bench.payload("com.apple.applicationaccess", **restrictions))
    assert bench.ids(*payloads, target="ios,mdm", select="sec-open-in") == ids
    assert bench.ids(*payloads, mdm="jamf", select="sec-open-in") == ids
    assert bench.ids(*payloads, target="ios,manual", select="sec-open-in") == []
    assert "sec-open-in" not in bench.ids(*payloads, target="ios,mdm")
    if restrictions is not None:
        fixed = bench.fixed(*payloads, unsafe=True, target="ios,mdm", select="sec-open-in")
        assert fixed[1]["allowOpenFromManagedToUnmanaged"] is False
