"""What the lifecycle rules say, and what looks alike and gets nothing."""

from __future__ import annotations

import copy
import datetime
import plistlib
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from cryptography.x509.oid import NameOID

from profiler.document.document import Document
from profiler.document.edits import apply
from profiler.document.source import from_bytes
from profiler.lint.linter import Linter, Selection
from profiler.model.target import parse_all
from profiler.rules import example
from profiler.rules.lifecycle import identifier_collision
from profiler.rules.run import Context, Run

NAMES = frozenset({"life"})

Profile = dict[str, Any]
BASE: Profile = plistlib.loads(example.whole("", example.MAIL))
MAIL: Profile = BASE["PayloadContent"][0]
CALDAV: Profile = plistlib.loads(example.whole("", "com.apple.caldav.account"))["PayloadContent"][0]


def mail(**keys: Any) -> Profile:
    """The example profile with keys of its mail payload set, or dropped by None."""
    profile = copy.deepcopy(BASE)
    payload = {**MAIL, **keys}
    profile["PayloadContent"] = [{key: value for key, value in payload.items() if value is not None}]
    return profile


def top(**keys: Any) -> Profile:
    return {**copy.deepcopy(BASE), **keys}


def found(old: Profile | bytes, new: Profile | bytes, target: str = "") -> list[tuple[str, str]]:
    was, now = (data if isinstance(data, bytes) else plistlib.dumps(data) for data in (old, new))
    context = Context(targets=parse_all(target.split()), installed=("installed.mobileconfig", was))
    report = Linter(context, Selection(NAMES)).lint(from_bytes(now, "new.mobileconfig"))
    assert report.crash == ""
    return [(one.rule.removeprefix("life-"), one.message) for one in report.diagnostics]


def ids(old: Profile | bytes, new: Profile | bytes, target: str = "") -> list[str]:
    return [rule for rule, _ in found(old, new, target)]


SAME = {key: MAIL[key] for key in ("PayloadIdentifier", "PayloadUUID")}
SOON = datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC).replace(tzinfo=None)
OTHER = "7D2A9E44-55B0-4C6B-8E0F-3F1C5A9B2D10"
POP = mail(EmailAccountType="EmailTypePOP")
PASSWORD = "tangerine kettle 41"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (BASE, BASE, []),
        (mail(allowMailDrop=None), mail(allowMailDrop=False), []),
        (BASE, top(PayloadUUID=OTHER), ["mail-recreate"]),
        (BASE, mail(EmailAccountName="Kari N."), ["mail-recreate"]),
        (BASE, mail(IncomingMailServerUsername="Kari@Example.com"), ["mail-recreate"]),
        (BASE, mail(IncomingMailServerPortNumber=143), ["mail-recreate", "server-changed"]),
        (BASE, mail(OutgoingMailServerUseSSL=False), ["mail-recreate", "server-changed"]),
        (BASE, mail(IncomingMailServerHostName="imap2.example.com"), ["mail-recreate", "account-key-changed"]),
        (BASE, mail(EmailAccountDescription="Mail"), ["mail-recreate", "description-changed"]),
        (
            BASE,
            mail(IncomingMailServerHostName="imap2.example.com", IncomingMailServerPortNumber=143, PayloadUUID=OTHER),
            ["mail-recreate", "account-key-changed", "server-changed", "payload-id-changed"],
        ),
        (BASE, mail(EmailAccountType="EmailTypePOP", PayloadUUID=OTHER), ["type-changed", "payload-id-changed"]),
        (POP, mail(EmailAccountType="EmailTypePOP", PayloadUUID=OTHER, PreventMove=True), ["pop-replace", "payload-id-changed"]),
        (BASE, mail(PayloadUUID=OTHER), ["mail-recreate", "payload-id-changed", "random-uuid"]),
        (BASE, mail(PayloadUUID=OTHER, PreventMove=True), ["mail-recreate", "payload-id-changed"]),
        (BASE, mail(PayloadIdentifier="a.b", PayloadUUID=OTHER, PreventMove=True), ["mail-recreate", "payload-id-changed"]),
        (BASE, top(PayloadIdentifier="com.example.other"), ["identifier-changed"]),
        (BASE, {**mail(PayloadUUID=OTHER), "PayloadIdentifier": "com.example.other"}, ["random-uuid", "identifier-changed"]),
        (BASE, top(PayloadContent=[MAIL, CALDAV]), ["mail-recreate"]),
        (top(PayloadContent=[MAIL, CALDAV]), BASE, ["payload-removed", "mail-recreate"]),
        (BASE, top(PayloadContent=[{**CALDAV, **SAME}]), ["account-key-changed"]),
        (BASE, top(PayloadContent=[{"PayloadType": "com.apple.wifi.managed", **SAME}]), ["payload-removed"]),
        (top(PayloadRemovalDisallowed=True), BASE, ["mail-recreate"]),
        (top(DurationUntilRemoval=60.0), top(DurationUntilRemoval=30.0), ["removal-tightened", "mail-recreate"]),
        (top(DurationUntilRemoval=30.0), top(DurationUntilRemoval=60.0), ["mail-recreate"]),
        (BASE, top(TargetDeviceType=0), ["mail-recreate"]),
        (BASE, top(TargetDeviceType=5), ["mail-recreate", "target-changed"]),
        (BASE, top(PayloadScope="System"), ["scope-changed"]),
        (top(DurationUntilRemoval=float("nan")), top(DurationUntilRemoval=20), ["removal-tightened", "mail-recreate"]),
        (top(RemovalDate=SOON), top(RemovalDate="2026-01-01"), ["mail-recreate"]),
        (top(RemovalDate="2027-01-01"), top(RemovalDate=SOON), ["mail-recreate", "removal-tightened"]),
        (b"hello", BASE, []),
    ],
)  # fmt: skip
def test_what_is_found(old: Profile | bytes, new: Profile, expected: list[str]) -> None:
    assert ids(old, new) == expected


