"""prof-scope-system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-scope-system",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    keys=("PayloadScope",),
    needs=(Needs.TARGET,),
    target="macos",
    bad="""
    <key>PayloadScope</key>
    <string>System</string>
    """,
    good="""
    <key>PayloadScope</key>
    <string>User</string>
    """,
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """Accounts stand in a profile for the whole Mac.

    With PayloadScope System the profile belongs to the computer, but mail, calendar and contact accounts
    belong to a user: the Mac does not create them.

    """
    if "macos" not in run.targets.platforms or not run.accounts or root.string("PayloadScope") != "System":
        return
    node = root.value["PayloadScope"]
    fix = Fix("make it a profile of the user", (replace_value(node, "User"),), Safety.UNSAFE)
    yield Finding(node, "PayloadScope is System, but a Mac creates accounts for a user only", fix)
