"""Points in time as users write them: RFC 3339."""

from __future__ import annotations

import datetime

from profiler.errors import UsageError


def parse(text: str, *, flag: str = "--now") -> datetime.datetime:
    """Read an RFC 3339 time, or a date (midnight UTC), as aware UTC. Raises UsageError naming the flag."""
    try:
        moment = datetime.datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=datetime.UTC)
        return moment.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        hint = "write 2026-11-23T12:00:00Z, or 2026-11-23"
        raise UsageError(f"{flag} {text!r} is not a time in RFC 3339 form", hint=hint) from None


def now() -> datetime.datetime:
    """The time of the clock, aware UTC."""
    return datetime.datetime.now(datetime.UTC)


def hour() -> datetime.datetime:
    """The last full hour, aware UTC."""
    return now().replace(minute=0, second=0, microsecond=0)
