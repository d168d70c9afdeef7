# ruff: noqa: E501 - a table reads best with one case to a line
from __future__ import annotations

import datetime
import plistlib
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from profiler.document.source import from_bytes
from profiler.lint.fixer import fix

if TYPE_CHECKING:
    from tests.rules.conftest import Bench

PREFIXES = ("prof-", "doc-type-mismatch")
MAIL = "com.apple.mail.managed"
EAS = "com.apple.eas.account"
CALDAV = "com.apple.caldav.account"
UUID = "0F6C9A5E-1B7D-5C1E-9F43-2E8A7B6C5D41"
OTHER = "E9D2B4A6-7C1F-4E0A-B3D8-6F5A9C8E7B10"


def of_top(bench: Bench, **top: Any) -> list[tuple[str, str, str]]:
    """Findings in a mail profile with other keys at the top; None leaves one out."""
    return bench.found(changed(bench, **top))


def changed(bench: Bench, **top: Any) -> bytes:
    whole = plistlib.loads(bench.profile(bench.payload(MAIL))) | top
    return plistlib.dumps({key: value for key, value in whole.items() if value is not None}, sort_keys=False)


def fixed_top(bench: Bench, *, unsafe: bool = False, **top: Any) -> dict[str, Any]:
    found: dict[str, Any] = plistlib.loads(
        fix(bench.linter(), from_bytes(changed(bench, **top), "a"), unsafe=unsafe).data
    )
    return found


def ids(found: list[tuple[str, str, str]]) -> list[str]:
    return [rule for rule, _, _ in found]


def other(kind: str, **keys: Any) -> dict[str, Any]:
    """A payload of a type that the bench has no sample of."""
    common = {
        "PayloadType": kind,
        "PayloadIdentifier": f"com.example.kari.{kind}",
        "PayloadUUID": UUID,
        "PayloadVersion": 1,
    }
    return common | keys


# prof-missing-key
@pytest.mark.parametrize("key", ["PayloadType", "PayloadVersion", "PayloadIdentifier", "PayloadUUID"])
def test_each_common_key_is_needed_at_the_top(bench: Bench, key: str) -> None:
    message = f"{key} is missing: the profile needs it, and devices refuse a profile without it"
    assert ("prof-missing-key", "error", message) in of_top(bench, **{key: None})


@pytest.mark.parametrize("key", ["PayloadVersion", "PayloadIdentifier", "PayloadUUID"])
def test_each_common_key_is_needed_in_a_payload(bench: Bench, key: str) -> None:
    message = f"{key} is missing: {MAIL} needs it, and devices refuse a profile without it"
    assert bench.lint(bench.payload(MAIL, **{key: None})) == [("prof-missing-key", "error", message)]


def test_a_payload_without_a_type(bench: Bench) -> None:
    nameless = other("com.example.app", setting=1)
    del nameless["PayloadType"]
    assert [one[:2] for one in bench.lint(nameless)] == [("prof-missing-key", "error")]


def test_what_follows_from_the_rest_is_filled_in(bench: Bench) -> None:
    payload = bench.payload(CALDAV, PayloadVersion=None, PayloadIdentifier=None, PayloadUUID=None)
    fixed = bench.fixed(payload)[0]
    assert fixed["PayloadVersion"] == 1
    assert fixed["PayloadIdentifier"] == "com.example.kari.caldav-account"
    assert fixed["PayloadUUID"] == str(uuid.uuid5(uuid.NAMESPACE_DNS, fixed["PayloadIdentifier"])).upper()


@pytest.mark.parametrize("key", ["PayloadIdentifier", "PayloadUUID"])
def test_an_empty_identity_is_as_good_as_none(bench: Bench, key: str) -> None:
    message = f"{key} is empty: {MAIL} needs it, and devices refuse a profile without it"
    assert bench.lint(bench.payload(MAIL, **{key: ""})) == [("prof-missing-key", "error", message)]


def test_keys_of_mail_are_the_business_of_mail(bench: Bench) -> None:
    assert bench.lint(bench.payload(MAIL, EmailAccountType=None, IncomingMailServerHostName=None)) == []


