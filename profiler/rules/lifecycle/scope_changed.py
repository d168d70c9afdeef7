"""life-scope-changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.lifecycle.update import plan_of
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "life-scope-changed",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    needs=(Needs.INSTALLED,),
    installed="""
    <key>PayloadScope</key>
    <string>User</string>
    """,
    bad="""
    <key>PayloadScope</key>
    <string>System</string>
    """,
    options={"ignore": "prof-scope-system"},
    good="""
    <key>PayloadScope</key>
    <string>User</string>
    """,
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """PayloadScope differs from the installed profile.

    The scope says whether a profile belongs to the Mac or to one of its users (documented). In the other place nothing is
    updated: the old profile stays with its accounts (inferred).
    """
    plan = plan_of(run)
    for change in plan.changes if plan is not None else ():
        if change.key == "PayloadScope":
            was, now = (node.value if node is not None else "User" for node in (change.old, change.new))
            message = f"PayloadScope is {now}, in the installed profile {was}: the installed profile may stay beside this one"
            yield Finding(
                change.new or root, message, help="keep the scope, or have the old profile removed first"
            )
