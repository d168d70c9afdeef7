"""sig-chain-incomplete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule
from profiler.rules.signature.verification import signatures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "sig-chain-incomplete",
    severity=Severity.WARNING,
    source="https://www.rfc-editor.org/rfc/rfc5652#section-10.2.3",
    needs=(Needs.SIGNATURE,),
    bad="",
    good="",
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """The certificate that issued the signer's is not in the file.

    A device that does not happen to have it cannot reach a root it trusts, and shows the profile as not verified. Roots need
    not be in the file: a device believes only its own.
    """
    for one in signatures(run):
        if one.chain is None or not one.chain.leaf_issuer_missing:
            continue
        from profiler.trust import certificate  # noqa: PLC0415 - imported by now, by signatures()

        leaf = one.chain.certificates[0]
        message = (
            f"The issuer {certificate.name(leaf.issuer)!r} is neither in the file nor a trusted root: devices without it show"
            " the profile as not verified"
        )
        address = certificate.issuer_address(leaf)
        fetch = f"fetch it from {address} and sign" if address else "sign"
        yield Finding(
            None,
            message,
            help=f"{fetch} again with --chain INTERMEDIATE.pem; a root of your own is named with --trust",
        )
