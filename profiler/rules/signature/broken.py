"""sig-broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule
from profiler.rules.signature.verification import signatures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "sig-broken",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/configuring-multiple-devices-using-profiles",
    needs=(Needs.SIGNATURE,),
    bad="",
    good="",
    fix="get the file again from its maker, or look the content through and sign it again",
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """The signature does not hold for this profile.

    The content, the signed attributes or the signature were changed after signing, or the certificate that would prove the
    signature is damaged or was left out. A device refuses such a file.
    """
    signed = run.document.source.signed
    if signed is None or signed.content is None:
        return
    if not signed.signers:
        message = "Wrapped as a signed file, but nobody has signed it: a device cannot tell who it is from"
        yield Finding(None, message, help="sign it with `profiler sign`")
    for problem in dict.fromkeys(
        one.integrity.digest_problem or one.integrity.signature_problem for one in signatures(run)
    ):
        if problem:
            message = f"The signature does not hold, and a device refuses the profile: {problem}"
            hint = "get the file again from its maker, or look the content through and sign it again"
            yield Finding(None, message, help=hint)
