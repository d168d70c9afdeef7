"""life-removal-tightened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from profiler.lifecycle.payload import REMOVAL_PASSWORD
from profiler.rules.lifecycle.update import update_of
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.lifecycle.difference import Change
    from profiler.rules.run import Run

# The kinds of value that set an end; any other sets none.
_ENDS = {"RemovalDate": ("date",), "DurationUntilRemoval": ("integer", "real")}


@rule(
    "life-removal-tightened",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    needs=(Needs.INSTALLED,),
    installed="""
    <key>PayloadRemovalDisallowed</key>
    <false/>
    """,
    bad="""
    <key>PayloadRemovalDisallowed</key>
    <true/>
    """,
    good="""
    <key>PayloadRemovalDisallowed</key>
    <false/>
    """,
    options={"ignore": "life-mail-recreate"},
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """The profile becomes harder to remove, or goes earlier, than the installed one.

    People who agreed to the installed profile did not agree to this. A profile that nobody can remove needs a wiped device or a
    management service to get rid of it; one that goes by itself takes its accounts along.
    """
    plan = update_of(run)
    for change in plan.changes if plan is not None else ():
        message = _tightened(change)
        if message:
            yield Finding(change.new, message, help="tell the users, or keep what they agreed to")
    for planned in plan.payloads if plan is not None else ():
        if planned.new is not None and planned.old is None and planned.new.type == REMOVAL_PASSWORD:
            yield Finding(
                planned.new.node, "Removing the profile would ask for a password now", help="tell the users"
            )


def _tightened(change: Change) -> str:
    if change.key == "PayloadRemovalDisallowed" and change.new is not None and change.new.value is True:
        return "PayloadRemovalDisallowed: users could remove the installed profile and cannot remove this one"
    old, new = (_end(node, change.key) for node in (change.old, change.new))
    if new is not None and (old is None or new < old):
        return f"{change.key}: the profile goes by itself, earlier than the installed one"
    return ""


def _end(node: Node | None, key: str) -> Any:
    """The date or the number of seconds that a key sets; None when it sets none."""
    return node.value if node is not None and node.kind in _ENDS.get(key, ()) else None
