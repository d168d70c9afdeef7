"""Certificates and keys from files: PEM in all its spellings, and DER."""

from __future__ import annotations

import binascii
import os
import re
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from profiler.document import tlv
from profiler.errors import ProfilerError
from profiler.trust import certificate

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

_CERTIFICATE = re.compile(
    rb"-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----(.*?)-----END \1-----",
    re.DOTALL,
)
_KEY = re.compile(
    rb"-----BEGIN (?P<kind>(?:[A-Z0-9]+ )*PRIVATE KEY)-----.*?-----END (?P=kind)-----", re.DOTALL
)


def read(path: Path, what: str) -> bytes:
    """Read a file that the user named. Raises ProfilerError saying what it was wanted for."""
    try:
        with open(os.path.expanduser(path), "rb") as stream:  # noqa: PTH111, PTH123 - Path raises for a home it does not know
            return stream.read()
    except OSError as error:
        raise ProfilerError(f"{path}: cannot read {what}: {error.strerror or error}") from None


def read_certificates(path: Path) -> list[x509.Certificate]:
    """Read all certificates of a PEM file, or the one of a DER file. Raises ProfilerError if it has none."""
    data = read(path, "the certificate")
    bare = data[:1] == b"\x30"
    ders = [data] if bare else split_certificates(data)
    found = [one for one in map(certificate.load, ders) if one is not None]
    if not ders:
        is_key = _KEY.search(data) is not None
        hint = "this is a private key: it belongs to --key" if is_key else "it must be PEM or DER"
        raise ProfilerError(f"{path}: holds no certificate", hint=hint)
    if not found:
        hint = "PKCS#12 goes to --identity; `openssl pkcs7 -print_certs` takes certificates out of PKCS#7"
        raise ProfilerError(
            f"{path}: holds no certificate that can be read",
            hint=hint if bare else "it is damaged: export it again",
        )
    return found


def split_certificates(data: bytes) -> list[bytes]:
    """Return the DER of every certificate in PEM text; damaged ones are left out."""
    found = []
    for match in _CERTIFICATE.finditer(data):
        try:
            der = binascii.a2b_base64(match[2])
            if b"TRUSTED" in match[1]:  # followed by what openssl trusts it for
                der = tlv.Reader(der).element(0, len(der)).raw()
            found.append(der)
        except (binascii.Error, tlv.TlvError):
            continue
    return found


def read_key(data: bytes, passphrase: bytes | None, source: str) -> PrivateKeyTypes:
    """Read a private key: PEM (PKCS#1, PKCS#8, SEC 1, encrypted or not) or DER.

    `source` names it in messages. Raises ProfilerError; no message holds a part of the key or the passphrase.
    """
    if data[:1] == b"\x30":
        return _load(data, passphrase, source, der=True)
    match = _KEY.search(data)
    if match is None:
        holds = "a certificate and no private key" if _CERTIFICATE.search(data) else "no private key"
        raise ProfilerError(f"{source}: holds {holds}", hint="it must be PEM: -----BEGIN PRIVATE KEY-----")
    return _load(match[0], passphrase, source, der=False)


def rsa_key(key: PrivateKeyTypes, source: str) -> rsa.RSAPrivateKey:
    """Return the key if it is RSA, the only kind that profiles are encrypted for. Raises ProfilerError."""
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ProfilerError(f"{source}: is no RSA key", hint="profiles are encrypted only for RSA keys")
    return key


def _load(data: bytes, passphrase: bytes | None, source: str, *, der: bool) -> PrivateKeyTypes:
    load = serialization.load_der_private_key if der else serialization.load_pem_private_key
    passphrase = passphrase or None
    try:
        try:
            return load(data, passphrase)
        except TypeError:
            if passphrase is None:
                raise ProfilerError(
                    f"{source}: the private key is encrypted",
                    hint="give its passphrase by reference: --passphrase env:NAME (or file:, cmd:, prompt:)",
                ) from None
            return load(data, None)
    except ValueError:
        if passphrase is not None and (der or b"ENCRYPTED" in data):
            raise ProfilerError(
                f"{source}: the passphrase does not open the private key, or the key is damaged",
                hint="--passphrase must name the passphrase of this key",
            ) from None
        raise ProfilerError(
            f"{source}: the private key cannot be read", hint="it is damaged: export it again"
        ) from None
    except UnsupportedAlgorithm:
        raise ProfilerError(
            f"{source}: the private key is of a kind that cannot be used",
            hint="use RSA with 2048 bits or more, or EC P-256, P-384 or P-521",
        ) from None
