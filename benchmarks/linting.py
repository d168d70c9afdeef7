"""Linting against its floor: `plistlib.loads` of the same bytes, alternately in one run."""

from __future__ import annotations

import datetime
import plistlib
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from profiler.document.source import from_bytes
from profiler.lint.linter import Linter, Selection
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


def alternately(
    first: Callable[[], object], second: Callable[[], object], rounds: int
) -> tuple[list[float], list[float]]:
    """Seconds of each, measured in turn, so that what else the machine does meets both."""
    one: list[float] = []
    two: list[float] = []
    for _ in range(rounds):
        for work, times in ((first, one), (second, two)):
            started = time.perf_counter()
            work()
            times.append(time.perf_counter() - started)
    return one, two


def row(
    name: str, ours: Sequence[float], floor: Sequence[float], floor_name: str, wanted: str = ""
) -> dict[str, Any]:
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
    """Rules over small profiles in one process, over many in two, over one that grows, and memory."""
    rows = [
        against_plistlib("all rules", Selection(), "<= 3", short=short),
        against_plistlib("61 rules", Selection(frozenset({"doc", "mail"})), "<= 2.5", short=short),
        growth(short=short),
    ]
    return rows if short else [*rows, *many_files(10_000)]


def against_plistlib(name: str, selection: Selection, wanted: str, *, short: bool) -> dict[str, Any]:
    """Lint of small profiles against reading them with plistlib."""
    texts = corpus(200 if short else 1000)
    linter = Linter(Context(now=NOW), selection)

    def lint() -> None:
        for text in texts:
            linter.lint(from_bytes(text))

    def floor() -> None:
        for text in texts:
            plistlib.loads(text)

    lint()
    ours, theirs = alternately(lint, floor, 5 if short else 11)
    return row(f"lint {len(texts)} profiles, {name}", ours, theirs, "plistlib.loads", wanted)


def growth(*, short: bool) -> dict[str, Any]:
    """Time per payload in a profile of many, against one of 50."""
    many = 500 if short else 5000
    linter = Linter(Context(now=NOW))
    few_text, many_text = (from_bytes(of_payloads(number)) for number in (50, many))
    ours, theirs = alternately(lambda: linter.lint(many_text), lambda: linter.lint(few_text), 3)
    per_payload = [seconds / many for seconds in ours], [seconds / 50 for seconds in theirs]
    return row(f"lint one profile of {many} payloads, per payload", *per_payload, "one of 50", "<= 3")


def of_payloads(number: int) -> bytes:
    """A profile with this many mail accounts, each with its own identity."""
    profile = plistlib.loads(example.whole("", "com.apple.mail.managed"))
    account = profile["PayloadContent"][0]
    profile["PayloadContent"] = [
        {
            **account,
            "PayloadIdentifier": f"com.example.kari.{index}",
            "PayloadUUID": str(uuid.uuid5(uuid.NAMESPACE_DNS, f"com.example.kari.{index}")).upper(),
            "EmailAddress": f"kari{index}@example.com",
            "EmailAccountDescription": f"Account {index}",
            "IncomingMailServerUsername": f"kari{index}@example.com",
            "OutgoingMailServerUsername": f"kari{index}@example.com",
        }
        for index in range(number)
    ]
    return plistlib.dumps(profile, sort_keys=False)


def many_files(count: int) -> list[dict[str, Any]]:
    """The command over a folder: two processes against one, and peak memory against a tenth of the files."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for index, text in enumerate(corpus(count)):
            path = folder / ("few" if index < count // 10 else "rest") / f"{index}.mobileconfig"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(text)
        memory: list[float] = []
        one, two = alternately(
            lambda: memory.append(command("--jobs", "1", str(folder))),
            lambda: command("--jobs", "2", str(folder)),
            3,
        )
        few = command("--jobs", "1", str(folder / "few"))
    ratio = round(statistics.median(memory) / few, 2)
    megabytes = {
        "mb": round(statistics.median(memory), 1),
        "floor": "a tenth of them",
        "floor_mb": round(few, 1),
    }
    return [
        row(f"lint {count} files, two processes", two, one, "one process", "<= 0.63"),
        {"name": f"peak memory of linting {count} files", **megabytes, "ratio": ratio, "wanted": "<= 1.3"},
    ]


MEASURE = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(child.pid, 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def command(*arguments: str) -> float:
    """Run `profiler lint` below a small process and return its peak memory in megabytes (the kernel counts kilobytes)."""
    lint = [sys.executable, "-m", "profiler", "lint", "--no-config", "--fail-on", "never", *arguments]
    done = subprocess.run([sys.executable, "-c", MEASURE, *lint], capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


if __name__ == "__main__":
    for line in measure():
        print(line)
