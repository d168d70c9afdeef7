"""Verify a signed profile in seven numbered steps, and say what each means on a phone.

1. envelope: the file is CMS with the profile inside (RFC 5652, 5.1)
2. digest: the profile is the one that was signed (5.4)
3. signature: the signer's key made the signature (5.6)
4. signer certificate: it is in the file, may sign, and its key is strong enough
5. chain: the intermediates lead from the signer to a root (RFC 5280, 6)
6. trust: that root is one of those given
7. time: signer and chain are valid at the moment asked for

A signer that has expired fails step 7 even if it was valid when it signed: devices judge a profile when they
install it, and no timestamp is known to change their mind. The step says which of the two it was, and `--at`
asks for another moment. Step 6 is judged at the last moment when the whole chain was valid, so that an old
profile of a good signer fails one step and not two.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from profiler.document import cms
from profiler.trust import certificate as cert
from profiler.trust import chain as chains
from profiler.trust import integrity
from profiler.trust.verification import STEPS, Signature, Status, Step, Verification

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography import x509

    from profiler.document.cms import SignedData, SignerInfo
    from profiler.trust.store import Trust

ENDS_SOON = timedelta(days=30)
_GRAVITY = (Status.OK, Status.SKIPPED, Status.WARNING, Status.FAILED)
_TIME = re.compile(rb"(\d{4}|\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z", re.ASCII)


def verify_bytes(data: bytes, *, trust: Trust, at: datetime) -> Verification:
    """Verify a file of any kind: one that is unsigned, encrypted or broken fails the first step."""
    if not cms.looks_like(data):
        return unopened("not signed: a phone shows the profile as Not Signed", "there is no signature")
    try:
        signed = cms.read(data)
    except cms.CmsError as error:
        return unopened(f"{error.message} (at byte {error.offset}): a phone cannot open it")
    if isinstance(signed, cms.EnvelopedData):
        return unopened(
            "encrypted as a whole, where a phone expects a profile: encrypt with `profiler encrypt`"
        )
    return verify(signed, trust=trust, at=at)


def verify(signed: SignedData, *, trust: Trust, at: datetime) -> Verification:
    """Verify what was read. Pure: the roots and the moment (aware) are all it knows of the world."""
    pool = [one for one in map(cert.load, signed.certificates) if one is not None]
    signatures = tuple([_signature(signed, signer, pool, trust) for signer in signed.signers])
    steps = (
        _envelope(signed),
        _digest(signed, signatures),
        _each("signature", signatures, _signature_step if signed.content is not None else _nothing_to_check),
        _signer_certificate(signatures),
        _each("chain", signatures, _chain),
        _each("trust", signatures, lambda one: _trust(one, trust, at)),
        _each("time", signatures, lambda one: _time(one, at)),
    )
    return Verification(steps, signatures)


def unopened(message: str, why: str = "the file could not be opened") -> Verification:
    """Make the report about a file that never got past the first step; `why` is what the others are skipped for."""
    skipped = [Step(name, Status.SKIPPED, why) for name in STEPS[1:]]
    return Verification((Step("envelope", Status.FAILED, message), *skipped), ())


def _signature(
    signed: SignedData, signer: SignerInfo, pool: list[x509.Certificate], trust: Trust
) -> Signature:
    found = integrity.check(signed, signer)
    chain = None if found.certificate is None else chains.build(found.certificate, pool, trust)
    return Signature(found, chain, signing_time(signer))


def signing_time(signer: SignerInfo) -> datetime | None:
    """Read the time a signer claims (RFC 5652, 11.3); None when there is none or it is no time."""
    values = signer.attributes.get(cms.SIGNING_TIME, ())
    match = _TIME.fullmatch(values[0][2:]) if values else None
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups())
    if len(match[1]) == 2:  # noqa: PLR2004 - two digits: RFC 5280, 4.1.2.5.1
        year += 2000 if year < 50 else 1900  # noqa: PLR2004 - same
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _envelope(signed: SignedData) -> Step:
    if signed.content is None:
        return Step(
            "envelope", Status.FAILED, "the signature is detached: a phone finds no profile in the file"
        )
    if not signed.signers:
        return Step(
            "envelope", Status.FAILED, "nobody has signed it: a phone shows the profile as Not Signed"
        )
    odd = []
    if signed.wrapper in ("pem", "smime"):
        name = "PEM" if signed.wrapper == "pem" else "S/MIME"
        odd.append(f"wrapped as {name} text, which a phone cannot open: sign it again to get plain DER")
    if signed.trailing:
        odd.append(f"followed by {signed.trailing} bytes that nobody signed")
    if signed.content_type != cms.DATA:
        odd.append(f"the content is marked as {signed.content_type} and not as data")
    if cms.looks_like(signed.content):
        odd.append("the content is itself a signed file, which a phone may not open")
    if odd:
        return Step("envelope", Status.WARNING, "; ".join(odd))
    return Step("envelope", Status.OK, f"{signed.wrapper.upper()}, the profile is inside")


def _digest(signed: SignedData, signatures: tuple[Signature, ...]) -> Step:
    if signed.content is None:
        return Step("digest", Status.SKIPPED, "there is no content")

    def judge(one: Signature) -> tuple[Status, str]:
        name = one.integrity.digest
        if one.integrity.digest_problem:
            return Status.FAILED, f"{one.integrity.digest_problem}: a phone refuses the profile"
        if name == "MD5":
            return Status.FAILED, "the digest is MD5, which can be forged: sign again with SHA-256"
        if name == "SHA-1":
            return (
                Status.WARNING,
                "the digest is SHA-1, which newer systems may refuse: sign again with SHA-256",
            )
        return Status.OK, f"{name} of the profile is the signed one"

    return _each("digest", signatures, judge)


def _nothing_to_check(_one: Signature) -> tuple[Status, str]:
    return Status.SKIPPED, "there is no content"


def _signature_step(one: Signature) -> tuple[Status, str]:
    if one.integrity.certificate is None:
        return Status.SKIPPED, "there is no certificate to check it with"
    if one.integrity.signature_problem:
        return Status.FAILED, f"{one.integrity.signature_problem}: a phone refuses the profile"
    return Status.OK, f"{one.integrity.algorithm} signature made with the signer's key"


def _signer_certificate(signatures: tuple[Signature, ...]) -> Step:
    def judge(one: Signature) -> tuple[Status, str]:
        leaf = one.integrity.certificate
        if leaf is None:
            return Status.FAILED, f"{one.integrity.signature_problem}: a phone cannot tell who signed"
        weak = cert.weaknesses(leaf)
        if not cert.may_sign(leaf):
            weak.append("its key usage lacks digitalSignature")
        who = f"signed by {cert.short_name(leaf)} ({cert.key_text(leaf.public_key())})"
        if weak:
            return Status.WARNING, f"{who}, but {' and '.join(weak)}: newer systems may refuse it"
        return Status.OK, who

    step = _each("signer certificate", signatures, judge)
    if len(signatures) > 1 and step.status is not Status.FAILED:
        message = (
            f"{step.message}; {len(signatures)} signers, and a phone compares only one of them on updates"
        )
        return Step(step.step, Status.WARNING, message)
    return step


def _chain(one: Signature) -> tuple[Status, str]:
    chain = one.chain
    if chain is None:
        return Status.SKIPPED, "there is no signer certificate"
    if chain.leaf_issuer_missing:
        leaf = chain.certificates[0]
        address = cert.issuer_address(leaf)
        fetch = f"fetch it from {address} and sign" if address else "sign"
        message = (
            f"the issuer {cert.name(leaf.issuer)} is neither in the file nor a trusted root:"
            f" phones that do not have it show Not Verified; an intermediate: {fetch} again with --chain;"
            " a root of your own: name it with --trust"
        )
        return Status.FAILED, message
    if chain.root is chain.certificates[0]:
        return Status.OK, "the signer is self-signed: there is nothing between it and the root"
    names = " < ".join(cert.short_name(certificate) for certificate in chain.certificates)
    if chain.missing_for is not None:
        return Status.OK, f"{names}, which {cert.name(chain.missing_for.issuer)} has issued"
    return Status.OK, f"complete: {names}"


def _trust(one: Signature, trust: Trust, at: datetime) -> tuple[Status, str]:
    if one.chain is None:
        return Status.SKIPPED, "there is no signer certificate"
    reason = chains.distrust(one.chain, trust, _last_valid(one.chain, at))
    if reason:
        return (
            Status.FAILED,
            f"not trusted by {trust.name}: {reason}; a phone shows Not Verified unless it has that root",
        )
    root = one.chain.root
    return Status.OK, f"{cert.short_name(root) if root else 'the signer'} is one of {trust.name}"


def _last_valid(chain: chains.Chain, at: datetime) -> datetime:
    """Return the moment nearest to `at` when the whole chain was valid, or `at` when there never was one."""
    certificates = [*chain.certificates, chain.root] if chain.root else [*chain.certificates]
    first = max(one.not_valid_before_utc for one in certificates)
    last = min(one.not_valid_after_utc for one in certificates)
    return min(max(at, first), last) if first <= last else at


def _time(one: Signature, at: datetime) -> tuple[Status, str]:
    if one.chain is None:
        return Status.SKIPPED, "there is no signer certificate"
    leaf, *above = one.chain.certificates
    if at < leaf.not_valid_before_utc:
        return Status.FAILED, f"the signer is not valid before {cert.moment(leaf.not_valid_before_utc)}"
    if at > leaf.not_valid_after_utc:
        return (
            Status.FAILED,
            f"{_expired(one, leaf)}: installed now, a phone shows it as Not Verified; sign again",
        )
    roles = [(issuer, "intermediate") for issuer in above]
    if one.chain.root is not None:
        roles.append((one.chain.root, "root"))
    for issuer, role in roles:
        begin, end = issuer.not_valid_before_utc, issuer.not_valid_after_utc
        if not begin <= at <= end:
            limit = f"before {cert.moment(begin)}" if at < begin else f"after {cert.moment(end)}"
            return Status.FAILED, f"the {role} {cert.short_name(issuer)} is not valid {limit}"
    until = cert.moment(leaf.not_valid_after_utc)
    if leaf.not_valid_after_utc - at <= ENDS_SOON:
        return Status.WARNING, f"the signer ends soon, on {until}: after that phones show Not Verified"
    return Status.OK, f"the signer is valid until {until}"


def _expired(one: Signature, leaf: x509.Certificate) -> str:
    expired = f"the signer expired on {cert.moment(leaf.not_valid_after_utc)}"
    if one.signed_at is None:
        return f"{expired} (the file does not say when it was signed)"
    signed = cert.moment(one.signed_at)
    if one.valid_when_signed:
        return f"{expired}, but was valid when it signed, by its own clock on {signed}"
    return f"{expired}, and was not valid when it signed, by its own clock on {signed}"


def _each(
    name: str, signatures: tuple[Signature, ...], judge: Callable[[Signature], tuple[Status, str]]
) -> Step:
    """Judge every signature; the step is as bad as the worst of them."""
    if not signatures:
        return Step(name, Status.SKIPPED, "there is no signature")
    found = [judge(one) for one in signatures]
    worst = max((status for status, _ in found), key=_GRAVITY.index)
    messages = dict.fromkeys(message for status, message in found if status is worst)
    return Step(name, worst, "; ".join(messages))
