"""Many files: one after another, or in worker processes when there are enough; the reports come in the order of the names."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from profiler.document.source import Envelope, Source, read
from profiler.errors import ProfilerError, UsageError
from profiler.lint.diagnostics import FileReport
from profiler.lint.linters import Linters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from profiler.lint.cache import Cache
    from profiler.lint.record import Record
    from profiler.lint.settings import Settings
    from profiler.lint.together import Packed

# A pool costs about as much as linting this many small files (benchmarks/linting.py).
POOL_PAYS = 300


class Linted(NamedTuple):
    """A report, and what a cache keeps of it; None when there is no cache or it is to keep nothing."""

    report: FileReport | Packed
    record: Record | None = None


def lint_files(
    settings: Settings,
    names: Sequence[str],
    *,
    jobs: int = 0,
    cache: Cache | None = None,
    watch: Callable[[Iterator[FileReport | Packed]], Iterator[FileReport | Packed]] = iter,
) -> Iterator[FileReport]:
    """Lint files in order. One that cannot be read is a report with `crash` and does not stop the rest.

    `jobs` 0 takes as many processes as pay; `watch` sees each report when it is made. Raises UsageError for a config file with
    mistakes.
    """
    if len(names) > 1 or settings.complete:
        from profiler.lint import together  # noqa: PLC0415 - one file has nothing to be compared with

        reports = _reports(settings._replace(among_others=True), names, jobs, cache)
        yield from together.join(watch(reports), settings)
    else:
        for report in watch(_reports(settings, names, 1, cache)):
            assert isinstance(report, FileReport)  # noqa: S101 - no other process packs it
            yield report


def _reports(
    settings: Settings, names: Sequence[str], jobs: int, cache: Cache | None
) -> Iterator[FileReport | Packed]:
    """The reports in order: those that the cache has, and those of the other files."""
    if cache is None:
        for linted in _each(settings, names, jobs, keep=False):
            yield linted.report
        return
    known = cache.known()
    others = _each(settings, [name for name in names if name not in known], jobs, keep=True)
    for name in names:
        report: FileReport | Packed | None = cache.report(name) if name in known else None
        if report is None:
            linted = next(_each(settings, [name], 1, keep=True) if name in known else others)
            cache.keep(name, linted.record)
            report = linted.report
        yield report


def _each(settings: Settings, names: Sequence[str], jobs: int, *, keep: bool) -> Iterator[Linted]:
    workers = jobs or (os.cpu_count() or 1 if len(names) >= POOL_PAYS else 1)
    if min(workers, len(names)) > 1 and "-" not in names:  # other processes have no standard input
        yield from _in_pool(settings, names, workers, keep=keep)
    else:
        linters = Linters(settings)
        for name in names:
            yield lint_file(linters, name, settings.stdin_filename, keep=keep)


def lint_file(linters: Linters, name: str, stdin_filename: str = "", *, keep: bool = False) -> Linted:
    """Lint one file. Raises UsageError for its config file only."""
    try:
        source = open_source(name, stdin_filename)
        report = linters.for_file(name).lint(source)
    except UsageError:
        raise
    except ProfilerError as error:
        return Linted(FileReport(name, Envelope.UNREADABLE, (), crash=error.message))
    if not keep:
        return Linted(report)
    from profiler.lint.record import record  # noqa: PLC0415 - only with --cache

    return Linted(report, record(report, source))


def open_source(name: str, stdin_filename: str = "") -> Source:
    """Read a file or standard input, named as it is to be reported. Raises ProfilerError."""
    source = read(name)
    if name == "-" and stdin_filename:
        source.name = stdin_filename
    return source


_worker: Linters


def _start(settings: Settings) -> None:
    global _worker  # noqa: PLW0603 - one per process, made once
    _worker = Linters(settings)


def _lint(name: str, *, keep: bool) -> Linted:
    return lint_file(_worker, name, keep=keep)


def _pack(chunk: list[Linted]) -> list[Linted]:
    from profiler.lint.together import pack  # noqa: PLC0415 - several processes, so several files

    reports = cast("list[FileReport]", [linted.report for linted in chunk])  # lint_file packs none
    return [Linted(packed) for packed in pack(reports)]


def _died(name: str) -> Linted:
    crash = (
        "the process that checked it died, so this file is not checked; it may need more memory than there is"
    )
    return Linted(FileReport(name, Envelope.UNREADABLE, (), crash=crash))


def _in_pool(settings: Settings, names: Sequence[str], workers: int, *, keep: bool) -> Iterator[Linted]:
    from profiler import processes  # noqa: PLC0415 - only when there are many files

    yield from processes.spread(
        partial(_lint, keep=keep),
        names,
        workers=workers,
        start=partial(_start, settings),
        died=_died,
        pack=list if keep else _pack,
    )
