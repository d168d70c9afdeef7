"""Whether a signature covers exactly this content (RFC 5652, 5.4 and 5.6); who signed is another question."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

from profiler.document import cms, tlv
from profiler.trust import certificate as cert

if TYPE_CHECKING:
    from cryptography import x509

    from profiler.document.cms import SignedData, SignerInfo

_SHA1 = "1.3.14.3.2.26"
_DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    "1.2.840.113549.2.5": hashes.MD5,
    _SHA1: hashes.SHA1,
    "2.16.840.1.101.3.4.2.4": hashes.SHA224,
    "2.16.840.1.101.3.4.2.1": hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
}

_RSA = "1.2.840.113549.1.1.1"
_RSA_PSS = "1.2.840.113549.1.1.10"
_EC = "1.2.840.10045.2.1"
_ED25519 = "1.3.101.112"
_ED448 = "1.3.101.113"
# Signature algorithms that name their digest too: RSA PKCS#1 v1.5 and ECDSA.
_WITH_DIGEST: dict[str, tuple[str, type[hashes.HashAlgorithm]]] = {
    "1.2.840.113549.1.1.4": (_RSA, hashes.MD5),
    "1.2.840.113549.1.1.5": (_RSA, hashes.SHA1),
    "1.2.840.113549.1.1.14": (_RSA, hashes.SHA224),
    "1.2.840.113549.1.1.11": (_RSA, hashes.SHA256),
    "1.2.840.113549.1.1.12": (_RSA, hashes.SHA384),
    "1.2.840.113549.1.1.13": (_RSA, hashes.SHA512),
    "1.2.840.10045.4.1": (_EC, hashes.SHA1),
    "1.2.840.10045.4.3.1": (_EC, hashes.SHA224),
    "1.2.840.10045.4.3.2": (_EC, hashes.SHA256),
    "1.2.840.10045.4.3.3": (_EC, hashes.SHA384),
    "1.2.840.10045.4.3.4": (_EC, hashes.SHA512),
}
_ALGORITHM_NAMES = {_RSA: "RSA", _RSA_PSS: "RSA-PSS", _EC: "ECDSA", _ED25519: "Ed25519", _ED448: "Ed448"}


class Integrity(NamedTuple):
    """What one signature proves. The problems are sentences, empty when there is none.

    `digest` and `algorithm` are names for people; `certificate` is None when the file
    lacks it or it cannot be read.
    """

    certificate: x509.Certificate | None
    digest: str
    algorithm: str
    digest_problem: str
    signature_problem: str


def check(signed: SignedData, signer: SignerInfo) -> Integrity:
    """Check one signature over the attached content. Raises nothing, whatever the file holds."""
    der = cms.signer_certificate(signed, signer)
    certificate = None if der is None else cert.load(der)
    digest = digest_name(signer)
    family = _WITH_DIGEST.get(signer.signature_algorithm, (signer.signature_algorithm, None))[0]
    algorithm = _ALGORITHM_NAMES.get(family, family)
    if signed.content is None:
        return Integrity(certificate, digest, algorithm, "there is no content", "there is no content")
    digest_problem = _check_digest(signed, signer, signed.content)
    if certificate is None:
        problem = (
            "the signer's certificate is not in the file"
            if der is None
            else "the signer's certificate is damaged"
        )
        return Integrity(None, digest, algorithm, digest_problem, problem)
    covered = signed.content if signer.signed_attributes is None else signer.signed_attributes
    return Integrity(
        certificate, digest, algorithm, digest_problem, _check_signature(certificate, signer, covered)
    )


def problem(signed: SignedData) -> str:
    """Say why the content cannot be taken for what was signed; nothing when every signature covers it."""
    if signed.content is None:
        return "the signature is detached: the file holds no profile"
    if not signed.signers:
        return "nobody has signed it"
    for signer in signed.signers:
        result = check(signed, signer)
        if result.digest_problem or result.signature_problem:
            return result.digest_problem or result.signature_problem
    return ""


def digest_name(signer: SignerInfo) -> str:
    """Name the digest a signer used: `SHA-256`; the bare identifier for an unknown one."""
    kind = _DIGESTS.get(signer.digest)
    return signer.digest if kind is None else kind().name.upper().replace("SHA", "SHA-")


def _check_digest(signed: SignedData, signer: SignerInfo, content: bytes) -> str:
    kind = _DIGESTS.get(signer.digest)
    if kind is None:
        return f"the digest algorithm {signer.digest} is unknown"
    if signer.signed_attributes is None:
        return ""
    digest = _single(signer, cms.MESSAGE_DIGEST)
    stated_type = _single(signer, cms.CONTENT_TYPE)
    if digest is None or stated_type is None:
        return "the signed attributes lack the digest or the type of the content"
    actual = hashlib.new(kind().name, content, usedforsecurity=False).digest()
    if not hmac.compare_digest(tlv.encode(tlv.OCTET_STRING, actual), digest):
        return "the content was changed after it was signed"
    if stated_type != tlv.encode_oid(signed.content_type):
        return "the signature is for content of another type"
    return ""


def _single(signer: SignerInfo, attribute: str) -> bytes | None:
    values = signer.attributes.get(attribute, ())
    return values[0] if len(values) == 1 else None


def _check_signature(certificate: x509.Certificate, signer: SignerInfo, covered: bytes) -> str:
    digest = _DIGESTS.get(signer.digest)
    if digest is None:
        return f"the digest algorithm {signer.digest} is unknown"
    algorithm, own_digest = _WITH_DIGEST.get(signer.signature_algorithm, (signer.signature_algorithm, digest))
    if algorithm not in _ALGORITHM_NAMES:
        return f"the signature algorithm {signer.signature_algorithm} is unknown"
    if own_digest is not digest:
        return "the signature is made with another digest than the content"
    try:
        fits = algorithm != _RSA or not cert.only_for_pss(certificate)
        fits = fits and _verify_with_key(certificate.public_key(), algorithm, signer, covered, digest())
    except InvalidSignature:
        return "the signature does not match: it was made with another key, or changed"
    except (*cert.BROKEN, IndexError):
        return "the signature cannot be checked: its parameters are damaged"
    return "" if fits else "the key in the certificate is not of the kind the signature needs"


def _verify_with_key(
    key: object, algorithm: str, signer: SignerInfo, covered: bytes, digest: hashes.HashAlgorithm
) -> bool:
    """Check the raw signature; False when key and algorithm do not fit. Raises InvalidSignature."""
    match key:
        case rsa.RSAPublicKey() if algorithm == _RSA:
            key.verify(signer.signature, covered, padding.PKCS1v15(), digest)
        case rsa.RSAPublicKey() if algorithm == _RSA_PSS:
            key.verify(signer.signature, covered, _pss(signer.parameters, digest), digest)
        case ec.EllipticCurvePublicKey() if algorithm == _EC:
            key.verify(signer.signature, covered, ec.ECDSA(digest))
        case ed25519.Ed25519PublicKey() if algorithm == _ED25519:
            key.verify(signer.signature, covered)
        case ed448.Ed448PublicKey() if algorithm == _ED448:
            key.verify(signer.signature, covered)
        case _:
            return False
    return True


def _pss(parameters: bytes | None, digest: hashes.HashAlgorithm) -> padding.PSS:
    """Read RSASSA-PSS-params (RFC 4055, 3.1); the digest must be the one of the content (RFC 4056, 3).

    Raises ValueError or IndexError for anything else.
    """
    own, mask, salt = _SHA1, _SHA1, 20
    if parameters is not None:
        for field in tlv.Reader(parameters).element(0, len(parameters)).children:
            inner = field.only("PSS parameter")
            if field.tag == 0xA0:  # noqa: PLR2004 - hashAlgorithm
                own = inner.children[0].oid()
            elif field.tag == 0xA1:  # noqa: PLR2004 - maskGenAlgorithm
                mask = inner.children[1].children[0].oid()
            elif field.tag == 0xA2:  # noqa: PLR2004 - saltLength
                salt = inner.integer()
    if _DIGESTS.get(own) is not type(digest) or mask not in _DIGESTS:
        raise ValueError(own)
    return padding.PSS(padding.MGF1(_DIGESTS[mask]()), salt)
