"""One certificate: read it, and say what it is in words and in JSON (RFC 5280)."""

from __future__ import annotations

import hashlib
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import MD5, SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
    PublicKeyAlgorithmOID,
)

if TYPE_CHECKING:
    from datetime import datetime

MINIMUM_RSA_BITS = 2048

# What cryptography raises for a certificate that is well-formed outside and broken inside.
BROKEN = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


@lru_cache(maxsize=1024)
def load(der: bytes) -> x509.Certificate | None:
    """Read a certificate with everything this program asks of it; None when any of that cannot be read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            certificate = x509.load_der_x509_certificate(der)
            describe(certificate)
            _ = certificate.extensions, certificate.signature_hash_algorithm
        except BROKEN:
            return None
    return certificate


def describe(certificate: x509.Certificate) -> dict[str, object]:
    """Return subject, issuer, dates (RFC 3339, UTC), SHA-256, key and SANs, as the JSON output shows them."""
    return {
        "subject": name(certificate.subject),
        "issuer": name(certificate.issuer),
        "serial": f"{certificate.serial_number:x}",
        "not_before": moment(certificate.not_valid_before_utc),
        "not_after": moment(certificate.not_valid_after_utc),
        "sha256": fingerprint(certificate),
        "key": key_text(certificate.public_key()),
        "sans": alternative_names(certificate),
    }


def name(of: x509.Name) -> str:
    """Write a name as in RFC 4514: most specific part first."""
    return of.rfc4514_string() or "(no name)"


def short_name(certificate: x509.Certificate) -> str:
    """Return the common name, or the whole subject where there is none."""
    common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(common[0].value) if common else name(certificate.subject)


def moment(time: datetime) -> str:
    """Write a UTC time as RFC 3339."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of the certificate in hexadecimal."""
    return hashlib.sha256(der(certificate)).hexdigest()


@lru_cache(maxsize=1024)
def der(certificate: x509.Certificate) -> bytes:
    """Return the certificate's bytes."""
    return certificate.public_bytes(Encoding.DER)


def key_text(key: object) -> str:
    """Name a public key: `RSA 2048`, `EC secp256r1`, `Ed25519`."""
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}"
    if isinstance(key, dsa.DSAPublicKey):
        return f"DSA {key.key_size}"
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "Ed25519"
    return "Ed448" if isinstance(key, ed448.Ed448PublicKey) else "unknown"


def alternative_names(certificate: x509.Certificate) -> list[str]:
    """List the subject's alternative names: DNS names, addresses, URLs, in the certificate's order."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    shown = (x509.DNSName, x509.RFC822Name, x509.IPAddress, x509.UniformResourceIdentifier)
    return [str(one.value) for one in names if isinstance(one, shown)]


def may_sign(certificate: x509.Certificate) -> bool:
    """Whether the key usage allows digital signatures; without the extension everything is allowed."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature


def only_for_pss(certificate: x509.Certificate) -> bool:
    """Whether its RSA key may make PSS signatures alone (RFC 4055, 1.2); the key itself does not tell."""
    return certificate.public_key_algorithm_oid == PublicKeyAlgorithmOID.RSASSA_PSS


def only_for_servers(certificate: x509.Certificate) -> bool:
    """Whether it is a TLS server certificate and nothing else: one that is renewed often, with a new key."""
    try:
        usages = set(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.SERVER_AUTH in usages and usages <= {
        ExtendedKeyUsageOID.SERVER_AUTH,
        ExtendedKeyUsageOID.CLIENT_AUTH,
    }


def weaknesses(certificate: x509.Certificate) -> list[str]:
    """Say what is too weak about the key and about the signature over the certificate."""
    found = []
    key = certificate.public_key()
    if isinstance(key, (rsa.RSAPublicKey, dsa.DSAPublicKey)) and key.key_size < MINIMUM_RSA_BITS:
        found.append(f"its key ({key_text(key)}) is shorter than {MINIMUM_RSA_BITS} bits")
    algorithm = certificate.signature_hash_algorithm
    if isinstance(algorithm, (SHA1, MD5)) and not is_self_signed(certificate):
        found.append(f"its issuer signed it with {algorithm.name.upper().replace('SHA', 'SHA-')}")
    return found


def issuer_address(certificate: x509.Certificate) -> str:
    """Return where the issuer's certificate can be fetched (AIA caIssuers), or nothing."""
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return ""
    for description in access:
        if description.access_method == AuthorityInformationAccessOID.CA_ISSUERS and isinstance(
            description.access_location, x509.UniformResourceIdentifier
        ):
            return description.access_location.value
    return ""


@lru_cache(maxsize=1024)
def issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Whether the names match and the issuer's key made the signature over the certificate."""
    if issuer.subject != certificate.issuer:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except InvalidSignature:
        return False
    except BROKEN:
        return _issued_weakly(issuer, certificate)
    return True


def _issued_weakly(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Check an RSA signature with SHA-1, which the library declines; whether to believe it is asked elsewhere."""
    key, digest = issuer.public_key(), certificate.signature_hash_algorithm
    if not isinstance(key, rsa.RSAPublicKey) or not isinstance(digest, SHA1):
        return False
    try:
        key.verify(certificate.signature, certificate.tbs_certificate_bytes, PKCS1v15(), digest)
    except (InvalidSignature, *BROKEN):
        return False
    return True


def is_self_signed(certificate: x509.Certificate) -> bool:
    """Whether it vouches for itself: a root, or a certificate somebody made at home.

    cryptography checks no signature made with SHA-1 or MD5, as old roots have; of those the names have to do.
    """
    if isinstance(certificate.signature_hash_algorithm, (SHA1, MD5)):
        return certificate.subject == certificate.issuer
    return issued(certificate, certificate)
