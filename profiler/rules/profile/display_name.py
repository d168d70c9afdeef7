"""prof-display-name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, insert_entry, replace_value
from profiler.rules.profile import identity
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-display-name",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    leave_out=("PayloadDisplayName",),
    bad="""
    <key>TargetDeviceType</key>
    <integer>1</integer>
    """,
    good="""
    <key>TargetDeviceType</key>
    <integer>1</integer>
    <key>PayloadDisplayName</key>
    <string>Work mail</string>
    """,
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """The profile has no PayloadDisplayName.

    The installer and the settings then show its identifier, which tells the user nothing.

    """
    node = root.get("PayloadDisplayName")
    if (node is not None and node.value != "") or not identity.is_configuration(root):
        return
    fix = None
    name = _name(run)
    if name and root.start >= 0:
        edit = (
            insert_entry(root, "PayloadDisplayName", name, run.content)
            if node is None
            else replace_value(node, name)
        )
        fix = Fix(f"name it {name!r}", (edit,), Safety.SAFE)
    yield Finding(node, "the profile has no PayloadDisplayName: users see its identifier", fix)


def _name(run: Run) -> str:
    """What the first account or payload calls itself."""
    names = [account.description for account in run.accounts]
    names += [payload.string("PayloadDisplayName") or "" for payload in run.payloads]
    return next((name for name in names if name and not run.is_placeholder(name)), "")