def test_far_from_mail_a_missing_setting_is_a_warning(bench: Bench) -> None:
    found = bench.lint(other("com.apple.dnsSettings.managed"))
    assert [(rule, severity) for rule, severity, _ in found] == [("prof-missing-key", "warning")]


def test_a_payload_of_no_type_is_called_the_payload(bench: Bench) -> None:
    message = "PayloadType is missing: the payload needs it, and devices refuse a profile without it"
    assert ("prof-missing-key", "error", message) in bench.lint(bench.payload(MAIL, PayloadType=None))


@pytest.mark.parametrize(
    ("payload", "key", "severity"),
    [
        ({"PayloadType": "com.apple.security.pkcs12"}, "PayloadContent", "error"),
        ({"PayloadType": "com.apple.airplay", "Passwords": [{"DeviceName": "Hall"}]}, "Password", "warning"),
    ],
)
def test_a_secret_that_a_payload_is_about_is_missed(
    bench: Bench, payload: dict[str, Any], key: str, severity: str
) -> None:
    found = bench.lint(other(payload["PayloadType"], **payload))
    assert [
        (rule, grade, message.split()[0]) for rule, grade, message in found if rule == "prof-missing-key"
    ] == [("prof-missing-key", severity, key)]


def test_the_password_of_a_user_is_best_left_out(bench: Bench) -> None:
    user = {
        "FullName": "Kari",
        "UserName": "kari",
        "EmailAddress": "kari@example.com",
        "AuthMethod": "UserEnteredPassword",
    }
    found = bench.lint(other("com.apple.configurationprofile.identification", PayloadIdentification=user))
    assert [one for one in found if one[0] == "prof-missing-key"] == []


def test_a_key_that_no_target_knows_is_not_missed(bench: Bench) -> None:
    assert ids(bench.lint(bench.payload(MAIL), target="ios")) == []


# prof-type, prof-version, prof-content-not-array, prof-empty, prof-encrypted-inconsistent
def test_an_enrolment_envelope_is_no_profile(bench: Bench) -> None:
    envelope = {
        "PayloadType": "Profile Service", "PayloadIdentifier": "com.example.enrol", "PayloadUUID": UUID, "PayloadVersion": 1,
        "PayloadContent": {"URL": "https://example.com/enrol", "DeviceAttributes": ["UDID"]},
    }  # fmt: skip
    assert bench.found(plistlib.dumps(envelope)) == []


@pytest.mark.parametrize("kind", [None, "", "Configuration"])
def test_a_dictionary_of_payloads_is_told_of_in_a_profile_without_a_type_too(
    bench: Bench, kind: str | None
) -> None:
    message = "PayloadContent is a dictionary; a profile holds an array of payloads there"
    found = of_top(bench, PayloadType=kind, PayloadContent=bench.payload(MAIL))
    assert ("prof-content-not-array", "error", message) in found


def test_a_payload_alone_is_one_error_and_is_checked_as_such(bench: Bench) -> None:
    payload = bench.payload(EAS, SSLL=True)
    found = bench.found(plistlib.dumps(payload))
    assert found[0][:2] == ("prof-type", "error")
    assert [one for one in found if one[0] == "prof-missing-key"] == []


def test_a_fragment_of_an_app_is_one_error(bench: Bench) -> None:
    found = bench.found(plistlib.dumps(other("com.example.app", setting=1, another=2)))
    message = "com.example.app is the type of a payload; a profile's is Configuration"
    assert found == [("prof-type", "error", message)]


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (1, []),
        (1.0, []),
        (2, ["prof-version"]),
        (0, ["prof-version"]),
        (2.5, ["doc-type-mismatch", "prof-version"]),
    ],
)
def test_the_version_of_the_format(bench: Bench, version: float, expected: list[str]) -> None:
    assert sorted(ids(of_top(bench, PayloadVersion=version))) == expected


def test_a_version_in_a_string_is_a_matter_of_type(bench: Bench) -> None:
    assert ids(of_top(bench, PayloadVersion="1")) == ["doc-type-mismatch"]
    assert fixed_top(bench, PayloadVersion="1")["PayloadVersion"] == 1


