"""What the benchmarks share: taking turns, the time and memory of a command, and the form of a row."""

from __future__ import annotations

import os
import shlex
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

ROOT = Path(__file__).parents[1]  # commands run the checkout that this lies in, wherever they are started
Row = dict[str, Any]
Measured = TypeVar("Measured")


class Options(NamedTuple):
    """What the command line asks for; `peer` and `manifests` are checkouts of another linter and of its data."""

    short: bool = False
    peer: Path | None = None
    manifests: Path | None = None

    def at_full_size(self, wanted: float) -> float | None:
        """A value that is wanted of many, where a start-up or a pool has something to pay for it; None when `short`."""
        return None if self.short else wanted


class Spent(NamedTuple):
    """What one run of a command took; megabytes at its peak."""

    seconds: float
    megabytes: float


def in_turn(rounds: int, *works: Callable[[], Measured]) -> list[list[Measured]]:
    """Run the works one after another in every round, so that what else the machine does meets all of them."""
    results = [[work() for work in works] for _ in range(rounds)]
    return [list(column) for column in zip(*results, strict=True)]


def seconds(work: Callable[[], object]) -> float:
    """How long a piece of work takes in this process."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def elapsed(runs: Iterable[Spent]) -> list[float]:
    """The seconds of several runs."""
    return [spent.seconds for spent in runs]


# The kernel counts what a process holds when it starts a child, so a small one stands between. ru_maxrss is in kilobytes.
_CHILD = """
import os, subprocess, sys, time
started = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(child.pid, 0)
print(time.perf_counter() - started, usage.ru_maxrss / 1024)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def python(*arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Spent:
    """Run Python with these arguments, its output thrown away. Raises RuntimeError when it does not end with 0."""
    done = output([sys.executable, "-c", _CHILD, sys.executable, *map(str, arguments)], cwd=cwd, env=env)
    return Spent(*map(float, done.split()))


def output(command: Sequence[str], cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """Run a command and return what it prints. Raises RuntimeError when it does not end with 0."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    # Compiling the modules anew each time would drown what is measured, and is not what a person sees.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        shown = shlex.join(command)[-200:]
        raise RuntimeError(f"... {shown}\nended with exit code {done.returncode}: {done.stderr[-1000:]}")
    return done.stdout


def time_row(
    name: str,
    ours: Sequence[float],
    floor: Sequence[float],
    floor_name: str,
    wanted: float | None = None,
    *,
    wanted_ms: float | None = None,
) -> Row:
    """Compare seconds; see `_row`. `wanted_ms` is a limit beside the one of the ratio."""
    thousands = [[value * 1000 for value in side] for side in (ours, floor)]
    row = _row(name, thousands[0], thousands[1], floor_name, "ms", wanted)
    if wanted_ms is not None:
        row |= {"wanted_ms": wanted_ms, "missed": row["missed"] or row["ms"] > wanted_ms}
    return row


def memory_row(
    name: str, ours: Sequence[Spent], floor: Sequence[Spent], floor_name: str, wanted: float | None = None
) -> Row:
    """Compare peak memory; see `_row`."""
    peaks = [[spent.megabytes for spent in side] for side in (ours, floor)]
    return _row(f"{name}, peak memory", peaks[0], peaks[1], floor_name, "mb", wanted)


def _row(
    name: str, ours: Sequence[float], floor: Sequence[float], floor_name: str, unit: str, wanted: float | None
) -> Row:
    """One line of the table: medians, the median and the spread of the rounds' ratios, and the most that is wanted."""
    ratios = sorted(mine / theirs for mine, theirs in zip(ours, floor, strict=True))
    ratio = round(statistics.median(ratios), 3)
    return {
        "name": name,
        unit: round(statistics.median(ours), 3),
        "floor": floor_name,
        f"floor_{unit}": round(statistics.median(floor), 3),
        "ratio": ratio,
        "spread": [round(ratios[0], 3), round(ratios[-1], 3)],
        "wanted": wanted,
        "missed": wanted is not None and ratio > wanted,
    }


def not_measured(name: str, floor_name: str, why: str, wanted: float | None = None) -> Row:
    """A line of the table that says why it holds no figures."""
    return {"name": name, "floor": floor_name, "wanted": wanted, "not_measured": why}