def repaired(old: Profile, new: Profile) -> list[Profile]:
    """The new profile after each fix that is offered, one at a time."""
    text = plistlib.dumps(new)
    context = Context(installed=("installed.mobileconfig", plistlib.dumps(old)))
    report = Linter(context, Selection(NAMES)).lint(from_bytes(text, "new.mobileconfig"))
    fixes = [one.fix for one in report.diagnostics if one.fix is not None]
    return [plistlib.loads(apply(text, [fix])[0]) for fix in fixes]


def test_the_installed_identity_comes_back_also_where_there_is_none_now() -> None:
    for new in (mail(PayloadUUID=OTHER), mail(PayloadUUID=None), mail(PayloadUUID=7, PayloadIdentifier=None)):
        assert repaired(BASE, new) == [BASE, BASE]
    assert ids(mail(PayloadUUID=None), BASE) == ["mail-recreate", "payload-id-changed", "random-uuid"]
    assert repaired(mail(PayloadUUID=None), BASE) == []


def test_messages_name_accounts_and_no_secret() -> None:
    old = plistlib.loads(example.whole("", "com.apple.eas.account"))
    new = copy.deepcopy(old)
    old["PayloadContent"][0]["Password"] = "umbrella orchard 72"
    new["PayloadContent"][0]["Password"] = PASSWORD
    assert found(old, new) == [
        (
            "eas-user-choices",
            "With this update the services and days to sync that the user of kari@example.com chose are reset",
        ),
        ("eas-password", "The password of kari@example.com differs, but devices keep the one they have"),
    ]
    new["PayloadContent"][0]["OverridePreviousPassword"] = True
    assert ids(old, new) == ["eas-user-choices"]
    new["PayloadContent"][0]["PayloadUUID"] = OTHER
    assert ids(old, new) == ["eas-user-choices", "payload-id-changed"]


