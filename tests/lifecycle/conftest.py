"""Copies of a profile as they travel: XML, binary, signed."""

from __future__ import annotations

import datetime
import plistlib
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Callable

Signer = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def make_signer(name: str) -> Signer:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=300))
        .sign(key, hashes.SHA256())
    )
    return certificate, key


@pytest.fixture(scope="session")
def signers() -> tuple[Signer, Signer]:
    return make_signer("Example"), make_signer("Example, renewed")


@pytest.fixture(scope="session")
def sign(signers: tuple[Signer, Signer]) -> Callable[..., bytes]:
    """Sign bytes with the first signer, or another one."""

    def signed(data: bytes, signer: int = 0) -> bytes:
        builder = PKCS7SignatureBuilder().set_data(data).add_signer(*signers[signer], hashes.SHA256())
        return builder.sign(Encoding.DER, [PKCS7Options.Binary, PKCS7Options.NoCapabilities])

    return signed


@pytest.fixture(scope="session")
def pack(sign: Callable[..., bytes]) -> Callable[[Any, str], bytes]:
    """A profile as the bytes of a file."""

    def packed(profile: Any, envelope: str) -> bytes:
        if envelope == "binary":
            return plistlib.dumps(profile, fmt=plistlib.FMT_BINARY)
        data = plistlib.dumps(profile, sort_keys=False)
        return sign(data) if envelope == "signed" else data

    return packed
