"""prof-value-range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-value-range",
    severity=Severity.WARNING,
    source="https://github.com/apple/device-management",
    violations=("out-of-range",),
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.mobiledevice.passwordpolicy</string>
        <key>minLength</key>
        <integer>40</integer>
    </dict>
    """,
    good="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.mobiledevice.passwordpolicy</string>
        <key>minLength</key>
        <integer>8</integer>
    </dict>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A number or the length of a list is outside the range that Apple defines.

    A device may refuse the profile, or take the setting as if it were absent.

    """
    for violation in run.violations.get("out-of-range", ()):
        if violation.payload_type != MAIL:
            yield Finding(violation.node, violation.message, help=violation.lookup)
