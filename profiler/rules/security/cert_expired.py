"""sec-cert-expired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule
from profiler.rules.security.certificates import CERTIFICATE_TYPES, certificates
from profiler.rules.security.example_certificates import EXPIRED, ISSUING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "sec-cert-expired",
    severity=Severity.ERROR,
    source="https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5",
    types=CERTIFICATE_TYPES,
    needs=(Needs.CLOCK,),
    bad=f"""
    <key>PayloadContent</key>
    <data>{EXPIRED}</data>
    """,
    good=f"""
    <key>PayloadContent</key>
    <data>{ISSUING}</data>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A certificate in the profile has expired or is not valid yet.

    Servers that rely on it are refused, and an identity neither signs in nor signs mail.
    """
    for one in certificates(run):
        if run.now > one.ends:
            message = f"The certificate {one.name!r} expired on {one.ends:%Y-%m-%d}"
            yield Finding(one.payload, message, help="put the renewed certificate in its place")
        elif run.now < one.starts:
            message = f"The certificate {one.name!r} is not valid before {one.starts:%Y-%m-%d}"
            yield Finding(
                one.payload, message, help="install the profile after that day, or correct the clock"
            )
