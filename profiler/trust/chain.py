"""From the signer up to a root: which certificates lead there, which is missing, is the root believed."""

from __future__ import annotations

import re
from datetime import UTC
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from cryptography import x509
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    VerificationError,
)

from profiler.trust import certificate as cert

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from profiler.trust.store import Trust

MAX_LENGTH = 8
# What the library adds around the reason: where it was, and the algorithm as it is in memory.
_NOISE = re.compile(
    r"validation failed: |candidates exhausted: | \(encountered.*|: AlgorithmIdentifier.*", re.DOTALL
)
_APPLE = "1.2.840.113635.100.6."


class Chain(NamedTuple):
    """The way from a signer towards a root.

    `certificates` has the signer first and no root; `root` is the trusted or self-signed end, if known.
    `missing_for` is the certificate whose issuer was not found anywhere, None when the way is complete.
    """

    certificates: tuple[x509.Certificate, ...]
    root: x509.Certificate | None
    missing_for: x509.Certificate | None

    @property
    def leaf_issuer_missing(self) -> bool:
        """Whether the file lacks the one intermediate no device can do without: the signer's issuer."""
        return self.missing_for is not None and self.missing_for is self.certificates[0]


def build(leaf: x509.Certificate, pool: Iterable[x509.Certificate], trust: Trust) -> Chain:
    """Follow the issuers from the leaf through the pool, and stop at a root."""
    if cert.is_self_signed(leaf):
        return Chain((leaf,), leaf, None)
    path = [leaf]
    candidates = list(pool)
    while len(path) < MAX_LENGTH:
        last = path[-1]
        issuers = [one for one in candidates if one not in path and cert.issued(one, last)]
        own_root = next((one for one in issuers if cert.is_self_signed(one)), None)
        root = trust.issuer_of(last) or own_root
        if root is not None:
            return Chain(tuple(path), root, None)
        if not issuers:
            break
        # Of several with one name and key, as of a renewed intermediate, the one that lasts longest.
        path.append(max(issuers, key=lambda one: one.not_valid_after_utc))
    return Chain(tuple(path), None, path[-1])


def below_root(chain: Chain, pool: Iterable[x509.Certificate], trust: Trust) -> tuple[x509.Certificate, ...]:
    """Give the signer and all intermediates, those too that are trusted as if they were roots."""
    candidates, certificates = list(pool), chain.certificates
    while chain.root is not None and not cert.is_self_signed(chain.root) and chain.root not in certificates:
        chain = build(chain.root, candidates, trust)
        certificates += chain.certificates
    return certificates


def distrust(chain: Chain, trust: Trust, at: datetime) -> str:
    """Say why a device that knows only these roots would not believe the chain; nothing when it would.

    `at` is aware. Any purpose is accepted: devices take TLS, S/MIME and code-signing certificates alike.
    Extensions that Apple marks critical in its own certificates are accepted, other unknown ones are not.
    """
    leaf, *intermediates = chain.certificates
    if leaf in trust.roots:
        return ""
    if chain.root is leaf:
        return "the signer's certificate vouches for itself and is not among them"
    if chain.root is None or chain.root not in trust.roots:
        return f"{cert.name(chain.certificates[-1].issuer)} is not among them"
    if leaf.version is x509.Version.v1:
        # The library wants version 3 of every certificate; openssl takes a signer without extensions, and so
        # do we: its signature was checked when the chain was built, and the rest is about its issuers.
        return _reject(tuple(intermediates), trust, at) if intermediates else ""
    return _reject(chain.certificates, trust, at)


@lru_cache(maxsize=256)
def _reject(certificates: tuple[x509.Certificate, ...], trust: Trust, at: datetime) -> str:
    critical = frozenset(
        extension.oid.dotted_string
        for one in certificates
        for extension in one.extensions
        if extension.critical and extension.oid.dotted_string.startswith(_APPLE)
    )
    issuer_policy, leaf_policy = _policies(critical)
    verifier = (
        PolicyBuilder()
        .store(trust.store)
        .time(at.astimezone(UTC).replace(tzinfo=None))
        .extension_policies(ca_policy=issuer_policy, ee_policy=leaf_policy)
        .build_client_verifier()
    )
    try:
        verifier.verify(certificates[0], list(certificates[1:]))
    except VerificationError as error:
        return _NOISE.sub("", str(error))
    return ""


@lru_cache(maxsize=32)
def _policies(critical: frozenset[str]) -> tuple[ExtensionPolicy, ExtensionPolicy]:
    issuer = (
        ExtensionPolicy.permit_all()
        .require_present(x509.BasicConstraints, Criticality.AGNOSTIC, None)
        .may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, _signs_certificates)
    )
    leaf = ExtensionPolicy.permit_all().may_be_present(x509.ExtendedKeyUsage, Criticality.AGNOSTIC, _accept)
    for oid in sorted(critical):
        kind = _extension_type(oid)
        issuer = issuer.may_be_present(kind, Criticality.AGNOSTIC, _accept)
        leaf = leaf.may_be_present(kind, Criticality.AGNOSTIC, _accept)
    return issuer, leaf


def _extension_type(oid: str) -> type[x509.ExtensionType]:
    """Make a stand-in type: the only way to let the verifier pass a critical extension it does not know."""
    members = {"oid": x509.ObjectIdentifier(oid), "public_bytes": lambda _: b""}
    return type("AppleExtension", (x509.ExtensionType,), members)


def _accept(_policy: Policy, _certificate: x509.Certificate, _extension: x509.ExtensionType | None) -> None:
    """Accept the extension whatever it holds."""


def _signs_certificates(_policy: Policy, _certificate: x509.Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("an issuer in the chain may not sign certificates")
