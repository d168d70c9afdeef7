"""prof-not-on-shared-ipad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-not-on-shared-ipad",
    severity=Severity.WARNING,
    source="https://github.com/apple/device-management",
    violations=("not-on-shared-ipad",),
    needs=(Needs.TARGET,),
    target="ipados,shared-ipad",
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.mobiledevice.passwordpolicy</string>
        <key>minLength</key>
        <integer>8</integer>
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
    """A payload or key does not exist on a Shared iPad.

    The device refuses the payload or goes without the setting.

    """
    for violation in run.violations.get("not-on-shared-ipad", ()):
        hint = "leave it out of profiles for Shared iPads"
        yield Finding(violation.node, violation.message, at_key=bool(violation.key), help=hint)
