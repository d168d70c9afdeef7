"""sig-self-signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule
from profiler.rules.signature.verification import roots, signatures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run
    from profiler.trust.chain import Chain


@rule(
    "sig-self-signed",
    severity=Severity.NOTE,
    source="https://www.rfc-editor.org/rfc/rfc5280#section-6",
    needs=(Needs.SIGNATURE,),
    bad="",
    good="",
    fix="name its root with --trust if your devices have it, or sign with a certificate they trust",
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """The signer does not lead to a root that is known to be trusted.

    It vouches for itself, or its root is neither one of the operating system nor named by --trust. Devices show the profile
    as not verified unless they have that root, as those of an organisation may.
    """
    for one in signatures(run):
        if one.chain is None or one.chain.leaf_issuer_missing:
            continue
        what = _doubt(one.chain, run)
        if what:
            message = f"{what}: devices that do not trust it show the profile as not verified"
            hint = "name its root with --trust if your devices have it, or sign with a certificate they trust"
            yield Finding(None, message, help=hint)


def _doubt(chain: Chain, run: Run) -> str:
    """Why devices may not believe the signer; "" when they do, or when it is expired or weak, which other rules report."""
    from profiler.trust import certificate  # noqa: PLC0415 - imported by now, by signatures()
    from profiler.trust import chain as chains  # noqa: PLC0415 - same

    leaf, trust = chain.certificates[0], roots(run.context.trust)
    name = certificate.short_name(leaf)
    if leaf in trust.roots:
        return ""
    if chain.root is leaf:
        return f"The signer {name!r} vouches for itself"
    if chain.root is None or chain.root not in trust.roots:
        root = certificate.name(chain.certificates[-1].issuer)
        return f"The root {root!r} of the signer {name!r} is not one of {trust.name}"
    for one in chain.certificates:
        valid = one.not_valid_before_utc <= run.now <= one.not_valid_after_utc
        if not valid or certificate.weaknesses(one):
            return ""
    reason = chains.distrust(chain, trust, run.now)
    return f"The chain of the signer {name!r} does not hold ({reason})" if reason else ""
