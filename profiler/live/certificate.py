"""A server certificate against the rules Apple publishes for its devices.

https://support.apple.com/103769 (name, key, hash, purpose, 825 days) and https://support.apple.com/102028 (398 days).
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from profiler.trust.certificate import is_self_signed, load
from profiler.trust.chain import build, distrust

if TYPE_CHECKING:
    from profiler.live.anchors import Anchors
    from profiler.trust.chain import Chain
    from profiler.trust.store import Trust

SMALLEST_RSA = 2048
PUBLIC_DAYS = 398
PRIVATE_DAYS = 825
SOON_DAYS = 7
_PURPOSE_SINCE = dt.datetime(2019, 7, 1, tzinfo=dt.UTC)
_PUBLIC_LIFE_SINCE = dt.datetime(2020, 9, 1, tzinfo=dt.UTC)


@dataclass
class Verdict:
    """What is wrong with a certificate and what only wants attention, as (message, what to do); `summary` if it is right."""

    problems: list[tuple[str, str]] = field(default_factory=list)
    cautions: list[tuple[str, str]] = field(default_factory=list)
    summary: str = ""


def judge(chain: list[bytes], host: str, trusted: Anchors, now: dt.datetime) -> Verdict:
    """Judge the chain a server sent (DER, its own certificate first) for the name the profile uses."""
    verdict = Verdict()
    sent = [one for one in map(load, chain) if one is not None]
    if not sent or len(sent) != len(chain):
        verdict.problems.append(("The server's certificate cannot be read", "Have it issued anew"))
        return verdict
    leaf, rest = sent[0], [*sent[1:], *trusted.between]
    _name(verdict, leaf, host)
    private = _ends_at(leaf, rest, trusted.private, now)
    public = not private and _ends_at(leaf, rest, trusted.public, now)
    if not private and not public:
        verdict.problems.append(_why_untrusted(leaf, rest, trusted, now))
    _dates(verdict, leaf, now)
    _lifetime(verdict, leaf, public=public)
    _strength(verdict, leaf)
    _purpose(verdict, leaf)
    verdict.summary = (
        f"Certificate for {host} by {_title(leaf.issuer)}, valid until {leaf.not_valid_after_utc:%Y-%m-%d}"
        + (", trusted through a private CA" if private else "")
    )
    return verdict


def _name(verdict: Verdict, leaf: x509.Certificate, host: str) -> None:
    names, addresses = _alternative_names(leaf)
    try:
        if ipaddress.ip_address(host) in addresses:
            return
    except ValueError:
        if any(_matches(name, host) for name in names):
            return
    shown = ", ".join([*names, *map(str, addresses)][:5]) or "no name at all (the common name does not count)"
    verdict.problems.append(
        (
            f"The certificate is not for {host}; it names {shown}",
            "Put a name from the certificate into the profile, or have the certificate issued for this name",
        )
    )


def _alternative_names(leaf: x509.Certificate) -> tuple[list[str], list[object]]:
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return [], []
    return names.get_values_for_type(x509.DNSName), list(names.get_values_for_type(x509.IPAddress))


def _matches(pattern: str, host: str) -> bool:
    pattern, host = pattern.lower().rstrip("."), host.lower().rstrip(".")
    if not host.isascii():
        host = host.encode("idna").decode("ascii")
    if pattern.startswith("*."):
        return host.partition(".")[2] == pattern[2:] and "." in pattern[2:]
    return host == pattern


def _ends_at(leaf: x509.Certificate, rest: list[x509.Certificate], trust: Trust, now: dt.datetime) -> bool:
    """Whether the chain ends at one of the roots. The dates of the leaf itself are judged apart."""
    chain = build(leaf, rest, trust)
    if leaf.not_valid_before_utc <= now <= leaf.not_valid_after_utc:
        return not distrust(chain, trust, now)
    if leaf in trust.roots or (len(chain.certificates) == 1 and chain.root in trust.roots):
        return True
    issuers = chain._replace(certificates=chain.certificates[1:])
    return bool(issuers.certificates) and not distrust(issuers, trust, now)


def _why_untrusted(
    leaf: x509.Certificate, rest: list[x509.Certificate], trusted: Anchors, now: dt.datetime
) -> tuple[str, str]:
    todo = "Use a certificate of a public CA, or carry your own CA in the profile and check with --ca"
    if is_self_signed(leaf):
        return "The certificate is self-signed, no device trusts it", todo
    for trust in (trusted.private, trusted.public):
        chain = build(leaf, rest, trust)
        if chain.root in trust.roots:
            return _why_refused(chain, trust, now)
    chain = build(leaf, rest, trusted.public)
    if chain.leaf_issuer_missing and not any(one.subject == leaf.issuer for one in rest):
        message = f"The server does not send the certificate of {_title(leaf.issuer)}, which issued its own"
        todo = "Have the server send its intermediate certificates (the full chain); a private CA goes into the profile"
        return message, f"{todo} and is given with --ca"
    end = chain.certificates[-1].issuer
    return (
        f"The chain of the certificate ends at {_title(end)}, which is not trusted or did not sign it",
        todo,
    )


def _why_refused(chain: Chain, trust: Trust, now: dt.datetime) -> tuple[str, str]:
    """Say what is wrong with a chain that does lead to a trusted root."""
    for one in filter(None, (*chain.certificates[1:], chain.root)):
        start, end = one.not_valid_before_utc, one.not_valid_after_utc
        if not start <= now <= end:
            when = f"expired on {end:%Y-%m-%d}" if now > end else f"is valid only from {start:%Y-%m-%d}"
            message = f"The certificate of {_title(one.subject)}, which stands above the server's, {when}"
            return message, "Have the certificates of the CA renewed, at the server and in the profile"
    reason = distrust(chain, trust, now)
    return f"Devices refuse the chain of the certificate: {reason}", "Have the certificate issued anew"


def _dates(verdict: Verdict, leaf: x509.Certificate, now: dt.datetime) -> None:
    start, end = leaf.not_valid_before_utc, leaf.not_valid_after_utc
    if now > end:
        verdict.problems.append(
            (f"The certificate expired on {end:%Y-%m-%d}", "Have the server's certificate renewed")
        )
    elif now < start:
        verdict.problems.append(
            (f"The certificate is valid only from {start:%Y-%m-%d}", "Check the clocks, or wait until then")
        )
    elif end - now < dt.timedelta(days=SOON_DAYS) and end - now < (end - start) / 3:
        verdict.cautions.append(
            (
                f"The certificate ends on {end:%Y-%m-%d}, within {SOON_DAYS} days",
                "Have it renewed before then",
            )
        )


def _lifetime(verdict: Verdict, leaf: x509.Certificate, *, public: bool) -> None:
    start, life = leaf.not_valid_before_utc, leaf.not_valid_after_utc - leaf.not_valid_before_utc
    limit = PUBLIC_DAYS if public and start >= _PUBLIC_LIFE_SINCE else PRIVATE_DAYS
    if start >= _PURPOSE_SINCE and life > dt.timedelta(days=limit):
        accepted = f"at most {limit} from a public CA" if public else f"at most {limit}"
        message = f"The certificate is valid for {life.days} days; devices accept {accepted}"
        verdict.problems.append((message, "Have it issued for a shorter time"))


def _strength(verdict: Verdict, leaf: x509.Certificate) -> None:
    try:
        key = leaf.public_key()
    except ValueError:
        key = None
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < SMALLEST_RSA:
        verdict.problems.append(
            (
                f"The certificate's RSA key has {key.key_size} bits; devices ask for {SMALLEST_RSA}",
                "Make a new key and have the certificate issued anew",
            )
        )
    elif not isinstance(key, (rsa.RSAPublicKey, ec.EllipticCurvePublicKey)):
        verdict.problems.append(
            (
                "The certificate's key is neither RSA nor elliptic curve (NIST)",
                "Make a new key of one of these kinds",
            )
        )
    try:
        algorithm = leaf.signature_hash_algorithm
    except ValueError:
        algorithm = None
    if isinstance(algorithm, (hashes.SHA1, hashes.MD5)):
        verdict.problems.append(
            (
                f"The certificate is signed with {algorithm.name.upper()}; devices ask for SHA-2",
                "Have the certificate issued anew",
            )
        )


def _purpose(verdict: Verdict, leaf: x509.Certificate) -> None:
    try:
        usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        usage = None
    if usage is not None and ExtendedKeyUsageOID.SERVER_AUTH in usage:
        return
    if leaf.not_valid_before_utc >= _PURPOSE_SINCE:
        verdict.problems.append(
            (
                "The certificate is not made for servers (extended key usage serverAuth is missing)",
                "Have a server certificate issued",
            )
        )


def _title(name: x509.Name) -> str:
    for oid in (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME):
        found = name.get_attributes_for_oid(oid)
        if found:
            return str(found[0].value)
    return name.rfc4514_string() or "an issuer without a name"
