"""sig-multiple-signers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "sig-multiple-signers",
    severity=Severity.WARNING,
    source="https://www.rfc-editor.org/rfc/rfc5652#section-5.1",
    needs=(Needs.SIGNATURE,),
    bad="",
    good="",
    fix="sign it again with one certificate",
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """Several signers have signed the profile side by side.

    By hand a signed profile is updated only by one with the same signer (documented), and a device compares one of them
    (inferred): which one nobody can say, so an update may be refused.
    """
    signed = run.document.source.signed
    if signed is not None and len(signed.signers) > 1:
        message = f"{len(signed.signers)} signers: a device compares only one of them when the profile is updated by hand"
        yield Finding(None, message, help="sign it again with one certificate")
