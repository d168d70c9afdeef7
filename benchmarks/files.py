"""`profiler lint` over a folder: two processes against one, memory against a tenth of the files, the cache against none."""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import corpus
from benchmarks.measuring import elapsed, in_turn, memory_row, not_measured, output, python, time_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measuring import Options, Row

LINT = ("-m", "profiler", "lint", "--no-config", "--fail-on", "never")


def measure(options: Options) -> Iterator[Row]:
    """Lint 10,000 files; `short` takes a twentieth of them, once."""
    count = 500 if options.short else 10_000
    rounds = 1 if options.short else 3
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "all"
        few = Path(name) / "few"
        texts = corpus.small(count)
        corpus.write(folder, texts)
        corpus.write(few, texts[: count // 10])
        alone = (*LINT, "--jobs", "1")
        python(*alone, few)
        one, two, tenth = in_turn(
            rounds,
            partial(python, *alone, folder),
            partial(python, *LINT, "--jobs", "2", folder),
            partial(python, *alone, few),
        )
        yield time_row(
            f"lint {count} files, two processes",
            elapsed(two),
            elapsed(one),
            "one process",
            options.at_full_size(0.625),
        )
        yield memory_row(f"lint {count} files", one, tenth, f"lint {count // 10} files", 1.3)
        wanted = options.at_full_size(0.25)
        yield cached(
            f"lint {count} unchanged files with a cache", folder, Path(name) / "cache", rounds, wanted
        )


def cached(name: str, folder: Path, cache: Path, rounds: int, wanted: float | None) -> Row:
    """Lint of files that did not change since the cache was filled, against the same without a cache."""
    floor = "the same without"
    if "--cache-dir" not in output([sys.executable, "-m", "profiler", "lint", "--help"]):
        return not_measured(name, floor, "not there yet: lint has no --cache", wanted)
    flags = ("--cache", "--cache-dir", str(cache))
    plain, first, second = (
        output([sys.executable, *LINT, *given, str(folder)]) for given in ((), flags, flags)
    )
    if not plain == first == second:
        raise RuntimeError("the cache changes what is reported, so its time means nothing")
    ours, without = in_turn(rounds, partial(python, *LINT, *flags, folder), partial(python, *LINT, folder))
    return time_row(name, elapsed(ours), elapsed(without), floor, wanted)
