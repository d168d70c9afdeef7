"""prof-removal-past."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_DATES = {
    "RemovalDate": "the device removes the profile and its accounts at once",
    "PayloadExpirationDate": "the profile is no longer valid",
}


@rule(
    "prof-removal-past",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    keys=("RemovalDate", "PayloadExpirationDate"),
    needs=(Needs.CLOCK,),
    options={"now": "2026-11-23T12:00:00+00:00"},
    bad="""
    <key>RemovalDate</key>
    <date>2026-01-31T00:00:00Z</date>
    """,
    good="""
    <key>RemovalDate</key>
    <date>2027-12-31T00:00:00Z</date>
    """,
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """The date on which the profile is removed or expires has passed.

    After RemovalDate a device removes the profile at once, with its accounts; after PayloadExpirationDate
    it is no longer valid and asks for an update.

    """
    for key, effect in _DATES.items():
        node = root.get(key)
        if node is None or node.kind != "date" or node.value is None:
            continue
        if node.value.replace(tzinfo=datetime.UTC) < run.now:
            yield Finding(
                node,
                f"{key} {node.value:%Y-%m-%d} has passed: {effect}",
                help="set a later date, or leave the key out",
            )
