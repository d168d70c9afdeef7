"""prof-platform-mismatch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-platform-mismatch",
    severity=Severity.ERROR,
    source="https://github.com/apple/device-management",
    violations=("payload-not-on-platform",),
    types=("com.apple.mail.managed",),
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.ews.account</string>
    </dict>
    """,
    good="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.mail.managed</string>
    </dict>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A payload does not exist on the device the profile is for.

    Exchange ActiveSync, Google and subscribed calendars do not exist on a Mac, Exchange Web Services not on
    iPhone, and mail not on TV, Watch and HomePod. The device refuses the profile or goes without the
    account.

    """
    for violation in run.violations.get("payload-not-on-platform", ()):
        yield Finding(
            violation.node,
            violation.message,
            help="leave the payload out, or aim the profile at another device",
        )
