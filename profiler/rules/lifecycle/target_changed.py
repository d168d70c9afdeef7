"""life-target-changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.lifecycle.update import update_of
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "life-target-changed",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    needs=(Needs.INSTALLED,),
    installed="""
    <key>TargetDeviceType</key>
    <integer>1</integer>
    """,
    bad="""
    <key>TargetDeviceType</key>
    <integer>6</integer>
    """,
    good="""
    <key>TargetDeviceType</key>
    <integer>1</integer>
    """,
    options={"ignore": "life-mail-recreate"},
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """TargetDeviceType differs from the installed profile.

    It says for which kind of device the profile is (documented); the devices that have it now may refuse the new version.
    """
    plan = update_of(run)
    for change in plan.changes if plan is not None else ():
        if change.key == "TargetDeviceType" and change.new is not None and change.new.value != 0:
            was = change.old.value if change.old is not None else "absent"
            message = f"TargetDeviceType is {change.new.value}, in the installed profile {was}: its devices may refuse this one"
            yield Finding(change.new, message, help="keep it, or make a second profile for the other devices")