def test_pop_becoming_imap_says_what_may_be_lost() -> None:
    messages = found(mail(EmailAccountType="EmailTypePOP"), BASE)
    assert messages == [
        (
            "type-changed",
            "kari@example.com was POP and becomes IMAP: mail that is on the device only may be lost",
        )
    ]


def test_an_account_of_another_kind_says_which() -> None:
    assert found(BASE, top(PayloadContent=[{**CALDAV, **SAME}])) == [
        (
            "account-key-changed",
            "The imap account of kari@example.com becomes one of kind caldav: devices may remove it and make a new one",
        )
    ]


def test_a_removal_password_tightens() -> None:
    password = {
        "PayloadType": "com.apple.profileRemovalPassword",
        "PayloadIdentifier": "com.example.kari.removal",
        "PayloadUUID": OTHER,
        "PayloadVersion": 1,
        "RemovalPassword": PASSWORD,
    }
    new = top(PayloadContent=[MAIL, password])
    assert ("removal-tightened", "Removing the profile would ask for a password now") in found(BASE, new)


def signed(profile: Profile, key: ec.EllipticCurvePrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=300))
        .sign(key, hashes.SHA256())
    )
    builder = (
        PKCS7SignatureBuilder()
        .set_data(plistlib.dumps(profile))
        .add_signer(certificate, key, hashes.SHA256())
    )
    return builder.sign(Encoding.DER, [PKCS7Options.Binary])


def test_the_signer_matters_by_hand_only() -> None:
    old, renewed = (signed(BASE, ec.generate_private_key(ec.SECP256R1())) for _ in range(2))
    assert ids(old, old, "ios,manual") == []
    assert ids(old, renewed, "ios,manual") == ["signer-changed"]
    assert ids(old, BASE, "ios,manual") == ["signed-to-unsigned"]
    assert ids(BASE, old, "ios,manual") == []
    for target in ("", "ios", "ios,mdm"):
        assert ids(old, renewed, target) == []
        assert ids(old, BASE, target) == []


def test_encryption_dropped_matters_when_there_is_a_secret() -> None:
    sealed = {key: value for key, value in BASE.items() if key != "PayloadContent"}
    sealed["EncryptedPayloadContent"] = b"sealed"
    assert "encryption-dropped" not in ids(sealed, BASE)
    assert "encryption-dropped" not in ids(sealed, mail(IncomingPassword="$PASSWORD"))
    messages = dict(found(sealed, mail(IncomingPassword=PASSWORD)))
    assert messages["encryption-dropped"] == (
        "The installed profile is encrypted, and this one holds IncomingPassword in clear"
    )
    assert "encryption-dropped" not in ids(sealed, sealed)


def claim(profile: Profile) -> identifier_collision.Claim:
    return identifier_collision.collect(
        Run(Document(from_bytes(plistlib.dumps(profile, sort_keys=False))), Context())
    )


def test_one_identifier_for_two_people_collides() -> None:
    files = [
        ("kari.mobileconfig", claim(BASE)),
        ("copy.mobileconfig", claim(BASE)),
        (
            "ola.mobileconfig",
            claim(mail(EmailAddress="ola@example.com", IncomingMailServerUsername="ola@example.com")),
        ),
        ("other.mobileconfig", claim(top(PayloadIdentifier="com.example.other"))),
        ("template.mobileconfig", claim(top(PayloadIdentifier="com.example.%Email%"))),
        ("none.mobileconfig", claim(top(PayloadContent=[]))),
    ]
    ((path, remark),) = identifier_collision.compare(files)
    assert path == "ola.mobileconfig"
    assert remark.place.key_path == ("PayloadIdentifier",)
    assert remark.message == (
        "kari.mobileconfig has the identifier com.example.kari too, for other accounts: "
        "on one device the last one wins"
    )
    assert [(one[0], one[1].key_path, one[2]) for one in remark.related] == [
        ("kari.mobileconfig", ("PayloadIdentifier",), "the other profile")
    ]
