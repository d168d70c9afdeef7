"""prof-supervised-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

# prof-removal-locked and del-notif-unsupervised say more of these.
_REPORTED_ELSEWHERE = frozenset({
    ("Configuration", "PayloadRemovalDisallowed"), ("com.apple.notificationsettings", ""),
})  # fmt: skip


@rule(
    "prof-supervised-only",
    severity=Severity.NOTE,
    source="https://github.com/apple/device-management",
    violations=("supervised-only",),
    needs=(Needs.TARGET,),
    target="ios",
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.applicationaccess</string>
        <key>allowEraseContentAndSettings</key>
        <false/>
    </dict>
    """,
    good="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.applicationaccess</string>
        <key>allowScreenShot</key>
        <false/>
    </dict>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A setting works on supervised devices only, and the target is not supervised.

    An unsupervised device ignores it; the rest of the profile works.

    """
    for violation in run.violations.get("supervised-only", ()):
        if (
            violation.target in run.targets
            and (violation.payload_type, violation.key) not in _REPORTED_ELSEWHERE
        ):
            hint = "leave it out, or add supervised to --target if the devices are"
            yield Finding(violation.node, violation.message, at_key=bool(violation.key), help=hint)