def test_payloads_that_are_no_array_nor_dictionary(bench: Bench) -> None:
    assert ids(of_top(bench, PayloadContent="none")) == ["doc-type-mismatch"]


def test_an_encrypted_profile_is_not_empty(bench: Bench) -> None:
    assert of_top(bench, PayloadContent=None, EncryptedPayloadContent=b"x") == []
    assert of_top(bench, PayloadContent=None, EncryptedPayloadContent=b"x", IsEncrypted=True) == []


def test_no_payload_at_all(bench: Bench) -> None:
    message = "the profile has no payload: installing it changes nothing"
    assert of_top(bench, PayloadContent=None) == [("prof-empty", "warning", message)]


def test_clear_payloads_beside_encrypted_ones(bench: Bench) -> None:
    message = "PayloadContent stands beside EncryptedPayloadContent; nobody can say which one a device takes"
    assert of_top(bench, EncryptedPayloadContent=b"x") == [("prof-encrypted-inconsistent", "error", message)]
    empty: dict[str, Any] = {"EncryptedPayloadContent": b"x", "PayloadContent": []}
    assert of_top(bench, **empty) == [("prof-encrypted-inconsistent", "error", message)]
    assert "PayloadContent" in fixed_top(bench, EncryptedPayloadContent=b"x")
    assert "PayloadContent" not in fixed_top(bench, **empty)


# identifiers and UUIDs
@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("com.example.mail", []),
        ("no.nordmann.kari@example.com", []),
        ("com.example.Blåbær", []),
        ("$EXTENSIONATTRIBUTE_1", []),
        ("Work mail", ["prof-identifier-form"]),
        ("workmail", ["prof-identifier-form"]),
        (UUID, ["prof-identifier-form"]),
        ("com.apple.mdm.example", ["prof-identifier-apple-namespace"]),
    ],
)
def test_the_form_of_an_identifier(bench: Bench, identifier: str, expected: list[str]) -> None:
    assert ids(of_top(bench, PayloadIdentifier=identifier)) == expected


def test_payloads_may_be_named_as_configurator_names_them(bench: Bench) -> None:
    assert bench.lint(bench.payload(MAIL, PayloadIdentifier=f"com.apple.mail.managed.{UUID}")) == []
    assert bench.lint(bench.payload(MAIL, PayloadIdentifier=UUID)) == []


def test_equal_identifiers_are_an_error_for_apple_business_only(bench: Bench) -> None:
    twins = bench.payload(CALDAV), bench.payload(CALDAV, PayloadUUID=UUID)
    assert [one[:2] for one in bench.lint(*twins)] == [("prof-identifier-duplicate", "warning")]
    strict = [one[:2] for one in bench.lint(*twins, target="ios,apple-business")]
    assert ("prof-identifier-duplicate", "error") in strict


def test_two_payloads_with_the_identifier_of_the_profile_are_twins_too(bench: Bench) -> None:
    twins = (
        bench.payload(CALDAV, PayloadIdentifier="com.example.kari"),
        bench.payload(CALDAV, PayloadIdentifier="com.example.kari", PayloadUUID=UUID),
    )
    assert [(rule, message) for rule, _, message in bench.lint(*twins)] == [
        (
            "prof-identifier-reused",
            "PayloadIdentifier com.example.kari is that of the profile; a payload's has a suffix",
        ),
        (
            "prof-identifier-duplicate",
            "PayloadIdentifier com.example.kari belongs to two payloads; an update may confuse them",
        ),
        (
            "prof-identifier-reused",
            "PayloadIdentifier com.example.kari is that of the profile; a payload's has a suffix",
        ),
    ]
    assert [one["PayloadIdentifier"] for one in bench.fixed(*twins, unsafe=True)] == [
        "com.example.kari.caldav-account", "com.example.kari.caldav-account.2",
    ]  # fmt: skip


def test_identifiers_to_come_are_not_compared(bench: Bench) -> None:
    mark = "{{ identifier }}"
    payloads = bench.payload(CALDAV, PayloadIdentifier=mark), bench.payload(MAIL, PayloadIdentifier=mark)
    assert ids(bench.lint(*payloads)) == []
    assert ids(bench.found(bench.profile(payloads[0], PayloadIdentifier=mark))) == []


