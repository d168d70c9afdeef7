"""sig-short-lived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule
from profiler.rules.signature.verification import signatures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


# 13 months, of which the shortest are 28 + 365 days and the longest 31 + 366.
_SHORT_DAYS = 395


@rule(
    "sig-short-lived",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/configuring-multiple-devices-using-profiles",
    needs=(Needs.SIGNATURE,),
    bad="",
    good="",
    fix="sign with a certificate of its own that is valid for years, or deliver by device management",
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """The signer's certificate lives for less than 13 months, or is one of a TLS server, which is renewed often.

    By hand a signed profile is replaced only by one with the very same signer (documented), and a renewed certificate is
    another one: after each renewal people have to remove the profile, and with it the mail account, before they can install
    the new version.
    """
    for one in signatures(run):
        if one.chain is None:
            continue
        from profiler.trust import certificate  # noqa: PLC0415 - imported by now, by signatures()

        leaf = one.chain.certificates[0]
        days = (leaf.not_valid_after_utc - leaf.not_valid_before_utc).days
        what = []
        if certificate.only_for_servers(leaf):
            what.append("is a certificate for TLS servers")
        if days < _SHORT_DAYS:
            what.append(f"lives for only {days} days")
        if what:
            message = (
                f"The signer {certificate.short_name(leaf)!r} {' and '.join(what)}: with the next one the profile cannot be"
                " updated by hand"
            )
            hint = (
                "sign with a certificate of its own that is valid for years, or deliver by device management"
            )
            yield Finding(None, message, help=hint)
