"""ex-service-off-locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import EAS
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

SERVICES = ("Mail", "Contacts", "Calendars", "Reminders", "Notes")
_LOCKS = tuple(f"Enable{service}UserOverridable" for service in SERVICES)


@rule(
    "ex-service-off-locked",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/exchangeactivesync",
    scope=Scope.PAYLOAD,
    types=(EAS,),
    keys=_LOCKS,
    bad="""
    <key>EnableNotes</key>
    <false/>
    <key>EnableNotesUserOverridable</key>
    <false/>
    """,
    good="""
    <key>EnableNotes</key>
    <false/>
    <key>EnableNotesUserOverridable</key>
    <true/>
    """,
)
def check(payload: Node, _run: Run) -> Iterator[Finding]:
    """A service of an Exchange account is off and the user cannot turn it on.

    Users look for it in Settings, find a switch that does not move, and call the help desk. Right when it is meant.
    """
    off = [service for service in SERVICES if payload.boolean(f"Enable{service}") is False]
    locked = [service for service in off if payload.boolean(f"Enable{service}UserOverridable") is False]
    if not locked or len(off) == len(SERVICES):
        return
    nodes = [node for service in locked if (node := payload.get(f"Enable{service}")) is not None]
    names = " and ".join(service.lower() for service in locked)
    message = (
        f"The account has {names} off, and the user cannot turn {'it' if len(locked) == 1 else 'them'} on"
    )
    hint = f"unless it is meant, set {' and '.join(f'Enable{service}UserOverridable' for service in locked)} to true"
    related = tuple((node, "off as well") for node in nodes[1:])
    yield Finding(nodes[0], message, related=related, help=hint)