def test_identifiers_are_changed_only_when_asked(bench: Bench) -> None:
    same = "com.example.kari"
    twins = bench.payload(CALDAV, PayloadIdentifier=same), bench.payload(MAIL, PayloadIdentifier=same)
    assert [one["PayloadIdentifier"] for one in bench.fixed(*twins)] == ["com.example.kari"] * 2
    fixed = [one["PayloadIdentifier"] for one in bench.fixed(*twins, unsafe=True)]
    assert len({*fixed, "com.example.kari"}) == 3


@pytest.mark.parametrize("other_case", [UUID, UUID.lower()])
def test_equal_uuids_in_any_letter_case(bench: Bench, other_case: str) -> None:
    twins = bench.payload(CALDAV, PayloadUUID=UUID), bench.payload(MAIL, PayloadUUID=other_case)
    assert bench.lint(*twins) == [
        ("prof-uuid-duplicate", "error", f"PayloadUUID {other_case} is used twice; macOS refuses the profile")
    ]


def test_a_uuid_that_is_referred_to_is_not_changed(bench: Bench) -> None:
    twins = (
        bench.payload(CALDAV, PayloadUUID=UUID),
        bench.payload(EAS, PayloadUUID=UUID, PayloadCertificateUUID=UUID),
    )
    assert [one["PayloadUUID"] for one in bench.fixed(*twins, unsafe=True)] == [UUID, UUID]


@pytest.mark.parametrize("text", ["$UDID", "$(uuidgen)", "{{ uuid }}"])
def test_equal_marks_are_equal_uuids(bench: Bench, text: str) -> None:
    twins = bench.payload(CALDAV, PayloadUUID=text), bench.payload(MAIL, PayloadUUID=text)
    assert ids(bench.lint(*twins)) == ["prof-uuid-duplicate"]


def test_a_mark_is_not_replaced_by_a_uuid(bench: Bench) -> None:
    twins = bench.payload(CALDAV, PayloadUUID="$(uuidgen)"), bench.payload(MAIL, PayloadUUID="$(uuidgen)")
    assert [one["PayloadUUID"] for one in bench.fixed(*twins, unsafe=True)] == ["$(uuidgen)", "$(uuidgen)"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (UUID.lower(), []),
        ("0e7f3a5492b15c3d8a647b1c5d9e2f03", ["prof-uuid-form"]),
        (f"{UUID}'", ["prof-uuid-form"]),
        (f"mail-{UUID}", ["prof-uuid-form"]),
        ("not-a-uuid", ["prof-uuid-form"]),
        ("account", ["prof-uuid-form"]),
        ("UUID1", []),
        ("$UDID", []),
    ],
)
def test_the_form_of_a_uuid(bench: Bench, text: str, expected: list[str]) -> None:
    assert ids(bench.lint(bench.payload(CALDAV, PayloadUUID=text))) == expected


def test_a_uuid_in_another_form_is_a_warning_when_a_key_refers_to_it(bench: Bench) -> None:
    plain = "0e7f3a5492b15c3d8a647b1c5d9e2f03"
    payloads = (
        other("com.apple.security.root", PayloadUUID=plain, PayloadContent=b"x"),
        bench.payload(EAS, PayloadCertificateUUID=plain),
    )
    message = f"PayloadUUID {plain} is not written as a UUID, and another key refers to it"
    assert bench.lint(*payloads) == [("prof-uuid-form", "warning", message)]


def test_only_keys_that_name_a_uuid_refer_to_one(bench: Bench) -> None:
    account = bench.payload(CALDAV, PayloadUUID="home", CalDAVAccountDescription="Home")
    assert [grade for _, grade, _ in bench.lint(account)] == ["note"]


# what Apple's schema says
@pytest.mark.parametrize("kind", ["com.google.Chrome", "com.microsoft.wdav", "com.example.app"])
def test_settings_of_apps_are_no_finding(bench: Bench, kind: str) -> None:
    assert bench.lint(other(kind, AnySetting=True)) == []


