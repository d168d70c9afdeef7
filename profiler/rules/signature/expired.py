"""sig-expired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule
from profiler.rules.signature.verification import signatures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "sig-expired",
    severity=Severity.WARNING,
    source="https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5",
    needs=(Needs.SIGNATURE, Needs.CLOCK),
    bad="",
    good="",
    fix="sign it again with a certificate that is valid for long",
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """The certificate of the signer, or one above it, is not valid at this time.

    Devices judge a signature when the profile is installed (reported): one that has expired shows as not verified, even if
    it was valid when it was made. The renewed certificate is another signer, which by hand cannot update the profile.
    """
    for one in signatures(run):
        if one.chain is None:
            continue
        from profiler.trust import certificate  # noqa: PLC0415 - imported by now, by signatures()

        for place, each in enumerate(one.chain.certificates):
            role = "intermediate certificate" if place else "signer"
            name = f"The {role} {certificate.short_name(each)!r}"
            if run.now > each.not_valid_after_utc:
                what = f"{name} expired on {each.not_valid_after_utc:%Y-%m-%d}"
                hint = "sign it again with a certificate that is valid for long"
            elif run.now < each.not_valid_before_utc:
                what = f"{name} is not valid before {each.not_valid_before_utc:%Y-%m-%d}"
                hint = "hand the profile out after that day, or correct the clock"
            else:
                continue
            yield Finding(None, f"{what}: a device shows the profile as not verified", help=hint)
            break
