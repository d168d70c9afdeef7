"""CMS EnvelopedData: seal bytes for the owners of RSA keys, and open them (RFC 5652, 6; RFC 5083)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7EnvelopeBuilder, PKCS7Options

from profiler.document import tlv
from profiler.errors import ProfilerError
from profiler.trust import certificate as cert

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cryptography import x509

    from profiler.document.cms import EnvelopedData, Recipient

MAX_RECIPIENTS = 500


class CipherKind(NamedTuple):
    """A content cipher: its name for people, its key size in bytes, its mode (cbc or gcm)."""

    name: str
    key_size: int
    mode: str


CIPHERS = {
    "2.16.840.1.101.3.4.1.2": CipherKind("AES-128", 16, "cbc"),
    "2.16.840.1.101.3.4.1.22": CipherKind("AES-192", 24, "cbc"),
    "2.16.840.1.101.3.4.1.42": CipherKind("AES-256", 32, "cbc"),
    "2.16.840.1.101.3.4.1.6": CipherKind("AES-128-GCM", 16, "gcm"),
    "2.16.840.1.101.3.4.1.26": CipherKind("AES-192-GCM", 24, "gcm"),
    "2.16.840.1.101.3.4.1.46": CipherKind("AES-256-GCM", 32, "gcm"),
    "1.2.840.113549.3.7": CipherKind("3DES", 24, "cbc"),
}
_WEAK = {"1.2.840.113549.3.7": "3DES", "1.3.14.3.2.7": "DES", "1.2.840.113549.3.2": "RC2"}

_RSA = "1.2.840.113549.1.1.1"
_RSA_OAEP = "1.2.840.113549.1.1.7"
_OAEP_DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    "1.3.14.3.2.26": hashes.SHA1,
    "2.16.840.1.101.3.4.2.4": hashes.SHA224,
    "2.16.840.1.101.3.4.2.1": hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
}
# How the plain text of a profile begins; a wrong key gives noise, and CBC cannot tell noise from text.
_STARTS = (b"<", b"bplist", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x30")


def weak_cipher(oid: str) -> str:
    """Name a cipher too weak for passwords: DES, RC2, 3DES; nothing for others."""
    return _WEAK.get(oid, "")


def seal(content: bytes, recipients: Sequence[x509.Certificate]) -> bytes:
    """Encrypt with AES-256 for each recipient, in DER. Raises ProfilerError for a key that is not RSA."""
    builder = PKCS7EnvelopeBuilder().set_data(content).set_content_encryption_algorithm(algorithms.AES256)
    for one in recipients:
        key = one.public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            raise ProfilerError(
                f"the certificate {cert.short_name(one)} has a key of kind {cert.key_text(key)}",
                hint="profiles can be encrypted only for RSA keys",
            )
        builder = builder.add_recipient(one)
    try:
        return builder.encrypt(Encoding.DER, [PKCS7Options.Binary])
    except ValueError:
        raise ProfilerError(
            "cannot be encrypted for one of the recipients: the key in its certificate is damaged",
            hint="get the certificate again",
        ) from None


def unseal(enveloped: EnvelopedData, keys: Sequence[rsa.RSAPrivateKey]) -> bytes:
    """Decrypt with whichever key fits one of the recipients; their certificates are not needed.

    Raises ProfilerError when none fits, when the cipher is unknown, or when the content was changed.
    """
    kind = CIPHERS.get(enveloped.cipher)
    if kind is None:
        name = weak_cipher(enveloped.cipher) or enveloped.cipher
        raise ProfilerError(
            f"is encrypted with {name}, which cannot be opened", hint="encrypt it anew with AES"
        )
    for content_key in _content_keys(enveloped.recipients[:MAX_RECIPIENTS], keys, kind.key_size):
        try:
            content = _decrypt(enveloped, kind, content_key)
        except (ValueError, InvalidTag):
            continue
        if content.lstrip().startswith(_STARTS):
            return content
    kinds = {one.kind for one in enveloped.recipients} - {"key-transport"}
    if kinds and len(kinds) == len(enveloped.recipients):
        raise ProfilerError(
            f"is encrypted by {' and '.join(sorted(kinds))}, which cannot be opened",
            hint="encrypt it for an RSA key",
        )
    raise ProfilerError(
        "none of the keys opens it, or it was changed",
        hint=f"give the private key of one of its recipients ({len(enveloped.recipients)})",
    )


def _content_keys(
    recipients: Sequence[Recipient], keys: Sequence[rsa.RSAPrivateKey], size: int
) -> Iterator[bytes]:
    for recipient in recipients:
        if recipient.kind != "key-transport":
            continue
        for key in keys:
            try:
                found = key.decrypt(recipient.encrypted_key, _padding(recipient))
            except (*cert.BROKEN, IndexError):
                continue
            if len(found) == size:
                yield found


def _padding(recipient: Recipient) -> padding.AsymmetricPadding:
    """Choose the padding of an encrypted key. Raises ValueError for one that is unknown."""
    if recipient.algorithm == _RSA:
        return padding.PKCS1v15()
    if recipient.algorithm != _RSA_OAEP:
        raise ValueError(recipient.algorithm)
    digest = mask = _OAEP_DIGESTS["1.3.14.3.2.26"]
    label = b""
    if recipient.parameters is not None:
        # RSAES-OAEP-params, RFC 4055, 4.1
        for field in tlv.Reader(recipient.parameters).element(0, len(recipient.parameters)).children:
            inner = field.only("OAEP parameter")
            if field.tag == 0xA0:  # noqa: PLR2004 - hashFunc
                digest = _digest(inner.children[0].oid())
            elif field.tag == 0xA1:  # noqa: PLR2004 - maskGenFunc
                mask = _digest(inner.children[1].children[0].oid())
            elif field.tag == 0xA2:  # noqa: PLR2004 - pSourceFunc
                label = inner.children[1].octets()
    return padding.OAEP(padding.MGF1(mask()), digest(), label or None)


def _digest(oid: str) -> type[hashes.HashAlgorithm]:
    if oid not in _OAEP_DIGESTS:
        raise ValueError(oid)
    return _OAEP_DIGESTS[oid]


def _decrypt(enveloped: EnvelopedData, kind: CipherKind, key: bytes) -> bytes:
    """Decrypt the content. Raises ValueError for noise, InvalidTag for a changed GCM content."""
    algorithm: CipherAlgorithm = TripleDES(key) if kind.name == "3DES" else algorithms.AES(key)
    if kind.mode == "gcm":
        opener = Cipher(
            algorithm, modes.GCM(enveloped.iv, enveloped.mac or b"", min_tag_length=12)
        ).decryptor()
        opener.authenticate_additional_data(enveloped.authenticated or b"")
        return opener.update(enveloped.encrypted) + opener.finalize()
    decryptor = Cipher(algorithm, modes.CBC(enveloped.iv)).decryptor()
    padded = decryptor.update(enveloped.encrypted) + decryptor.finalize()
    unpadder = PKCS7(len(enveloped.iv) * 8).unpadder()
    return unpadder.update(padded) + unpadder.finalize()