def test_a_payload_of_no_known_type_that_sets_nothing(bench: Bench) -> None:
    message = (
        "Apple documents no payload type com.example.app, and the payload sets no preference of an app either"
    )
    assert bench.lint(other("com.example.app")) == [("prof-unknown-type", "error", message)]


@pytest.mark.parametrize(
    ("kind", "severity", "message"),
    [
        ("com.apple.mail.manged", "warning", "Apple documents no payload type com.apple.mail.manged; did you mean com.apple.mail.managed?"),
        ("com.apple.Mail.Managed", "warning", "Apple documents no payload type com.apple.Mail.Managed; did you mean com.apple.mail.managed?"),
        ("com.apple.unheardof", "warning", "Apple documents no payload type com.apple.unheardof"),
        ("com.apple.mail.managed.account", "warning", "Apple documents no payload type com.apple.mail.managed.account"),
        ("com.apple.mdmclient", "error", "com.apple.mdmclient is no payload type; it only begins like com.apple.mdm, and nothing reads it"),
    ],
)  # fmt: skip
def test_types_in_apples_name_space(bench: Bench, kind: str, severity: str, message: str) -> None:
    assert bench.lint(other(kind, Setting=1)) == [("prof-unknown-type", severity, message)]


@pytest.mark.parametrize("key", ["PayloadEnabled", "updated_at_xid", "IdentificationUUID"])
def test_keys_that_no_device_minds(bench: Bench, key: str) -> None:
    value = True if key == "PayloadEnabled" else UUID
    assert bench.lint(bench.payload(MAIL, **{key: value})) == []


def test_an_unknown_key_with_its_nearest_neighbour(bench: Bench) -> None:
    message = "IncomingMailServerHostname is spelt IncomingMailServerHostName; as written, devices ignore it"
    assert bench.lint(bench.payload(MAIL, IncomingMailServerHostname="x")) == [
        ("prof-key-case", "error", message)
    ]
    message = f"EmailAdress is no key of {MAIL}; devices ignore it; did you mean EmailAddress?"
    assert bench.lint(bench.payload(MAIL, EmailAdress="kari@example.com")) == [
        ("prof-unknown-key", "warning", message)
    ]


@pytest.mark.parametrize(
    ("kind", "key", "value", "advice"),
    [
        (MAIL, "CalDAVAccountDescription", "Calendar", "it belongs in com.apple.caldav.account"),
        ("com.apple.ews.account", "PreventMove", False, "it belongs in com.apple.mail.managed or com.apple.eas.account"),
        ("com.apple.ldap.account", "LDAPSearchSettingScope", "x", "it belongs inside LDAPSearchSettings"),
        ("com.apple.vpn.managed", "OnDemandEnabled", 1, "it belongs inside IKEv2, IPSec, TransparentProxy or VPN"),
        (MAIL, "PayloadRemovalDisallowed", False, "it belongs at the top of the profile"),
        (MAIL, "IncomingMailServerPassword", "x", "did you mean IncomingPassword?"),
        (MAIL, "IncomingMailServerPortNumer", "993", "did you mean IncomingMailServerPortNumber?"),
    ],
)  # fmt: skip
def test_an_unknown_key_that_is_known_elsewhere(
    bench: Bench, kind: str, key: str, value: object, advice: str
) -> None:
    message = f"{key} is no key of {kind}; devices ignore it; {advice}"
    assert ("prof-unknown-key", "warning", message) in bench.lint(bench.payload(kind, **{key: value}))


@pytest.mark.parametrize("key", ["", " ", "é", "-", "E", "ee", "PayloadPayload"])
def test_an_unknown_key_that_is_like_no_other(bench: Bench, key: str) -> None:
    message = f"{key} is no key of {MAIL}; devices ignore it"
    assert ("prof-unknown-key", "warning", message) in bench.lint(bench.payload(MAIL, **{key: "x"}))


