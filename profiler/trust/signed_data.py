"""Write CMS SignedData around a signature that something else makes: a token, a key service (RFC 5652, 5)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from profiler.document import cms, tlv
from profiler.errors import ProfilerError
from profiler.trust import certificate as cert

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cryptography import x509

    from profiler.trust.sign import Digest

_DIGESTS = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
_RSA = "1.2.840.113549.1.1.1"
_ECDSA = {"sha256": "1.2.840.10045.4.3.2", "sha384": "1.2.840.10045.4.3.3", "sha512": "1.2.840.10045.4.3.4"}
_NULL = tlv.encode(tlv.NULL)
_FIRST_GENERALIZED_TIME = 2050


def write(
    content: bytes, certificates: Sequence[x509.Certificate], digest: Digest, sign: Callable[[bytes], bytes]
) -> bytes:
    """Return the signed file; `sign` gets the DER of the signed attributes and returns the raw signature.

    For RSA that is PKCS#1 v1.5 over `digest`, for EC the DER of r and s. Raises ProfilerError when the signature is
    not one that the first certificate's key made.
    """
    leaf = certificates[0]
    attributes = _attributes(content, digest, datetime.now(UTC))
    covered = tlv.encode(tlv.SET, attributes)
    signature = sign(covered)
    if not fits(leaf, digest, covered, signature):
        raise ProfilerError(
            f"the signature that came back was not made with the key of {cert.short_name(leaf)}",
            hint=f"it must be {digest.name.upper()} with PKCS#1 v1.5 for RSA, or DER for EC, and of that key",
        )
    digest_algorithm = tlv.encode(tlv.SEQUENCE, tlv.encode_oid(_DIGESTS[digest.name]))
    signer = tlv.encode(
        tlv.SEQUENCE,
        tlv.encode_integer(1),
        tlv.encode(tlv.SEQUENCE, leaf.issuer.public_bytes(), tlv.encode_integer(leaf.serial_number)),
        digest_algorithm,
        tlv.encode(0xA0, attributes),
        _signature_algorithm(leaf, digest),
        tlv.encode(tlv.OCTET_STRING, signature),
    )
    inner = tlv.encode(
        tlv.SEQUENCE,
        tlv.encode_oid(cms.DATA),
        tlv.encode(0xA0, tlv.encode(tlv.OCTET_STRING, content)),
    )
    signed = tlv.encode(
        tlv.SEQUENCE,
        tlv.encode_integer(1),
        tlv.encode(tlv.SET, digest_algorithm),
        inner,
        tlv.encode(0xA0, *sorted(map(cert.der, certificates))),
        tlv.encode(tlv.SET, signer),
    )
    return tlv.encode(tlv.SEQUENCE, tlv.encode_oid(cms.SIGNED_DATA), tlv.encode(0xA0, signed))


def fits(leaf: x509.Certificate, digest: Digest, covered: bytes, signature: bytes) -> bool:
    """Whether the certificate's key made this signature."""
    key = leaf.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, covered, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, covered, ec.ECDSA(digest))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _attributes(content: bytes, digest: Digest, now: datetime) -> bytes:
    hashed = hashes.Hash(digest)
    hashed.update(content)
    form, tag = ("%y%m%d%H%M%SZ", 0x17) if now.year < _FIRST_GENERALIZED_TIME else ("%Y%m%d%H%M%SZ", 0x18)
    attributes = (
        _attribute(cms.CONTENT_TYPE, tlv.encode_oid(cms.DATA)),
        _attribute(cms.SIGNING_TIME, tlv.encode(tag, now.strftime(form).encode())),
        _attribute(cms.MESSAGE_DIGEST, tlv.encode(tlv.OCTET_STRING, hashed.finalize())),
    )
    return b"".join(sorted(attributes))


def _attribute(name: str, value: bytes) -> bytes:
    return tlv.encode(tlv.SEQUENCE, tlv.encode_oid(name), tlv.encode(tlv.SET, value))


def _signature_algorithm(leaf: x509.Certificate, digest: Digest) -> bytes:
    if isinstance(leaf.public_key(), rsa.RSAPublicKey):
        return tlv.encode(tlv.SEQUENCE, tlv.encode_oid(_RSA), _NULL)
    return tlv.encode(tlv.SEQUENCE, tlv.encode_oid(_ECDSA[digest.name]))
