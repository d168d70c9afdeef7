"""Sign profiles: CMS SignedData (RFC 5652) in DER, content attached, intermediates included, root left out.

A device shows a profile as verified when the signature holds and its chain leads to a root the device trusts.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from profiler.document import cms, source
from profiler.document.document import Document
from profiler.errors import ProfilerError, Refused
from profiler.model import placeholder
from profiler.trust import certificate as cert
from profiler.trust import chain as chains
from profiler.trust import identity, integrity
from profiler.trust.store import Trust

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from cryptography import x509

ENDS_SOON = timedelta(days=30)
MAX_NESTING = 8
_MAY_HOLD_VARIABLE = re.compile(rb"[$%{]|\A(?:bplist|\xff\xfe|\xfe\xff)")

Digest = hashes.SHA256 | hashes.SHA384 | hashes.SHA512


class Notice(NamedTuple):
    """A warning about something that was done all the same, and what to do about it."""

    message: str
    hint: str = ""


class Signer(NamedTuple):
    """One identity, loaded once, that signs any number of profiles.

    `certificates` goes into every file: the signer first, then the intermediates. `sign` takes the
    content and returns the signed file, both as bytes; it raises ProfilerError when the key cannot be used.
    """

    certificates: tuple[x509.Certificate, ...]
    sign: Callable[[bytes], bytes]
    notices: tuple[Notice, ...]

    @property
    def name(self) -> str:
        """The signer's name for messages."""
        return cert.short_name(self.certificates[0])


def with_key(
    signing: identity.Identity, *, pool: Iterable[x509.Certificate] = (), trust: Trust | None, now: datetime
) -> Signer:
    """Make a signer from an identity in files. `trust` None leaves out the warning about untrusted roots.

    Raises ProfilerError for a certificate that is expired, not yet valid or not allowed to sign.
    """
    certificates, notices = complete(signing.certificate, (*signing.pool, *pool), trust=trust, now=now)
    digest = digest_for(signing.certificate)

    def sign(content: bytes) -> bytes:
        builder = PKCS7SignatureBuilder().set_data(content).add_signer(certificates[0], signing.key, digest)
        # Certificates come last: what is set after them makes the builder forget them.
        for intermediate in certificates[1:]:
            builder = builder.add_certificate(intermediate)
        return builder.sign(Encoding.DER, [PKCS7Options.Binary, PKCS7Options.NoCapabilities])

    return Signer(certificates, sign, notices)


def digest_for(certificate: x509.Certificate) -> Digest:
    """Choose the digest by the key: as strong as its curve, SHA-256 for RSA."""
    key = certificate.public_key()
    curve = key.curve.name if isinstance(key, ec.EllipticCurvePublicKey) else ""
    if curve == "secp384r1":
        return hashes.SHA384()
    return hashes.SHA512() if curve == "secp521r1" else hashes.SHA256()


def complete(
    leaf: x509.Certificate, pool: Iterable[x509.Certificate], *, trust: Trust | None, now: datetime
) -> tuple[tuple[x509.Certificate, ...], tuple[Notice, ...]]:
    """Refuse an unfit signer; return it with its intermediates, and what should be known about them."""
    identity.refuse_unfit(leaf, now)
    known, candidates = trust or Trust("nobody", ()), tuple(pool)
    chain = chains.build(leaf, candidates, known)
    certificates = chains.below_root(chain, candidates, known)
    return certificates, tuple(_notices(chain, known if trust else None, now))


def _notices(chain: chains.Chain, trust: Trust | None, now: datetime) -> Iterable[Notice]:
    leaf, *above = chain.certificates
    days, until = (leaf.not_valid_after_utc - now).days, cert.moment(leaf.not_valid_after_utc)
    if leaf.not_valid_after_utc - now <= ENDS_SOON:
        yield Notice(
            f"the certificate {cert.short_name(leaf)} ends in {days} days, on {until}:"
            " after that, devices show the profile as not verified",
            "renew it first: a profile signed by another certificate cannot update this one by hand",
        )
    for issuer in above:
        if not issuer.not_valid_before_utc <= now <= issuer.not_valid_after_utc:
            yield Notice(
                f"the intermediate {cert.name(issuer.subject)} is not valid now",
                "give a current one with --chain",
            )
    if chain.leaf_issuer_missing:
        address = cert.issuer_address(leaf)
        yield Notice(
            f"the intermediate {cert.name(leaf.issuer)} is missing (unless it is a root not known here):"
            " devices that do not have it show Not Verified",
            f"fetch it from {address} and add it with --chain"
            if address
            else "add an intermediate with --chain, name a root with --trust",
        )
    elif trust is not None:
        reason = chains.distrust(chain, trust, now)
        if reason:
            yield Notice(
                f"the chain is not trusted by {trust.name}: {reason};"
                " devices without that root show Not Verified",
                (
                    ""
                    if chain.missing_for is None
                    else "if that is an intermediate, add it with --chain; if not, "
                )
                + "install the root on the devices first, or name it with --trust to silence this",
            )


def placeholders(content: bytes) -> list[str]:
    """List where a profile holds variables of a device management service, which none can fill once signed.

    Places are key paths joined by dots, in document order; nothing for content that is no profile.
    """
    if not _MAY_HOLD_VARIABLE.search(content):
        return []
    root = Document(source.from_bytes(content)).root
    if root is None:
        return []
    return [
        ".".join(map(str, node.path))
        for node in root.walk()
        if node.kind == "string" and placeholder.marks(node.value)
    ]


def content_to_sign(data: bytes) -> tuple[bytes, int]:
    """Return the profile to sign and how many signatures were taken off to get it.

    Raises Refused when a signature that is there does not cover the content: signing again would vouch for a
    change that nobody vouched for. Raises ProfilerError for CMS that holds no profile.
    """
    for depth in range(MAX_NESTING):
        if not cms.looks_like(data):
            return data, depth
        try:
            signed = cms.read(data)
        except cms.CmsError as error:
            raise ProfilerError(f"is not readable as CMS: {error.message} (at byte {error.offset})") from None
        if isinstance(signed, cms.EnvelopedData):
            raise ProfilerError("is encrypted as a whole, which no device opens", hint="decrypt it first")
        problem = integrity.problem(signed)
        if problem or signed.content is None:
            raise Refused(
                f"is signed already, and {problem}",
                hint="take the profile out with `profiler unsign --no-verify`, look at it, then sign it",
            )
        data = signed.content
    raise ProfilerError(f"is signed more than {MAX_NESTING} times over")
