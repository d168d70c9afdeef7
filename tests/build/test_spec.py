"""Specs: what they say, and what is said of wrong ones."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from profiler.build import spec
from profiler.build.check import serialize
from profiler.errors import ProfilerError, UsageError
from profiler.rules.rule import Severity

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from profiler.build.check import Checker
    from profiler.build.site import Site

SAMPLES = Path(__file__).parents[2] / "sample_profiles" / "specs"
HEAD = 'identifier-prefix = "org.example"\n[[profiles]]\nid = "mail"\n'


@pytest.fixture
def build(tmp_path: Path, site: Callable[..., Site]) -> Callable[..., dict[str, Any]]:
    def run(text: str, *targets: str) -> dict[str, Any]:
        path = tmp_path / "spec.toml"
        path.write_text(HEAD + text, encoding="utf-8")
        ((_name, built),) = spec.build_all(spec.read(path), site(*targets))
        serialize(built.value)
        return built.value

    return run


def keys(payload: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value for key, value in payload.items() if not key.startswith("Payload") or key == "PayloadType"
    }


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_samples_build_and_lint_clean(path: Path, site: Callable[..., Site], checker: Checker) -> None:
    read = spec.read(path)
    row = {"email": "anna@school.example.org", "name": "Anna", "login": "anna"} if read.columns() else None
    for profile, (_name, built) in zip(read.profiles, spec.build_all(read, site(), row), strict=True):
        targets = spec.site_for(read, profile, site()).targets
        found = checker.findings(serialize(built.value), targets, "a.mobileconfig")
        rules = {one.rule for one in found if one.severity is not Severity.NOTE}
        assert rules <= {"doc-sample-value", "sec-root-ca"}, built.identifier


def test_there_are_five_samples() -> None:
    assert len(list(SAMPLES.glob("*.toml"))) == 5


def test_own_servers(build: Callable[..., dict[str, Any]]) -> None:
    value = build(
        """
        [[profiles.accounts]]
        kind = "imap"
        address = "anna@example.org"
        incoming = "imap.example.org"
        outgoing = "smtp.example.org:587"
        outgoing-authentication = "none"
        username = "anna"
        path-prefix = "INBOX"
        mail-drop = true
        settings = { PreventMove = true }
        """
    )
    assert keys(value["PayloadContent"][0]) == {
        "PayloadType": "com.apple.mail.managed",
        "EmailAccountDescription": "anna@example.org",
        "EmailAccountType": "EmailTypeIMAP",
        "EmailAddress": "anna@example.org",
        "IncomingMailServerHostName": "imap.example.org",
        "IncomingMailServerPortNumber": 993,
        "IncomingMailServerUseSSL": True,
        "IncomingMailServerAuthentication": "EmailAuthPassword",
        "IncomingMailServerUsername": "anna",
        "IncomingMailServerIMAPPathPrefix": "INBOX",
        "OutgoingMailServerHostName": "smtp.example.org",
        "OutgoingMailServerPortNumber": 587,
        "OutgoingMailServerUseSSL": True,
        "OutgoingMailServerAuthentication": "EmailAuthNone",
        "allowMailDrop": True,
        "PreventMove": True,
    }


def test_accounts_of_all_other_kinds(
    build: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PW", "hunter2")
    value = build(
        """
        [[profiles.accounts]]
        kind = "exchange"
        address = "anna@example.org"
        host = "mail.example.org"
        password = "env:PW"
        past-days = 0
        [[profiles.accounts]]
        kind = "google"
        address = "anna@example.com"
        name = "Anna"
        [[profiles.accounts]]
        kind = "caldav"
        host = "dav.example.org"
        port = 8443
        principal-url = "/anna"
        username = "anna"
        [[profiles.accounts]]
        kind = "carddav"
        host = "dav.example.org"
        tls = false
        [[profiles.accounts]]
        kind = "subscribed-calendar"
        url = "https://example.org/a.ics"
        [[profiles.accounts]]
        kind = "ldap"
        host = "ldap.example.org"
        searches = [{ base = "o=example" }]
        """
    )
    assert [keys(payload) for payload in value["PayloadContent"]] == [
        {"PayloadType": "com.apple.eas.account", "EmailAddress": "anna@example.org", "SSL": True, "Host": "mail.example.org",
         "Password": "hunter2", "MailNumberOfPastDaysToSync": 0},
        {"PayloadType": "com.apple.google-oauth", "AccountDescription": "anna@example.com", "EmailAddress": "anna@example.com",
         "AccountName": "Anna"},
        {"PayloadType": "com.apple.caldav.account", "CalDAVAccountDescription": "dav.example.org", "CalDAVHostName": "dav.example.org",
         "CalDAVUseSSL": True, "CalDAVUsername": "anna", "CalDAVPort": 8443, "CalDAVPrincipalURL": "/anna"},
        {"PayloadType": "com.apple.carddav.account", "CardDAVAccountDescription": "dav.example.org",
         "CardDAVHostName": "dav.example.org", "CardDAVUseSSL": False},
        {"PayloadType": "com.apple.subscribedcalendar.account", "SubCalAccountDescription": "https://example.org/a.ics",
         "SubCalAccountHostName": "https://example.org/a.ics", "SubCalAccountUseSSL": True},
        {"PayloadType": "com.apple.ldap.account", "LDAPAccountDescription": "ldap.example.org",
         "LDAPAccountHostName": "ldap.example.org", "LDAPAccountUseSSL": True,
         "LDAPSearchSettings": [{"LDAPSearchSettingSearchBase": "o=example", "LDAPSearchSettingScope": "LDAPSearchSettingScopeSubtree"}]},
    ]  # fmt: skip
    identifiers = [payload["PayloadIdentifier"] for payload in value["PayloadContent"]]
    assert identifiers[0] == "org.example.mail.exchange.anna-at-example.org"
    assert len(set(identifiers)) == 6


def test_names_become_uuids_and_identities_come_first(
    build: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    (tmp_path / "anna.p12").write_bytes(b"\x30\x03abc")
    value = build(
        """
        [profiles.identities.anna]
        file = "anna.p12"
        [profiles.vpn.work]
        settings = { VPNType = "IKEv2", PayloadCertificateUUID = "uuid:device" }
        [[profiles.accounts]]
        kind = "imap"
        address = "anna@fastmail.com"
        smime = { sign = "anna", encrypt = "anna", user-may-change = true }
        vpn = "work"
        [[profiles.payloads]]
        type = "com.apple.security.scep"
        id = "device"
        settings = { PayloadContent = { URL = "https://example.org" } }
        """
    )
    identity, scep, vpn, mail = value["PayloadContent"]
    assert [one["PayloadType"].rpartition(".")[2] for one in (identity, scep, vpn, mail)] == [
        "pkcs12",
        "scep",
        "applayer",
        "managed",
    ]
    assert identity["PayloadContent"] == b"\x30\x03abc"
    assert vpn["PayloadCertificateUUID"] == scep["PayloadUUID"]
    assert mail["VPNUUID"] == vpn["VPNUUID"] != vpn["PayloadUUID"]
    smime = {key: item for key, item in mail.items() if key.startswith("SMIME")}
    assert smime == {
        "SMIMESigningEnabled": True,
        "SMIMESigningCertificateUUID": identity["PayloadUUID"],
        "SMIMEEncryptByDefault": False,
        "SMIMEEncryptionCertificateUUID": identity["PayloadUUID"],
        "SMIMEEnableEncryptionPerMessageSwitch": True,
        "SMIMESigningUserOverrideable": True,
        "SMIMESigningCertificateUUIDUserOverrideable": True,
        "SMIMEEncryptByDefaultUserOverrideable": True,
        "SMIMEEncryptionCertificateUUIDUserOverrideable": True,
    }


def test_head_of_the_profile(build: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PW", "hunter2")
    value = build(
        """
        name = "Mail"
        description = "For you"
        organization = "Example"
        scope = "system"
        targets = ["macos"]
        consent = { default = "Yes?", de = "Ja?" }
        removal = { disallowed = true, date = 2027-07-31, after-days = 1.5, password = "env:PW" }
        settings = { PayloadExpirationDate = 2027-08-01T02:00:00+02:00 }
        [profiles.notifications]
        alerts = "persistent"
        carplay = false
        sounds = false
        """
    )
    content = value.pop("PayloadContent")
    assert value == {
        "PayloadDisplayName": "Mail",
        "PayloadDescription": "For you",
        "PayloadOrganization": "Example",
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": "org.example.mail",
        "PayloadUUID": value["PayloadUUID"],
        "PayloadScope": "System",
        "TargetDeviceType": 5,
        "ConsentText": {"default": "Yes?", "de": "Ja?"},
        "PayloadRemovalDisallowed": True,
        "RemovalDate": dt.datetime.fromisoformat("2027-07-31"),
        "DurationUntilRemoval": 129600.0,
        "HasRemovalPasscode": True,
        "PayloadExpirationDate": dt.datetime.fromisoformat("2027-08-01"),
    }
    assert [keys(payload) for payload in content] == [
        {
            "PayloadType": "com.apple.notificationsettings",
            "NotificationSettings": [
                {"BundleIdentifier": "com.apple.mail", "SoundsEnabled": False, "AlertType": 2}
            ],
        },
        {"PayloadType": "com.apple.profileRemovalPassword", "RemovalPassword": "hunter2"},
    ]


ACCOUNT = '[[profiles.accounts]]\nkind = "imap"\naddress = "anna@fastmail.com"\n'


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("nam = 1", 4, "profiles[0].nam: unknown key; did you mean name? expected one of accounts, "),
        (
            "[[profiles.accounts]]\nkind = 'imapp'",
            5,
            "profiles[0].accounts[0].kind: expected one of imap, pop, exchange",
        ),
        ("[[profiles.accounts]]\nkind = 'imap'", 4, "profiles[0].accounts[0]: the key 'address' is missing"),
        (f"{ACCOUNT}port = 993", 7, "profiles[0].accounts[0].port: unknown key; expected one of address, "),
        (f"{ACCOUNT}incoming = 'https://x'", 7, "profiles[0].accounts[0].incoming: expected: HOST[:PORT]"),
        (
            f"{ACCOUNT}password = 'hunter2'",
            7,
            "profiles[0].accounts[0].password: expected: Where the secret is",
        ),
        (f"{ACCOUNT}mail-drop = 'yes'", 7, "profiles[0].accounts[0].mail-drop: expected true or false"),
        (f"{ACCOUNT}vpn = 'work'", 4, "profiles[0].accounts[0]: vpn 'work' is not described in this profile"),
        (
            f"{ACCOUNT}smime = {{ sign = 'x' }}",
            4,
            "profiles[0].accounts[0]: no identity, certificate or payload is called 'x'",
        ),
        (
            f"{ACCOUNT}{ACCOUNT}",
            2,
            "profiles[0]: two payloads would get the identifier org.example.mail.imap.anna-at-fastmail.com",
        ),
        (
            "[[profiles.accounts]]\nkind = 'imap'\naddress = 'anna'",
            4,
            "profiles[0].accounts[0]: 'anna' is no mail address",
        ),
        (
            "targets = ['ios', 'windows']",
            4,
            "profiles[0].targets: target 'windows': 'windows' is not a platform",
        ),
        (
            "[[profiles]]\nid = 'mail'",
            5,
            "profiles[1].id: another profile has the identifier org.example.mail",
        ),
        ("name = 'a", 4, "no valid TOML: Expected"),
        ("[profiles.certificates.ca]\nfile = 'spec.toml'", 4, "is no certificate"),
        ("consent = { de = 'x' }", 4, "profiles[0].consent: the key 'default' is missing"),
    ],
)
def test_mistakes_have_file_line_key_and_what_was_expected(
    text: str, line: int, message: str, build: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as raised:
        build(text)
    assert raised.value.message.startswith(f"{tmp_path / 'spec.toml'}:{line}: ")
    assert message in raised.value.message
    assert "hunter2" not in raised.value.message


def test_a_missing_file_is_no_usage_error(build: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    with pytest.raises(ProfilerError, match=r"absent.pem: cannot be read: No such file") as raised:
        build("[profiles.certificates.ca]\nfile = 'absent.pem'")
    assert raised.value.exit_code == 3
    with pytest.raises(ProfilerError, match=r"none.toml: cannot be read") as raised:
        spec.read(tmp_path / "none.toml")
    assert raised.value.exit_code == 3


def test_variables_of_device_management_stay(build: Callable[..., dict[str, Any]]) -> None:
    value = build(
        """
        [[profiles.accounts]]
        kind = "exchange"
        address = "{{mail}}"
        host = "mail.example.org"
        username = "{EmailUserName}"
        password = "%Password%"
        """
    )
    (made,) = value["PayloadContent"]
    assert (made["EmailAddress"], made["UserName"], made["Password"]) == (
        "{{mail}}",
        "{EmailUserName}",
        "%Password%",
    )
