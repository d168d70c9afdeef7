"""How long a command takes to start, against the interpreter alone and against importing typer."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measuring import elapsed, in_turn, python, time_row
from profiler.rules import example

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measuring import Options, Row

TYPER = 'python -c "import typer"'


def measure(options: Options) -> Iterator[Row]:
    """`profiler --help` and lint of one unsigned mail profile, each in turn with the floors."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.mobileconfig"
        path.write_bytes(example.whole("", "com.apple.mail.managed"))
        commands = [
            partial(python, "-c", "pass"),
            partial(python, "-c", "import typer"),
            partial(python, "-m", "profiler", "--help"),
            partial(python, "-m", "profiler", "lint", "--no-config", path),
        ]
        in_turn(1, *commands)
        spent = in_turn(7 if options.short else 31, *commands)
    bare, typer, usage, lint = map(elapsed, spent)
    yield time_row(TYPER, typer, bare, "python -c pass")
    yield time_row("profiler --help", usage, typer, TYPER)
    yield time_row("profiler lint one.mobileconfig", lint, typer, TYPER, 1.35)
