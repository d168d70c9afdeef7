"""S/MIME in a mail account: what is said, and what must not be."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from profiler.rules.rule import Severity

if TYPE_CHECKING:
    from tests.rules.mail.conftest import Sample

IDENTITY = "6F0C8B4E-3D19-5A7C-9B52-1E84D7A0C3F6"
SIGNING = {"SMIMESigningEnabled": True, "SMIMESigningCertificateUUID": IDENTITY}


def certificate(*addresses: str, subject: str = "") -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, "Kari Nordmann")]
    if subject:
        attributes.append(x509.NameAttribute(NameOID.EMAIL_ADDRESS, subject))
    name = x509.Name(attributes)
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(start).not_valid_after(start + datetime.timedelta(days=365))
    if addresses:
        names = x509.SubjectAlternativeName([x509.RFC822Name(address) for address in addresses])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(key, hashes.SHA256()), key


def identity(
    *addresses: str,
    subject: str = "",
    password: str = "example",  # noqa: S107 - made up
    given: str | None = None,
) -> dict[str, Any]:
    made, key = certificate(*addresses, subject=subject)
    protection = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    data = pkcs12.serialize_key_and_certificates(b"kari", key, made, None, protection)
    payload = {"PayloadType": "com.apple.security.pkcs12", "PayloadUUID": IDENTITY, "PayloadContent": data}
    given = password if given is None else given
    return {**payload, "Password": given} if given else payload


@pytest.mark.parametrize("switch", ["SMIMESigningEnabled", "SMIMEEncryptionEnabled", "SMIMEEncryptByDefault"])
def test_on_without_an_identity(mail: Sample, switch: str) -> None:
    [finding] = mail.of(**{switch: True})
    assert (finding.rule, finding.severity) == ("mail-smime-no-cert", Severity.ERROR)
    assert finding.key_path == ("PayloadContent", 0, switch)


@pytest.mark.parametrize(
    "keys",
    [
        SIGNING,
        {"SMIMESigningEnabled": True, "SMIMESigningCertificateUUIDUserOverrideable": True},
        {"SMIMEEncryptByDefault": True, "SMIMEEncryptionCertificateUUID": IDENTITY},
        {"SMIMEEncryptByDefault": True, "SMIMEEncryptionCertificateUUIDUserOverrideable": True},
        {"SMIMESigningEnabled": False},
        {"SMIMEEnabled": False, "SMIMEEnablePerMessageSwitch": False},
    ],
)
def test_on_with_an_identity_or_a_choice_and_off(mail: Sample, keys: dict[str, Any]) -> None:
    assert mail.ids(**keys) == []


def test_two_uses_without_an_identity_are_two_findings(mail: Sample) -> None:
    keys = {"SMIMESigningEnabled": True, "SMIMEEncryptionEnabled": True, "SMIMEEncryptByDefault": True}
    assert mail.ids(**keys) == ["mail-smime-no-cert"] * 2


@pytest.mark.parametrize("key", ["SMIMESigningCertificateUUID", "SMIMEEncryptionCertificateUUID"])
def test_an_identity_that_nothing_uses(mail: Sample, key: str) -> None:
    [finding] = mail.of(**{key: IDENTITY})
    assert (finding.rule, finding.severity) == ("mail-smime-cert-unused", Severity.WARNING)


@pytest.mark.parametrize(
    "switch",
    [
        "SMIMEEncryptByDefaultUserOverrideable",
        "SMIMEEnableEncryptionPerMessageSwitch",
        "SMIMEEnablePerMessageSwitch",
    ],
)
def test_an_identity_that_the_user_may_use(mail: Sample, switch: str) -> None:
    assert mail.ids(SMIMEEncryptionCertificateUUID=IDENTITY, **{switch: True}) == []
    signing = {"SMIMESigningCertificateUUID": IDENTITY, "SMIMESigningUserOverrideable": True}
    assert mail.ids(**signing) == []


def test_the_old_switch_is_removed_or_replaced(mail: Sample) -> None:
    assert mail.ids(SMIMEEnabled=True) == ["mail-smime-legacy"]
    assert "SMIMEEnabled" not in mail.fixed(SMIMEEnabled=True)
    with_identity = {"SMIMEEnabled": True, "SMIMESigningCertificateUUID": IDENTITY}
    assert mail.ids(**with_identity) == ["mail-smime-legacy"]
    assert mail.fixed(**with_identity)["SMIMEEnabled"] is True
    fixed = mail.fixed(**with_identity, unsafe=True)
    assert "SMIMEEnabled" not in fixed
    assert fixed["SMIMESigningEnabled"] is True


@pytest.mark.parametrize("keys", [{"SMIMEEnabled": False}, {"SMIMEEnabled": True, **SIGNING}])
def test_the_old_switch_off_or_beside_the_new_ones(mail: Sample, keys: dict[str, Any]) -> None:
    assert mail.ids(**keys) == []


def found(mail: Sample, identity_payload: dict[str, Any], **keys: Any) -> list[str]:
    account = mail.account(**SIGNING, **keys)
    return [one.message for one in mail.lint(mail.profile(identity_payload, account))]


def test_an_identity_of_somebody_else(mail: Sample) -> None:
    message = "The identity is made out to ola@example.com, not to kari@example.com"
    assert found(mail, identity("ola@example.com")) == [message]
    assert found(mail, identity(subject="ola@example.com")) == [message]
    assert found(mail, identity("ola@example.com", password="")) == [message]


def test_a_plain_certificate_is_read_in_both_encodings(mail: Sample) -> None:
    made, _ = certificate("ola@example.com")
    for encoding in (Encoding.DER, Encoding.PEM):
        payload = {
            "PayloadType": "com.apple.security.pem",
            "PayloadUUID": IDENTITY.lower(),
            "PayloadContent": made.public_bytes(encoding),
        }
        assert len(found(mail, payload)) == 1


def test_one_of_several_addresses_is_enough(mail: Sample) -> None:
    assert found(mail, identity("ola@example.com", "Kari@Example.com")) == []
    assert found(mail, identity("office@example.com", subject="kari@example.com")) == []


def test_an_identity_without_addresses_says_nothing(mail: Sample) -> None:
    assert found(mail, identity()) == []


def test_an_identity_that_cannot_be_opened_is_left_alone(mail: Sample) -> None:
    assert found(mail, identity("ola@example.com", given="wrong")) == []
    assert found(mail, {**identity("ola@example.com"), "PayloadContent": b"no certificate"}) == []


def test_an_address_to_come_is_not_compared(mail: Sample) -> None:
    assert found(mail, identity("ola@example.com"), EmailAddress="$EMAIL") == []
    assert found(mail, identity("ola@example.com"), EmailAddress=None) == []


def test_one_identity_for_both_uses_is_one_finding(mail: Sample) -> None:
    keys = {"SMIMEEncryptByDefault": True, "SMIMEEncryptionCertificateUUID": IDENTITY.lower()}
    assert len(found(mail, identity("ola@example.com"), **keys)) == 1
