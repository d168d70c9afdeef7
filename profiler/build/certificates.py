"""Certificates and identities that a spec names by file.

Keys: https://developer.apple.com/documentation/devicemanagement/certificatepkcs12, certificateroot and certificatepkcs1.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from profiler.build.mail import password
from profiler.errors import ProfilerError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)
_SEQUENCE = b"\x30"


def identity(name: str, table: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the keys of a PKCS 12 payload. Raises ProfilerError for a file that cannot be read, UsageError for a wrong one."""
    path = folder / table["file"]
    data = _read(path)
    if not data.startswith(_SEQUENCE):
        raise UsageError(f"{path}: is no PKCS 12 file", hint="export certificate and key together, as .p12")
    keys: dict[str, Any] = {"PayloadType": "com.apple.security.pkcs12"}
    keys["PayloadDisplayName"] = table.get("name", f"Identity {name}")
    keys["PayloadCertificateFileName"] = path.name
    keys["PayloadContent"] = data
    secret = password(table, "password", what=f"the password of {path.name}")
    if secret is not None:
        keys["Password"] = secret
    return keys


def certificate(name: str, table: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the keys of a certificate payload: a root, or one that another certificate signed.

    Raises ProfilerError for a file that cannot be read, UsageError for one that holds no single certificate.
    """
    path = folder / table["file"]
    der = _der(path)
    return {
        "PayloadType": "com.apple.security.root" if _is_root(der, path) else "com.apple.security.pkcs1",
        "PayloadDisplayName": table.get("name", f"Certificate {name}"),
        "PayloadCertificateFileName": f"{path.stem}.cer",
        "PayloadContent": der,
    }


@cache
def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ProfilerError(f"{path}: cannot be read: {error.strerror or error}") from None


@cache
def _der(path: Path) -> bytes:
    data = _read(path)
    found = _PEM.findall(data)
    if len(found) > 1:
        raise UsageError(
            f"{path}: holds {len(found)} certificates", hint="one file for each, so that each has a name"
        )
    if found:
        try:
            return base64.b64decode(found[0])
        except binascii.Error:
            raise UsageError(f"{path}: is a broken PEM file", hint="export it again") from None
    return data


@cache
def _is_root(der: bytes, path: Path) -> bool:
    from cryptography import x509  # noqa: PLC0415 - only for specs with certificates

    try:
        loaded = x509.load_der_x509_certificate(der)
    except ValueError:
        raise UsageError(f"{path}: is no certificate", hint="PEM or DER, without the key") from None
    return loaded.issuer == loaded.subject
