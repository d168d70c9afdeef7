"""life-lock-missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "life-lock-missing",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    needs=(Needs.OPT_IN,),
    bad="""
    <key>PayloadOrganization</key>
    <string>Example</string>
    """,
    good="""
    <dict>
    <key>PayloadType</key>
    <string>com.apple.notificationsettings</string>
    </dict>
    """,
    options={"ignore": "del-notifications-unsupervised"},
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """A profile with accounts was checked without the version that is installed.

    Whether it updates the accounts on devices or makes them again can only be told by comparing both. For a pipeline that must
    never let that slip.
    """
    if run.installed is None and run.accounts:
        message = (
            "Not compared with an installed version: whether accounts are updated or made again is not known"
        )
        yield Finding(
            root.get("PayloadIdentifier"), message, help="give the version that devices have with --installed"
        )
