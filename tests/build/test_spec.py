"""Specs: what they say, and what is said of wrong ones."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from profiler.build import spec
from profiler.build.check import serialize
from profiler.build.naming import uuid_of
from profiler.errors import ProfilerError, Refused, UsageError
from profiler.providers.validate import schema, violation
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
            6,
            "profiles[0].accounts[0].address: expected: The mail address, as anna@example.com.",
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
        ("consent = ''", 4, "profiles[0].consent: must not be empty"),
        (
            "consent = { default = 'x', german = 'y' }",
            4,
            "profiles[0].consent: expected: default, or the code of a language such as de or pt-BR.",
        ),
        ("removal = { date = 'soon' }", 4, "profiles[0].removal.date: expected: A date: 2027-07-31 or "),
        ("removal = { date = '2027-13-31' }", 4, "profiles[0].removal: 2027-13-31 is no date"),
        (
            "removal = { date = 0001-01-01T00:00:00+10:00 }",
            4,
            "profiles[0].removal: 0001-01-01 00:00:00+10:00 is no",
        ),
        (
            "removal = { after-days = inf }",
            4,
            "profiles[0].removal.after-days: a profile holds finite numbers only",
        ),
        ("settings = { X = nan }", 4, "profiles[0].settings.X: a profile holds finite numbers only"),
        ("settings = { X = 07:32:00 }", 4, "profiles[0].settings.X: a profile holds no time without a date"),
        (
            "settings = { X = [1, 99999999999999999999] }",
            4,
            "profiles[0].settings.X[1]: a profile holds numbers of up to 64 bits",
        ),
        (r'name = "a\u0001b"', 4, "profiles[0].name: holds a control character, which no profile can"),
        (r'settings = { "a\u0001" = 1 }', 4, "holds a control character, which no profile can"),
        (
            "settings = { X = 'uuid:none' }",
            4,
            "profiles[0].settings: no identity, certificate or payload is called",
        ),
        (
            "settings = { PayloadIdentifier = [1] }",
            4,
            "profiles[0].settings: PayloadIdentifier must be a text",
        ),
        (
            f"{ACCOUNT}settings = {{ PayloadType = [1] }}",
            4,
            "profiles[0].accounts[0]: PayloadType must be a text",
        ),
        (
            f"{ACCOUNT}settings = {{ EmailAddress = 5 }}",
            4,
            "profiles[0].accounts[0]: EmailAddress must be a text",
        ),
        (
            "settings = { PayloadContent = [] }",
            4,
            "profiles[0].settings: PayloadContent is put together from the spec",
        ),
        (
            "notifications = { settings = { X = 'base64:%' } }",
            4,
            "profiles[0].notifications: X: is no base64",
        ),
        (
            f"{ACCOUNT}smime = {{ encrypt-by-default = true }}",
            7,
            "profiles[0].accounts[0].smime: encrypt-by-default does nothing without encrypt",
        ),
        (f"{ACCOUNT}password = 'abc$'", 7, "profiles[0].accounts[0].password: expected: Where the secret is"),
        (f"{ACCOUNT}incoming = 'x:70000'", 7, "profiles[0].accounts[0].incoming: expected: HOST[:PORT]"),
        (
            f"{ACCOUNT}provider = 'nobody'\nincoming = 'a.example.org'\noutgoing = 'b.example.org'",
            4,
            "profiles[0].accounts[0]: provider 'nobody' is not known",
        ),
        (
            "[[profiles.accounts]]\nkind = 'caldav'\nhost = 'https://dav.example.org'",
            6,
            "profiles[0].accounts[0].host: expected: Name of the server, without https:// and path.",
        ),
    ],
)
def test_mistakes_have_file_line_key_and_what_was_expected(
    text: str, line: int, message: str, build: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as raised:
        build(text)
    assert raised.value.message.startswith(f"{tmp_path / 'spec.toml'}:{line}: ")
    assert message in raised.value.message
    assert raised.value.hint
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


def test_whole_numbers_may_be_written_with_a_point(build: Callable[..., dict[str, Any]]) -> None:
    value = build(
        """
        [[profiles.accounts]]
        kind = "exchange"
        address = "anna@example.org"
        host = "mail.example.org"
        past-days = 7.0
        [[profiles.accounts]]
        kind = "caldav"
        host = "dav.example.org"
        port = 8443.0
        """
    )
    days, port = (payload for payload in value["PayloadContent"])
    assert repr(days["MailNumberOfPastDaysToSync"]) == "7"
    assert repr(port["CalDAVPort"]) == "8443"


def test_a_provider_says_more_than_its_servers(build: Callable[..., dict[str, Any]]) -> None:
    value = build(
        """
        [[profiles.accounts]]
        kind = "imap"
        address = "anna@example.org"
        provider = "web.de"
        incoming = "imap.example.org"
        outgoing = "smtp.example.org"
        """
    )
    (made,) = value["PayloadContent"]
    assert (made["IncomingMailServerHostName"], made["IncomingMailServerUsername"]) == (
        "imap.example.org",
        "anna",
    )


def test_an_identifier_in_settings_is_the_profiles(tmp_path: Path, site: Callable[..., Site]) -> None:
    path = tmp_path / "spec.toml"
    path.write_text(HEAD + 'settings = { PayloadIdentifier = "org.example.other" }')
    ((_name, built),) = spec.build_all(spec.read(path), site())
    assert built.identifier == built.value["PayloadIdentifier"] == "org.example.other"
    assert built.value["PayloadUUID"] == uuid_of("org.example.other")


def test_a_private_key_of_an_exchange_account_is_a_secret(tmp_path: Path, site: Callable[..., Site]) -> None:
    path = tmp_path / "spec.toml"
    path.write_text(
        HEAD
        + '[[profiles.accounts]]\nkind = "exchange"\naddress = "anna@example.org"\nhost = "mail.example.org"\n'
        + 'settings = { Certificate = "base64:AAAA" }\n'
    )
    ((_name, built),) = spec.build_all(spec.read(path), site())
    assert built.secret


def test_targets_of_all_profiles_are_refused_where_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "spec.toml"
    path.write_text('\ntargets = ["android"]\n' + HEAD)
    with pytest.raises(UsageError) as raised:
        spec.read(path)
    assert raised.value.message == f"{path}:2: targets: target 'android': 'android' is not a platform"
    assert raised.value.hint == "one of ios, ipados, macos, tvos, watchos, visionos"


def test_the_line_of_a_spec_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    path = tmp_path / "spec.toml"
    path.write_bytes(HEAD.encode() + "name = 'é'".encode("latin-1"))
    with pytest.raises(UsageError) as raised:
        spec.read(path)
    assert raised.value.message == f"{path}:4: is not UTF-8 text"


BOTH_REFUSE = [
    ("incoming", "x:0"), ("incoming", "x:65536"), ("incoming", "a@b:993"), ("incoming", "x:993/ssl"), ("address", "anna"),
    ("password", "hunter2"), ("password", "100%"), ("name", ""), ("smime", {"sign-by-default": True}),
]  # fmt: skip
BOTH_ACCEPT = [
    ("incoming", "{server}"), ("incoming", "{server}:{port}/{way}"), ("incoming", "x:65535/starttls"), ("address", "{email}"),
    ("password", "{{password}}"), ("password", "$PASSWORD"), ("password", "%Password%"), ("password", "pw-{password}"),
]  # fmt: skip


@pytest.mark.parametrize(("accepted", "pairs"), [(False, BOTH_REFUSE), (True, BOTH_ACCEPT)])
def test_the_published_schema_speaks_as_the_build_does(accepted: bool, pairs: list[tuple[str, Any]]) -> None:
    validator = Draft202012Validator(schema("spec.schema.json"))
    for key, value in pairs:
        account = {"kind": "imap", "address": "anna@example.org", key: value}
        table = {"identifier-prefix": "org.example", "profiles": [{"id": "mail", "accounts": [account]}]}
        assert validator.is_valid(table) == accepted, (key, value)
        assert (violation(table, "spec.schema.json") is None) == accepted, (key, value)


@pytest.mark.parametrize(("given", "other"), [("incoming", "outgoing"), ("outgoing", "incoming")])
def test_half_of_the_servers_asks_for_the_other_half(
    given: str, other: str, build: Callable[..., dict[str, Any]]
) -> None:
    with pytest.raises(Refused) as raised:
        build(
            f"[[profiles.accounts]]\nkind = 'imap'\naddress = 'anna@example.org'\n{given} = 'mail.example.org'"
        )
    assert raised.value.hint == f'write {other} = "HOST[:PORT]" too'
