"""Encrypt the payloads of a profile for known devices, and decrypt them.

Apple's form: the PayloadContent array itself is the root of a property list, which is enveloped for the
devices' certificates and stored as EncryptedPayloadContent in its place. Everything else stays readable, so
the profile keeps its identity
(https://developer.apple.com/documentation/devicemanagement/configuring-multiple-devices-using-profiles).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from profiler.document import cms, plist, source
from profiler.document.document import Document
from profiler.errors import ProfilerError
from profiler.trust import certificate as cert
from profiler.trust import envelope
from profiler.trust.sign import Notice, content_to_sign

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa

CLEAR, ENCRYPTED, FLAG = "PayloadContent", "EncryptedPayloadContent", "IsEncrypted"


def notices(recipients: Sequence[x509.Certificate], now: datetime) -> Iterable[Notice]:
    """Say what should be known about the recipients: unfit ones, and several who all read everything."""
    for one in recipients:
        begin, end = one.not_valid_before_utc, one.not_valid_after_utc
        if not begin <= now <= end:
            when = (
                f"expired on {cert.moment(end)}" if now > end else f"is not valid before {cert.moment(begin)}"
            )
            yield Notice(
                f"the certificate {cert.short_name(one)} {when}: its device may not open the profile",
                "encrypt for the certificate the device has now",
            )
        for weakness in cert.weaknesses(one):
            yield Notice(f"the certificate {cert.short_name(one)} is weak: {weakness}")
    if len(recipients) > 1:
        yield Notice(f"each of the {len(recipients)} recipients can read all passwords in the profile")


def encrypt(data: bytes, recipients: Sequence[x509.Certificate]) -> bytes:
    """Return the profile with its payloads encrypted; an outer signature, which no longer fits, is dropped.

    Raises ProfilerError for bytes that are no profile, have no payloads or are encrypted already, and for a
    recipient without an RSA key; Refused when a signature that is there does not cover the content.
    """
    profile = _read(content_to_sign(data)[0])
    if ENCRYPTED in profile:
        raise ProfilerError("is encrypted already", hint="decrypt it first, to encrypt it for others")
    payloads = profile.get(CLEAR)
    if not isinstance(payloads, list):
        raise ProfilerError(
            f"has no {CLEAR} array to encrypt", hint="`profiler lint` says what is wrong with it"
        )
    sealed = envelope.seal(_dump(payloads), recipients)
    return _dump(_replaced(profile, CLEAR, {ENCRYPTED: sealed, FLAG: True}))


def decrypt(data: bytes, keys: Sequence[rsa.RSAPrivateKey]) -> bytes:
    """Return the profile with its payloads in clear; an outer signature is dropped.

    A file that was encrypted as a whole gives its content. Raises ProfilerError when it is not encrypted,
    when no key fits, or when what comes out are no payloads.
    """
    if cms.looks_like(data) and isinstance(opened := _open(data), cms.EnvelopedData):
        return envelope.unseal(opened, keys)
    profile = _read(content_to_sign(data)[0])
    sealed = profile.get(ENCRYPTED)
    if not isinstance(sealed, bytes):
        raise ProfilerError("is not encrypted", hint=f"it has no {ENCRYPTED}")
    opened = _open(sealed)
    if not isinstance(opened, cms.EnvelopedData):
        raise ProfilerError(f"{ENCRYPTED} is signed and not encrypted", hint="no device can open it")
    payloads = _parse(envelope.unseal(opened, keys), "the decrypted content")
    if not isinstance(payloads, (list, dict)):
        raise ProfilerError("the decrypted content is no list of payloads")
    profile.pop(FLAG, None)
    return _dump(_replaced(profile, ENCRYPTED, {CLEAR: payloads}))


def _open(data: bytes) -> cms.SignedData | cms.EnvelopedData:
    try:
        return cms.read(data)
    except cms.CmsError as error:
        raise ProfilerError(f"is not readable as CMS: {error.message} (at byte {error.offset})") from None


def _read(data: bytes) -> dict[str, Any]:
    profile = _parse(data, "the file")
    if not isinstance(profile, dict):
        raise ProfilerError("is no profile: its root is not a dictionary")
    return profile


def _parse(data: bytes, what: str) -> Any:
    document = Document(source.from_bytes(data))
    if document.root is None or document.source.unreadable:
        reason = document.source.unreadable or "`profiler lint` says where"
        raise ProfilerError(f"{what} cannot be read as a property list: {reason}")
    return document.root.plain()


def _dump(value: object) -> bytes:
    try:
        return plist.dump(value)
    except (ValueError, TypeError, OverflowError):
        hint = "`profiler lint` says where"
        raise ProfilerError("holds values that cannot be written as XML", hint=hint) from None


def _replaced(profile: dict[str, Any], old: str, new: dict[str, Any]) -> dict[str, Any]:
    """Put the new entries where the old one was; whatever else has their names goes."""
    found: dict[str, Any] = {}
    for key, value in profile.items():
        if key == old:
            found.update(new)
        elif key not in new:
            found[key] = value
    return found
