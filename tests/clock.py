"""Time as a ratio to what plistlib takes, measured in the same moment, so that no slow machine fails a test."""

from __future__ import annotations

import plistlib
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_FLOOR = plistlib.dumps({f"key {number}": "value" for number in range(20_000)})
_SOON = 20


def soon(work: Callable[[], T]) -> T:
    """Do some work that hostile input would keep busy for ever; it has to end within the limit."""
    before = limit()
    taken, result = timed(work)
    assert taken < max(before, limit())
    return result


def limit() -> float:
    """Seconds in which plistlib could read 20,000 entries twenty times, just now."""
    return _SOON * timed(lambda: plistlib.loads(_FLOOR))[0]


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds of processor time that some work takes, and what it returns."""
    started = time.process_time()
    result = work()
    return time.process_time() - started, result
