"""prof-not-by-hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-not-by-hand",
    severity=Severity.ERROR,
    source="https://github.com/apple/device-management",
    violations=("not-by-hand",),
    needs=(Needs.TARGET,),
    target="ios,manual,supervised",
    options={"ignore": "sig-missing"},
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.networkusagerules</string>
        <key>ApplicationRules</key>
        <array><dict><key>AllowCellularData</key><false/></dict></array>
    </dict>
    """,
    good="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.caldav.account</string>
    </dict>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A payload has to come from a device management service, but the target installs by hand.

    The device refuses a profile with it that a person opens.

    """
    for violation in run.violations.get("not-by-hand", ()):
        yield Finding(
            violation.node, violation.message, help="deliver the profile through a management service"
        )
