"""How long a command takes to start, against the interpreter alone and against importing typer."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from linting import row  # type: ignore[import-not-found] # a script beside this one

from profiler.rules import example


def measure(*, short: bool = False) -> list[dict[str, Any]]:
    """`profiler --help` and lint of one unsigned mail profile, each in turn with the floors."""
    rounds = 9 if short else 31
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.mobileconfig"
        path.write_bytes(example.whole("", "com.apple.mail.managed"))
        commands = {
            "python -c pass": ["-c", "pass"],
            'python -c "import typer"': ["-c", "import typer"],
            "profiler --help": ["-m", "profiler", "--help"],
            "profiler lint one.mobileconfig": ["-m", "profiler", "lint", "--no-config", str(path)],
        }
        times = in_turn(commands, rounds)
    floor = 'python -c "import typer"'
    return [
        row(floor, times[floor], times["python -c pass"], "python -c pass"),
        row("profiler --help", times["profiler --help"], times[floor], floor),
        row(
            "profiler lint one.mobileconfig",
            times["profiler lint one.mobileconfig"],
            times[floor],
            floor,
            "<= 1.35",
        ),
    ]


def in_turn(commands: dict[str, list[str]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each command, one after the other in every round."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, arguments in commands.items():
            started = time.perf_counter()
            subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=False)
            times[name].append(time.perf_counter() - started)
    return times
