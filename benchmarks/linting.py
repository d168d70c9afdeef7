"""Linting in one process against its floor, `plistlib.loads` of the same bytes."""

from __future__ import annotations

import datetime
import plistlib
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import corpus
from benchmarks.measuring import in_turn, memory_row, python, seconds, time_row
from profiler.document.source import from_bytes
from profiler.lint.linter import Linter, Selection
from profiler.rules.run import Context

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.measuring import Options, Row

NOW = datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC)
MAIL = Selection(frozenset({"doc", "mail"}))
FLOOR = "plistlib.loads"


def measure(options: Options) -> Iterator[Row]:
    """Lint many small profiles, one that grows, and one that is big."""
    few = corpus.small(200 if options.short else 1000)
    rounds = 5 if options.short else 11
    yield against_plistlib(f"lint {len(few)} profiles, all rules", few, Selection(), rounds, 2.2)
    yield against_plistlib(f"lint {len(few)} profiles, rules of the file and of mail", few, MAIL, rounds, 2.5)
    if not options.short:
        yield against_plistlib("lint 10000 profiles, all rules", corpus.small(10_000), Selection(), 3, 2.2)
    yield growth(500 if options.short else 5000)
    yield from one_big(100 if options.short else 500, rounds=3 if options.short else 7)


def against_plistlib(
    name: str, texts: Sequence[bytes], selection: Selection, rounds: int, wanted: float | None = None
) -> Row:
    """Lint of these profiles against reading them with plistlib."""
    linter = Linter(Context(now=NOW), selection)

    def lint() -> None:
        for text in texts:
            linter.lint(from_bytes(text))

    def floor() -> None:
        for text in texts:
            plistlib.loads(text)

    for text in texts[:200]:
        linter.lint(from_bytes(text))
    ours, theirs = in_turn(rounds, partial(seconds, lint), partial(seconds, floor))
    return time_row(name, ours, theirs, FLOOR, wanted)


def growth(many: int) -> Row:
    """Time per payload in a profile of many, against one of 50."""
    linter = Linter(Context(now=NOW))
    few_text, many_text = (from_bytes(corpus.of_payloads(number)) for number in (50, many))
    linter.lint(few_text)
    ours, theirs = in_turn(
        3,
        lambda: seconds(lambda: linter.lint(many_text)) / many,
        lambda: seconds(lambda: linter.lint(few_text)) / 50,
    )
    return time_row(f"lint one profile of {many} payloads, per payload", ours, theirs, "one of 50", 3)


def one_big(payloads: int, rounds: int) -> Iterator[Row]:
    """Lint of one big profile, and the memory of the command, against reading the same bytes with plistlib."""
    data = corpus.big(payloads)
    name = f"lint one profile of {payloads} payloads, {len(data) / 1e6:.1f} MB"
    yield against_plistlib(name, [data], Selection(), rounds)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.mobileconfig"
        path.write_bytes(data)
        load = "import plistlib, sys; plistlib.loads(open(sys.argv[1], 'rb').read())"
        ours, theirs = in_turn(
            3,
            partial(python, "-m", "profiler", "lint", "--no-config", "--fail-on", "never", path),
            partial(python, "-c", load, path),
        )
    yield memory_row(name, ours, theirs, FLOOR)
