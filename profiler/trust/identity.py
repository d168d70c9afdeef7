"""A signing identity: a certificate, the key that belongs to it, and the certificates above it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from profiler.errors import ProfilerError
from profiler.trust import certificate as cert
from profiler.trust import pem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

CURVES = ("secp256r1", "secp384r1", "secp521r1")

SigningKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Identity(NamedTuple):
    """A certificate that may sign and its key; `pool` holds whatever else was found beside it."""

    certificate: x509.Certificate
    key: SigningKey
    pool: tuple[x509.Certificate, ...]


def from_pkcs12(path: Path, passphrase: str | None) -> Identity:
    """Read a PKCS#12 file with modern or legacy encryption. Raises ProfilerError."""
    data = pem.read(path, "the identity")
    bundle = _open(data, (passphrase.encode(),) if passphrase else (None, b""))
    if bundle is None:
        if data[:1] != b"\x30":
            raise ProfilerError(
                f"{path}: is not a PKCS#12 file", hint="PEM files go to --certificate and --key"
            )
        if not passphrase:
            raise ProfilerError(
                f"{path}: cannot be opened without its passphrase",
                hint="give it by reference: --passphrase env:NAME (or file:, cmd:, prompt:)",
            )
        raise ProfilerError(
            f"{path}: the passphrase does not open it, or the file is damaged",
            hint="--passphrase must name the passphrase of this file",
        )
    if bundle.key is None:
        raise ProfilerError(
            f"{path}: holds no private key", hint="export the identity, not the certificate alone"
        )
    ders = [cert.der(one.certificate) for one in (bundle.cert, *bundle.additional_certs) if one is not None]
    readable = [one for one in map(cert.load, ders) if one is not None]
    return _match(bundle.key, readable, str(path))


def _open(data: bytes, passphrases: Iterable[bytes | None]) -> pkcs12.PKCS12KeyAndCertificates | None:
    """Open with the first passphrase that fits, in DER or BER; None when none does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about BER, which some systems export, and odd serial numbers
        for passphrase in passphrases:
            try:
                return pkcs12.load_pkcs12(data, passphrase)
            except (*cert.BROKEN, OverflowError):
                continue
    return None


def from_pem(certificate: Path, key: bytes, key_source: str, passphrase: str | None) -> Identity:
    """Join a certificate file (which may hold the chain too) and a key. Raises ProfilerError."""
    certificates = pem.read_certificates(certificate)
    private = pem.read_key(key, None if passphrase is None else passphrase.encode(), key_source)
    return _match(private, certificates, str(certificate))


def _match(key: PrivateKeyTypes, certificates: list[x509.Certificate], source: str) -> Identity:
    public = key.public_key()
    usable(public, source)
    for one in certificates:
        if isinstance(key, SigningKey) and one.public_key() == public:
            return Identity(one, key, tuple(other for other in certificates if other != one))
    if not certificates:
        raise ProfilerError(
            f"{source}: holds no certificate", hint="export the identity with its certificate"
        )
    raise ProfilerError(
        f"{source}: the certificate {cert.short_name(certificates[0])} does not belong to the private key",
        hint="give the key that the certificate was requested with",
    )


def usable(key: object, source: str) -> None:
    """Refuse a key that may not sign a profile: all but RSA 2048+, P-256, P-384, P-521. Raises ProfilerError."""
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= cert.MINIMUM_RSA_BITS:
        return
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in CURVES:
        return
    raise ProfilerError(
        f"{source}: a key of kind {cert.key_text(key)} cannot sign a profile",
        hint="use RSA with 2048 bits or more, or EC P-256, P-384 or P-521",
    )


def refuse_unfit(certificate: x509.Certificate, now: datetime) -> None:
    """Refuse a signer whose signature no device would accept at `now`. Raises ProfilerError."""
    subject = cert.short_name(certificate)
    if now > certificate.not_valid_after_utc:
        raise ProfilerError(
            f"the certificate {subject} expired on {cert.moment(certificate.not_valid_after_utc)}:"
            " devices would show the profile as not verified",
            hint="renew the certificate and sign with the new one",
        )
    if now < certificate.not_valid_before_utc:
        raise ProfilerError(
            f"the certificate {subject} is not valid before {cert.moment(certificate.not_valid_before_utc)}",
            hint="wait until then, or look at the clock of this machine",
        )
    if cert.only_for_pss(certificate):
        raise ProfilerError(
            f"the certificate {subject} has an RSA key for PSS signatures alone, which profiles do not have",
            hint="request a certificate for a plain RSA key, or EC P-256, P-384 or P-521",
        )
    if not cert.may_sign(certificate):
        raise ProfilerError(
            f"the certificate {subject} may not sign: its key usage lacks digitalSignature",
            hint="request a certificate for signing (key usage digitalSignature)",
        )