def test_a_key_of_the_payload_that_stands_too_deep(bench: Bench) -> None:
    vpn = bench.payload("com.apple.vpn.managed", IPSec={"UserDefinedName": "Office"})
    message = (
        "UserDefinedName is no key of com.apple.vpn.managed; devices ignore it; "
        "it belongs at the top of the com.apple.vpn.managed payload"
    )
    assert ("prof-unknown-key", "warning", message) in bench.lint(vpn)


def test_no_key_is_suggested_for_a_value_it_cannot_have(bench: Bench) -> None:
    message = f"IncomingMailServerUsesSSL is no key of {MAIL}; devices ignore it"
    assert ("prof-unknown-key", "warning", message) in bench.lint(
        bench.payload(MAIL, IncomingMailServerUsesSSL="imap.example.com")
    )


def test_the_other_spelling_of_overridable(bench: Bench) -> None:
    key = "SMIMESigningUserOverridable"
    payload = bench.payload(MAIL, **{key: True})
    assert ids(bench.lint(payload)) == ["prof-key-case"]
    assert "SMIMESigningUserOverrideable" in bench.fixed(payload)[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("blacklistedAppBundleIDs", "blockedAppBundleIDs"),
        ("whitelistedAppBundleIDs", "allowListedAppBundleIDs"),
    ],
)
def test_a_list_of_apps_under_its_old_name(bench: Bench, old: str, new: str) -> None:
    restrictions = bench.payload("com.apple.applicationaccess", **{old: ["com.example.game"]})
    target = "ios:17,mdm,supervised"
    message = f"{old} is deprecated on iOS 17 since 15.0; it may have no effect any more"
    assert bench.lint(restrictions, target=target) == [("prof-deprecated-true", "warning", message)]
    assert new in bench.fixed(restrictions, target=target, unsafe=True)[0]


@pytest.mark.parametrize(("value", "expected"), [(False, []), (True, ["prof-deprecated-true"])])
def test_a_deprecated_key_at_its_default_costs_nothing(
    bench: Bench, value: bool, expected: list[str]
) -> None:
    payload = bench.payload(MAIL, SMIMEEnablePerMessageSwitch=value)
    assert ids(bench.lint(payload, target="ios:17")) == expected
    assert ids(bench.lint(payload)) == []
    assert "prof-deprecated-true" not in ids(bench.lint(payload, target="ios:9"))


def test_the_old_switch_of_smime_is_deprecated_beside_the_new_ones(bench: Bench) -> None:
    old = {"SMIMEEnabled": True}
    assert ids(bench.lint(bench.payload(MAIL, **old), target="ios:17")) == []  # mail-smime-legacy says it
    both = bench.payload(MAIL, **old, SMIMESigningUserOverrideable=True)
    assert ids(bench.lint(both, target="ios:17")) == ["prof-deprecated-true"]


@pytest.mark.parametrize(
    ("kind", "device", "target"),
    [
        (EAS, 5, ""), ("com.apple.google-oauth", 5, ""), ("com.apple.subscribedcalendar.account", 5, ""), ("com.apple.ews.account", 1, ""),
        (MAIL, 2, ""), (MAIL, 3, ""), (MAIL, 4, ""), (EAS, 0, "macos"), ("com.apple.ews.account", 0, "ios"), (MAIL, 0, "tvos"),
    ],
)  # fmt: skip
def test_payloads_that_a_device_does_not_know(bench: Bench, kind: str, device: int, target: str) -> None:
    found = bench.found(bench.profile(bench.payload(kind), TargetDeviceType=device), target=target)
    assert ("prof-platform-mismatch", "error") in [one[:2] for one in found]


@pytest.mark.parametrize(
    ("kind", "device", "target"),
    [(MAIL, 1, ""), (MAIL, 5, ""), (MAIL, 6, ""), (EAS, 1, "ios"), (MAIL, 0, "")],
)
def test_payloads_that_a_device_knows(bench: Bench, kind: str, device: int, target: str) -> None:
    found = bench.found(bench.profile(bench.payload(kind), TargetDeviceType=device), target=target)
    assert "prof-platform-mismatch" not in ids(found)


