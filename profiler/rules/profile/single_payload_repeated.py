"""prof-single-payload-repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-single-payload-repeated",
    severity=Severity.ERROR,
    source="https://github.com/apple/device-management",
    violations=("repeated-payload",),
    target="ios,supervised,mdm",
    needs=(Needs.TARGET,),
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.domains</string>
        <key>EmailDomains</key>
        <array>
            <string>example.com</string>
        </array>
    </dict>
    <dict>
        <key>PayloadType</key>
        <string>com.apple.domains</string>
        <key>EmailDomains</key>
        <array>
            <string>example.com</string>
        </array>
    </dict>
    """,
    good="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.domains</string>
        <key>EmailDomains</key>
        <array>
            <string>example.com</string>
        </array>
    </dict>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A payload that may be installed only once stands twice in the profile.

    The device takes one of them, or refuses the profile; Apple does not say which.

    """
    for violation in run.violations.get("repeated-payload", ()):
        yield Finding(violation.node, violation.message, help="merge the two payloads")
