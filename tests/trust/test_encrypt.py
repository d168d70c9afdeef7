from __future__ import annotations

import datetime as dt
import plistlib
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from profiler.document import cms
from profiler.errors import ProfilerError, Refused
from profiler.trust import encrypt, envelope, identity, sign

if TYPE_CHECKING:
    from pathlib import Path

    from tests.trust.conftest import Issued, Pki


@pytest.fixture(scope="session")
def device(pki: Pki) -> Issued:
    return pki.issue("Device 1", kind="rsa2048")


@pytest.fixture(scope="session")
def other_device(pki: Pki) -> Issued:
    return pki.issue("Device 2", kind="rsa3072")


def key(issued: Issued) -> rsa.RSAPrivateKey:
    return issued.key  # type: ignore[return-value]


def test_only_the_payloads_are_hidden_and_the_identity_is_kept(
    device: Issued, profile: Path, openssl: Any
) -> None:
    data = encrypt.encrypt(profile.read_bytes(), [device.certificate])
    clear, hidden = plistlib.loads(profile.read_bytes()), plistlib.loads(data)
    sealed = hidden.pop("EncryptedPayloadContent")
    payloads = clear.pop("PayloadContent")
    assert hidden == clear | {"IsEncrypted": True}
    assert b"anna@example.com" not in data
    opened = openssl("cms", "-decrypt", "-binary", "-inform", "DER", "-inkey", device.key_file, stdin=sealed)
    assert plistlib.loads(opened) == payloads
    enveloped = cms.read(sealed)
    assert isinstance(enveloped, cms.EnvelopedData)
    assert envelope.CIPHERS[enveloped.cipher].name == "AES-256"


def test_every_recipient_can_decrypt_and_nobody_else(
    pki: Pki, device: Issued, other_device: Issued, profile: Path
) -> None:
    data = encrypt.encrypt(profile.read_bytes(), [device.certificate, other_device.certificate])
    for one in (device, other_device):
        assert encrypt.decrypt(data, [key(one)]) == profile.read_bytes()
    with pytest.raises(ProfilerError) as caught:
        encrypt.decrypt(data, [pki.key("rsa2048", "a stranger")])  # type: ignore[list-item]
    assert caught.value.message == "none of the keys opens it, or it was changed"
    assert caught.value.hint == "give the private key of one of its recipients (2)"


def test_an_encrypted_profile_can_be_signed_and_decrypted(
    pki: Pki, signer: Issued, device: Issued, profile: Path
) -> None:
    found = identity.from_pem(signer.pem, signer.key_pem(), "key.pem", None)
    made = sign.with_key(found, trust=None, now=pki.now)
    signed = made.sign(encrypt.encrypt(profile.read_bytes(), [device.certificate]))
    assert encrypt.decrypt(signed, [key(device)]) == profile.read_bytes()
    with pytest.raises(Refused):
        encrypt.decrypt(signed.replace(b"com.example.mail", b"com.example.mall"), [key(device)])


@pytest.mark.parametrize(
    "flags",
    [
        ("-aes128",),
        ("-aes192",),
        ("-aes256",),
        ("-des3",),
        ("-aes-128-gcm",),
        ("-aes-256-gcm",),
        ("-stream", "-aes256"),
        ("-keyid", "-aes256"),
        ("-aes256", "-keyopt", "rsa_padding_mode:oaep"),
        ("-aes256", "-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256"),
        (
            "-aes256", "-keyopt", "rsa_padding_mode:oaep",
            "-keyopt", "rsa_oaep_md:sha384", "-keyopt", "rsa_mgf1_md:sha256",
        ),
    ],
)  # fmt: skip
def test_what_openssl_encrypts_is_opened(
    device: Issued, profile: Path, openssl: Any, flags: tuple[str, ...]
) -> None:
    inner = plistlib.dumps(plistlib.loads(profile.read_bytes())["PayloadContent"])
    before = [flag for flag in flags if flag in ("-stream", "-keyid") or flag.startswith(("-aes", "-des"))]
    after = flags[len(before) :]
    arguments = ("cms", "-encrypt", "-binary", "-outform", "DER", *before, "-recip", device.pem, *after)
    sealed = openssl(*arguments, stdin=inner)
    outer = plistlib.loads(profile.read_bytes())
    del outer["PayloadContent"]
    outer["EncryptedPayloadContent"] = sealed
    opened = encrypt.decrypt(plistlib.dumps(outer), [key(device)])
    assert plistlib.loads(opened) == plistlib.loads(profile.read_bytes())
    assert (
        encrypt.decrypt(openssl(*arguments, stdin=profile.read_bytes()), [key(device)])
        == profile.read_bytes()
    )