def test_a_value_that_is_not_defined(bench: Bench) -> None:
    assert ids(of_top(bench, TargetDeviceType=9)) == ["prof-value-not-allowed"]
    assert bench.lint(bench.payload(MAIL, EmailAccountType="IMAP")) == []
    assert bench.lint(bench.payload(EAS, MailNumberOfPastDaysToSync=365)) == []


# device, scope, names
def test_a_mac_profile_never_meets_the_question_for_a_device(bench: Bench) -> None:
    data = bench.profile(other("com.apple.dock", tilesize=48), TargetDeviceType=0)
    assert ids(bench.found(data)) == []
    data = bench.profile(bench.payload(MAIL), TargetDeviceType=0)
    assert ids(bench.found(data)) == ["prof-target-unset"]


def test_a_profile_for_several_kinds_of_device_is_not_narrowed(bench: Bench) -> None:
    assert "TargetDeviceType" not in fixed_top(bench, unsafe=True, TargetDeviceType=None)


@pytest.mark.parametrize(
    ("scope", "target", "expected"),
    [
        ("System", "macos", ["prof-scope-system"]),
        ("System", "ios", []),
        ("System", "", []),
        ("User", "macos", []),
        (None, "macos", ["prof-scope-unset-mac"]),
        (None, "", []),
    ],
)
def test_scope_matters_on_a_mac_only(
    bench: Bench, scope: str | None, target: str, expected: list[str]
) -> None:
    found = bench.found(changed(bench, PayloadScope=scope, TargetDeviceType=0), target=target)
    assert [rule for rule in ids(found) if rule.startswith("prof-scope")] == expected


def test_system_scope_is_right_without_accounts(bench: Bench) -> None:
    data = bench.profile(other("com.apple.dock", tilesize=48), PayloadScope="System", TargetDeviceType=5)
    assert ids(bench.found(data, target="macos")) == []


def test_the_scope_is_judged_for_a_target_only(bench: Bench) -> None:
    assert of_top(bench, PayloadScope="System", TargetDeviceType=5) == []


def test_payloads_need_no_name_nor_description(bench: Bench) -> None:
    assert bench.lint(bench.payload(MAIL, PayloadDisplayName=None)) == []
    assert ids(of_top(bench, PayloadDisplayName="")) == ["prof-display-name"]
    assert fixed_top(bench, PayloadDisplayName="")["PayloadDisplayName"] == "Work mail"
    assert ids(of_top(bench, PayloadDescription="")) == ["prof-description"]


# consent
@pytest.mark.parametrize(
    "tag",
    [
        "en",
        "nb",
        "pt-BR",
        "zh-Hant",
        "zh-Hant-TW",
        "es-419",
        "sl-rozaj",
        "EN-us",
        "x-kari",
        "zh-yue",
        "zh-cmn-Hans-CN",
    ],
)
def test_language_tags(bench: Bench, tag: str) -> None:
    assert of_top(bench, ConsentText={"default": "Yes?", tag: "Ja?"}) == []


@pytest.mark.parametrize("tag", ["english", "en_GB", "no NB", "Default", "e", ""])
def test_what_is_no_language_tag(bench: Bench, tag: str) -> None:
    assert of_top(bench, ConsentText={"default": "Yes?", tag: "Ja?"}) == [
        ("prof-consent-tag", "warning", f"ConsentText has the key {tag!r}, which is no language tag; its text is never shown")
    ]  # fmt: skip


# removal
def day(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("key", "date", "expected"),
    [
        ("RemovalDate", "2026-11-23T11:59:59", ["prof-removal-past"]),
        ("PayloadExpirationDate", "2025-01-01", ["prof-removal-past"]),
        ("RemovalDate", "2026-11-23T12:00:01", ["prof-removal-soon"]),
        ("RemovalDate", "2026-12-23T12:00:00", ["prof-removal-soon"]),
        ("RemovalDate", "2026-12-23T12:00:01", []),
        ("PayloadExpirationDate", "2026-12-01", []),
    ],
)
def test_dates_against_the_clock(bench: Bench, key: str, date: str, expected: list[str]) -> None:
    assert ids(of_top(bench, **{key: day(date)})) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(-1, ["prof-duration"]), (0, ["prof-duration"]), (3599.5, ["prof-duration"]), (3600, ["prof-removal-soon"]), (2592000, ["prof-removal-soon"]), (2592001, [])],
)  # fmt: skip
def test_durations(bench: Bench, seconds: float, expected: list[str]) -> None:
    assert ids(of_top(bench, DurationUntilRemoval=seconds)) == expected


