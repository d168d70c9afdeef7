"""sig-weak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule
from profiler.rules.signature.verification import signatures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


_WEAK_DIGESTS = ("SHA-1", "MD5")


@rule(
    "sig-weak",
    severity=Severity.WARNING,
    source="https://support.apple.com/en-us/103769",
    needs=(Needs.SIGNATURE,),
    bad="",
    good="",
    fix="sign it again with SHA-256 and a key of RSA 2048 or P-256 at least",
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """The signature rests on SHA-1, MD5 or an RSA key of less than 2048 bits.

    Apple's systems refuse such certificates of TLS servers (documented); for the signatures of profiles they may do the same
    (inferred), and a digest that can be forged proves little.
    """
    for one in signatures(run):
        weak = []
        if one.integrity.digest in _WEAK_DIGESTS:
            weak.append(f"the digest is {one.integrity.digest}")
        if one.chain is not None:
            from profiler.trust import certificate  # noqa: PLC0415 - imported by now, by signatures()

            for each in one.chain.certificates:
                name = certificate.short_name(each)
                weak += [f"{name!r}: {weakness}" for weakness in certificate.weaknesses(each)]
        if weak:
            message = f"A weak signature that devices may refuse: {'; '.join(weak)}"
            yield Finding(
                None, message, help="sign it again with SHA-256 and a key of RSA 2048 or P-256 at least"
            )
