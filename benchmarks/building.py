"""Profiles for many users, beside bare plistlib.dumps and an atomic write of the same bytes; and the memory that takes.

Both sides run in turns on the same disk, so what counts is the ratio. Ours reads a spec and a table, builds, lints and
writes; the floor has every profile in memory and does nothing but serialise and write. `measure` returns the rows,
running the file prints them.
"""

from __future__ import annotations

import os
import plistlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SPEC = """\
identifier-prefix = "com.example"
targets = ["ios:17,manual"]
[[profiles]]
id = "mail"
name = "Mail of {name}"
[[profiles.accounts]]
kind = "imap"
address = "{email}"
name = "{name}"
"""
USERS = 10_000
MANY_USERS = 100_000
FEW_USERS = 1_000
ROUNDS = 3


def measure(*, short: bool = False) -> list[dict[str, Any]]:
    """Return one row for the time per user and one for the peak memory; `short` takes a tenth of the users, once."""
    share = 10 if short else 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "spec.toml").write_text(SPEC)
        # Memory first: the kernel counts what this process holds when it starts a child.
        memory = _memory(folder, MANY_USERS // share)
        return [_time(folder, USERS // share, 1 if short else ROUNDS), memory]


def _time(folder: Path, users: int, rounds: int) -> dict[str, Any]:
    _table(folder, users)
    _build(folder)
    values = [plistlib.loads(path.read_bytes()) for path in sorted((folder / "out").glob("*.mobileconfig"))]
    pairs = []
    for _ in range(rounds):
        start = time.perf_counter()
        _build(folder)
        ours = time.perf_counter() - start
        start = time.perf_counter()
        _floor(folder / "floor", values)
        pairs.append((ours / users, (time.perf_counter() - start) / users))
    ratios = sorted(ours / floor for ours, floor in pairs)
    return {
        "name": f"build, lint and write {users} users from a table",
        "ms": round(statistics.median(ours for ours, _ in pairs) * 1000, 3),
        "floor": "plistlib.dumps and an atomic write",
        "floor_ms": round(statistics.median(floor for _, floor in pairs) * 1000, 3),
        "ratio": round(statistics.median(ratios), 2),
        "spread": [round(ratios[0], 2), round(ratios[-1], 2)],
        "wanted": "<= 3",
    }


def _memory(folder: Path, users: int) -> dict[str, Any]:
    _table(folder, FEW_USERS)
    few = _build(folder)
    _table(folder, users)
    many = _build(folder)
    return {
        "name": f"peak memory for {users} users",
        "mb": round(many, 1),
        "floor": f"the same for {FEW_USERS} users",
        "floor_mb": round(few, 1),
        "ratio": round(many / few, 2),
        "wanted": "<= 1.2",
    }


def _build(folder: Path) -> float:
    """Run profiler over the table and return its peak memory in megabytes (the kernel counts kilobytes)."""
    shutil.rmtree(folder / "out", ignore_errors=True)
    arguments = ["build", "--spec", "spec.toml", "--users", "users.csv", "-o", "out"]
    child = subprocess.Popen(
        [sys.executable, "-m", "profiler", *arguments],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"profiler build ended with exit code {child.returncode}")
    return usage.ru_maxrss / 1024


def _table(folder: Path, users: int) -> None:
    with (folder / "users.csv").open("w", encoding="utf-8") as stream:
        stream.write("email,name\n")
        stream.writelines(f"user{number}@fastmail.com,User {number}\n" for number in range(users))


def _floor(folder: Path, values: list[Any]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for number, value in enumerate(values):
        data = plistlib.dumps(value)
        descriptor, name = tempfile.mkstemp(dir=folder)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        Path(name).replace(folder / f"{number}.mobileconfig")


if __name__ == "__main__":
    for row in measure(short="--short" in sys.argv):
        print(row)