def test_changed_gcm_content_is_refused(device: Issued, profile: Path, openssl: Any) -> None:
    arguments = ("cms", "-encrypt", "-binary", "-outform", "DER", "-aes-256-gcm", device.pem)
    data = bytearray(openssl(*arguments, stdin=profile.read_bytes()))
    data[-100] ^= 1
    with pytest.raises(ProfilerError, match="none of the keys opens it, or it was changed"):
        encrypt.decrypt(bytes(data), [key(device)])


def test_an_ec_key_cannot_receive(signer: Issued, profile: Path, openssl: Any, device: Issued) -> None:
    with pytest.raises(ProfilerError) as caught:
        encrypt.encrypt(profile.read_bytes(), [signer.certificate])
    assert caught.value.message == "the certificate Anna Example has a key of kind EC secp256r1"
    arguments = ("cms", "-encrypt", "-binary", "-outform", "DER", "-aes256", signer.pem)
    with pytest.raises(ProfilerError) as caught:
        encrypt.decrypt(openssl(*arguments, stdin=profile.read_bytes()), [key(device)])
    assert caught.value.message == "is encrypted by key-agreement, which cannot be opened"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no profile", "the file cannot be read as a property list: "),
        (b"<plist><dict/></plist>", "has no PayloadContent array to encrypt"),
        (b"<plist><array/></plist>", "is no profile: its root is not a dictionary"),
        (
            b"<plist><dict><key>EncryptedPayloadContent</key><data/></dict></plist>",
            "is encrypted already",
        ),
    ],
)
def test_what_cannot_be_encrypted_is_named(device: Issued, data: bytes, message: str) -> None:
    with pytest.raises(ProfilerError) as caught:
        encrypt.encrypt(data, [device.certificate])
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<plist><dict/></plist>", "is not encrypted"),
        (
            b"<plist><dict><key>EncryptedPayloadContent</key><data>MAA=</data></dict></plist>",
            "is not readable as CMS: not readable as CMS: the content type is missing (at byte 2)",
        ),
    ],
)
def test_what_cannot_be_decrypted_is_named(device: Issued, data: bytes, message: str) -> None:
    with pytest.raises(ProfilerError) as caught:
        encrypt.decrypt(data, [key(device)])
    assert caught.value.message == message


def test_notices_name_expired_and_several_recipients(pki: Pki, device: Issued, other_device: Issued) -> None:
    assert list(encrypt.notices([device.certificate], pki.now)) == []
    later = device.certificate.not_valid_after_utc.replace(year=pki.now.year + 3)
    messages = [
        notice.message for notice in encrypt.notices([device.certificate, other_device.certificate], later)
    ]
    assert [message.split(" expired")[0] for message in messages] == [
        "the certificate Device 1",
        "the certificate Device 2",
        "each of the 2 recipients can read all passwords in the profile",
    ]


def test_notices_name_recipients_that_are_weak_or_too_new(pki: Pki) -> None:
    weak = pki.issue("Old Phone", kind="rsa1024").certificate
    early = pki.issue("New Phone", kind="rsa2048", start=pki.now + dt.timedelta(days=1)).certificate
    begin = (pki.now + dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert [notice.message for notice in encrypt.notices([weak], pki.now)] == [
        "the certificate Old Phone is weak: its key (RSA 1024) is shorter than 2048 bits"
    ]
    assert [notice.message for notice in encrypt.notices([early], pki.now)] == [
        f"the certificate New Phone is not valid before {begin}: its device may not open the profile"
    ]


def test_old_ciphers_are_called_weak() -> None:
    assert envelope.weak_cipher("1.2.840.113549.3.7") == "3DES"
    assert envelope.weak_cipher("2.16.840.1.101.3.4.1.42") == ""


def test_a_damaged_key_cannot_receive(pki: Pki) -> None:
    good = pki.issue("Phone", kind="rsa2048").certificate
    key = good.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    modulus = key.public_numbers().n.to_bytes(256, "big")
    der = good.public_bytes(Encoding.DER).replace(modulus, modulus[:-1] + b"\0")
    with pytest.raises(ProfilerError) as caught:
        envelope.seal(b"<array/>", [x509.load_der_x509_certificate(der)])
    assert caught.value.message == (
        "cannot be encrypted for one of the recipients: the key in its certificate is damaged"
    )
