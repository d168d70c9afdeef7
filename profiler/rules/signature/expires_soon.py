"""sig-expires-soon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule
from profiler.rules.signature.verification import signatures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "sig-expires-soon",
    severity=Severity.WARNING,
    source="https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5",
    needs=(Needs.SIGNATURE, Needs.CLOCK),
    bad="",
    good="",
    fix="hand out what has to be updated before that day, and sign new profiles with a certificate valid for long",
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """The certificate of the signer ends within 30 days.

    From that day on devices show the profile as not verified, and by hand it can be updated only by a profile with the very
    same signer.
    """
    for one in signatures(run):
        if one.chain is None:
            continue
        from profiler.trust import certificate, verify  # noqa: PLC0415 - imported by now, by signatures()

        leaf = one.chain.certificates[0]
        end = leaf.not_valid_after_utc
        if run.now <= end <= run.now + verify.ENDS_SOON:
            message = (
                f"The signer {certificate.short_name(leaf)!r} ends on {end:%Y-%m-%d}: from then on a device shows the"
                " profile as not verified"
            )
            hint = "hand out what has to be updated before that day, and sign new profiles with a certificate valid for long"
            yield Finding(None, message, help=hint)
