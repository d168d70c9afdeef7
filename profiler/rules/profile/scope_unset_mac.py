"""prof-scope-unset-mac."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, insert_entry
from profiler.rules.profile import identity
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-scope-unset-mac",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    leave_out=("PayloadScope",),
    needs=(Needs.TARGET,),
    target="macos",
    bad="""
    <key>TargetDeviceType</key>
    <integer>5</integer>
    """,
    good="""
    <key>TargetDeviceType</key>
    <integer>5</integer>
    <key>PayloadScope</key>
    <string>User</string>
    """,
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """A profile for a Mac does not say whether it is for the user or the computer.

    Without PayloadScope it is for the user who installs it. Writing so makes the intent plain to the next
    administrator.

    """
    if (
        "macos" not in run.targets.platforms
        or not identity.is_configuration(root)
        or root.get("PayloadScope") is not None
    ):
        return
    fix = None
    if root.start >= 0:
        fix = Fix(
            "say that it is for the user, as by default",
            (insert_entry(root, "PayloadScope", "User", run.content),),
            Safety.SAFE,
        )
    yield Finding(None, "PayloadScope is absent: on a Mac the profile is for the user who installs it", fix)
