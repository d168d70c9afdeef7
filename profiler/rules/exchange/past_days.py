"""ex-past-days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.model.account import EAS
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_DAYS = (0, 1, 3, 7, 14, 31)


@rule(
    "ex-past-days",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/exchangeactivesync",
    scope=Scope.PAYLOAD,
    types=(EAS,),
    keys=("MailNumberOfPastDaysToSync",),
    bad="""
    <key>MailNumberOfPastDaysToSync</key>
    <integer>30</integer>
    """,
    good="""
    <key>MailNumberOfPastDaysToSync</key>
    <integer>31</integer>
    """,
)
def check(payload: Node, _run: Run) -> Iterator[Finding]:
    """Mail is to be synchronised for a number of days that does not exist.

    Exchange knows 1, 3, 7, 14 and 31 days, and 0 for all mail. Apple allows no other value; what a device makes of one is not
    documented.
    """
    days = payload.integer("MailNumberOfPastDaysToSync")
    node = payload.get("MailNumberOfPastDaysToSync")
    if days is None or node is None or days in _DAYS:
        return
    nearest = min(_DAYS[1:], key=lambda known: (abs(known - days), -known))
    fix = Fix(f"set it to {nearest} (0 means all mail)", (replace_value(node, nearest),), Safety.UNSAFE)
    yield Finding(node, f"MailNumberOfPastDaysToSync is {days}, and only 0, 1, 3, 7, 14 and 31 exist", fix)