def test_removal_soon_is_about_accounts(bench: Bench) -> None:
    data = bench.profile(
        other("com.apple.dock", tilesize=48), RemovalDate=day("2026-12-01"), TargetDeviceType=5
    )
    assert ids(bench.found(data)) == []


def test_a_removal_password_that_is_there(bench: Bench) -> None:
    lock = other("com.apple.profileRemovalPassword", RemovalPassword="s3cret")
    assert ids(bench.found(bench.profile(bench.payload(MAIL), lock, HasRemovalPasscode=True))) == []
    assert ids(of_top(bench, HasRemovalPasscode=False)) == []
    for empty in ({}, {"RemovalPassword": ""}):
        lock = other("com.apple.profileRemovalPassword", **empty)
        assert ids(bench.found(bench.profile(bench.payload(MAIL), lock))) == ["prof-removal-passcode"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [("", []), ("ios", ["prof-removal-locked"]), ("ios,supervised", []), ("macos", [])],
)
def test_a_lock_without_supervision(bench: Bench, target: str, expected: list[str]) -> None:
    assert ids(bench.found(changed(bench, PayloadRemovalDisallowed=True), target=target)) == expected


@pytest.mark.parametrize(("target", "severity"), [("", "error"), ("ios,manual", "warning")])
def test_enrolment_beside_accounts(bench: Bench, target: str, severity: str) -> None:
    mdm = other(
        "com.apple.mdm", IdentityCertificateUUID=UUID, ServerURL="https://mdm.example.com/", Topic="com.apple.mgmt.x", AccessRights=8191,
    )  # fmt: skip
    found = bench.lint(mdm, bench.payload(MAIL), target=target)
    assert [one[:2] for one in found] == [("prof-mdm-payload", severity)]
    assert ids(bench.lint(mdm, target=target)) == []


# prof-key-not-on-platform
def test_a_key_that_none_of_the_targets_has(bench: Bench) -> None:
    contacts = bench.payload("com.apple.carddav.account", CardDAVPrincipalURL="/dav/kari/")
    found = ("prof-key-not-on-platform", "note", "CardDAVPrincipalURL does nothing on macOS")
    assert found in bench.lint(contacts, target="macos")
    assert found not in bench.lint(contacts, target="ios macos")
    assert found not in bench.lint(contacts)


@pytest.mark.parametrize("key", ["VPNUUID", "PreventMove", "SMIMESigningEnabled"])
def test_rules_about_macs_say_more_of_keys_of_mail(bench: Bench, key: str) -> None:
    mail = bench.payload(MAIL, **{key: OTHER if key == "VPNUUID" else True})
    assert "prof-key-not-on-platform" not in ids(bench.lint(mail, target="macos"))


# prof-unknown-key in a payload whose settings another rule moves
def test_only_settings_of_an_app_are_left_to_the_rule_that_moves_them(bench: Bench) -> None:
    settings = other(
        "com.apple.notificationsettings", NotificationSettings=[], ShowInLockScreen=True, Notifications=True
    )
    message = "Notifications is no key of com.apple.notificationsettings; devices ignore it"
    assert [one[2] for one in bench.lint(settings) if one[0] == "prof-unknown-key"] == [message]


# prof-value-format
@pytest.mark.parametrize(("uuid", "found"), [("abc", ["prof-value-format"]), ("xyz", []), ("$UUID", [])])
def test_a_reference_of_another_form_that_finds_nothing(bench: Bench, uuid: str, found: list[str]) -> None:
    network = other(
        "com.apple.wifi.managed", SSID_STR="Work", EncryptionType="WPA2", PayloadCertificateUUID=uuid
    )
    identity = bench.payload("com.apple.security.scep", PayloadUUID="xyz")
    assert [rule for rule in ids(bench.lint(identity, network)) if rule == "prof-value-format"] == found
