"""Linting against its floor: `plistlib.loads` of the same bytes, alternately in one run."""

from __future__ import annotations

import datetime
import plistlib
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from profiler.document.source import from_bytes
from profiler.lint.linter import Linter
from profiler.rules import example
from profiler.rules.run import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SHARED = Path(__file__).parents[2] / "shared/corpus"
NOW = datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)


def corpus(count: int) -> list[bytes]:
    """Small real profiles as far as they lie beside the checkout, else the rules' own examples; repeated up to `count`."""
    found = [path.read_bytes() for path in sorted(SHARED.rglob("*.mobileconfig"))] if SHARED.is_dir() else []
    texts = [data for data in found if data.startswith(b"<?xml") and is_plist(data)]
    if not texts:
        texts = [example.whole("", payload_type) for payload_type in example.BASES]
    return [texts[number % len(texts)] for number in range(count)]


def is_plist(data: bytes) -> bool:
    """Whether the floor can read it."""
    try:
        plistlib.loads(data)
    except Exception:  # noqa: BLE001 - plistlib raises six kinds of exception
        return False
    return True


def alternately(first: Callable[[], object], second: Callable[[], object], rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of each, measured in turn, so that what else the machine does meets both."""
    one: list[float] = []
    two: list[float] = []
    for _ in range(rounds):
        for work, times in ((first, one), (second, two)):
            started = time.perf_counter()
            work()
            times.append(time.perf_counter() - started)
    return one, two


def row(name: str, ours: Sequence[float], floor: Sequence[float], floor_name: str, wanted: str = "") -> dict[str, Any]:
    """One line of the table: medians in ms, their ratio, and the ratio's spread over the rounds."""
    ratios = sorted(mine / theirs for mine, theirs in zip(ours, floor, strict=True))
    return {
        "name": name,
        "ms": round(statistics.median(ours) * 1000, 3),
        "floor": floor_name,
        "floor_ms": round(statistics.median(floor) * 1000, 3),
        "ratio": round(statistics.median(ours) / statistics.median(floor), 3),
        "spread": [round(ratios[0], 3), round(ratios[-1], 3)],
        "wanted": wanted,
    }


def measure(*, short: bool = False) -> list[dict[str, Any]]:
    """Rules over small profiles, in one process."""
    texts = corpus(200 if short else 1000)
    linter = Linter(Context(now=NOW))

    def lint() -> None:
        for text in texts:
            linter.lint(from_bytes(text))

    def floor() -> None:
        for text in texts:
            plistlib.loads(text)

    lint()
    ours, theirs = alternately(lint, floor, 3 if short else 7)
    return [row(f"lint {len(texts)} profiles, all rules", ours, theirs, "plistlib.loads", "<= 3, better 2.2")]


if __name__ == "__main__":
    for line in measure():
        print(line)
