"""sec-cert-weak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Severity, rule
from profiler.rules.security.certificates import CERTIFICATE_TYPES, certificates
from profiler.rules.security.example_certificates import ISSUING, WEAK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "sec-cert-weak",
    severity=Severity.ERROR,
    source="https://support.apple.com/103769",
    types=CERTIFICATE_TYPES,
    bad=f"""
    <key>PayloadContent</key>
    <data>{WEAK}</data>
    """,
    good=f"""
    <key>PayloadContent</key>
    <data>{ISSUING}</data>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A certificate in the profile is too weak for Apple's systems.

    iOS 13 and macOS 10.15 and later refuse RSA keys under 2048 bits and signatures made with SHA-1 in TLS, those of private CAs
    included. What a root signs itself with does not matter.
    """
    for one in certificates(run):
        if one.weak:
            message = f"The certificate {one.name!r} is too weak: {', and '.join(one.weak)}"
            yield Finding(
                one.payload, message, help="have it issued anew, with SHA-256 and RSA 2048 or EC P-256"
            )
