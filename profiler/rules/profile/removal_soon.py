"""prof-removal-soon."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_SOON = datetime.timedelta(days=30)
_HOUR = 3600


@rule(
    "prof-removal-soon",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    keys=("RemovalDate", "DurationUntilRemoval"),
    needs=(Needs.CLOCK,),
    options={"now": "2026-11-23T12:00:00+00:00"},
    bad="""
    <key>RemovalDate</key>
    <date>2026-12-01T00:00:00Z</date>
    """,
    good="""
    <key>RemovalDate</key>
    <date>2027-12-31T00:00:00Z</date>
    """,
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """A profile with accounts removes itself within thirty days.

    With the profile go its accounts and the mail they downloaded. Right for a temporary worker, a surprise
    for anybody else.

    """
    if not run.accounts:
        return
    date, duration = root.get("RemovalDate"), root.get("DurationUntilRemoval")
    if date is not None and date.kind == "date" and date.value is not None:
        left = date.value.replace(tzinfo=datetime.UTC) - run.now
        if datetime.timedelta(0) <= left <= _SOON:
            message = f"on {date.value:%Y-%m-%d} the device removes the profile, its accounts and their mail"
            yield Finding(date, message, help="tell its users, or set a later date")
    if duration is not None and duration.kind in ("integer", "real") and duration.value is not None:
        seconds = duration.value
        if _HOUR <= seconds <= _SOON.total_seconds():
            days = seconds / 86400
            message = f"{days:.3g} days after installation the device removes the profile, its accounts and their mail"
            yield Finding(duration, message, help="tell its users, or set a longer time")
