"""Many files: one after another, or in worker processes when there are enough; the reports come in the order of the names."""

from __future__ import annotations

import os
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from profiler.document.source import Envelope, Source, read
from profiler.errors import ProfilerError, UsageError
from profiler.lint.diagnostics import FileReport
from profiler.lint.settings import Linters, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# A pool costs about as much as linting this many small files (benchmarks/linting.py).
POOL_PAYS = 300
_CHUNK = 50


def lint_files(
    settings: Settings,
    names: Sequence[str],
    *,
    jobs: int = 0,
    watch: Callable[[Iterator[FileReport]], Iterator[FileReport]] = iter,
) -> Iterator[FileReport]:
    """Lint files in order. One that cannot be read is a report with `crash` and does not stop the rest.

    `jobs` 0 takes as many processes as pay; `watch` sees each report when it is made. Raises UsageError for a config file with
    mistakes.
    """
    if len(names) > 1 or settings.complete:
        from profiler.lint import together  # noqa: PLC0415 - one file has nothing to be compared with

        yield from together.join(watch(_each(settings._replace(among_others=True), names, jobs)), settings)
    else:
        yield from watch(_each(settings, names, jobs))


def _each(settings: Settings, names: Sequence[str], jobs: int) -> Iterator[FileReport]:
    workers = jobs or (os.cpu_count() or 1 if len(names) >= POOL_PAYS else 1)
    if min(workers, len(names)) > 1:
        yield from _in_pool(settings, names, workers)
    else:
        linters = Linters(settings)
        for name in names:
            yield lint_file(linters, name, settings.stdin_filename)


def lint_file(linters: Linters, name: str, stdin_filename: str = "") -> FileReport:
    """Lint one file. Raises UsageError for its config file only."""
    try:
        return linters.for_file(name).lint(open_source(name, stdin_filename))
    except UsageError:
        raise
    except ProfilerError as error:
        return FileReport(name, Envelope.UNREADABLE, (), crash=error.message)


def open_source(name: str, stdin_filename: str = "") -> Source:
    """Read a file or standard input, named as it is to be reported. Raises ProfilerError."""
    source = read(Path(name))
    if name == "-" and stdin_filename:
        source.name = stdin_filename
    return source


_worker: Linters


def _start(settings: Settings) -> None:
    global _worker  # noqa: PLW0603 - one per process, made once
    import signal  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker = Linters(settings)


def _chunk(names: list[str]) -> list[FileReport]:
    return [lint_file(_worker, name) for name in names]


def _in_pool(settings: Settings, names: Sequence[str], workers: int) -> Iterator[FileReport]:
    import multiprocessing  # noqa: PLC0415 - only when there are many files
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

    if "-" in names:
        raise UsageError("standard input cannot be shared among --jobs")
    method = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    chunks = iter([list(names[start : start + _CHUNK]) for start in range(0, len(names), _CHUNK)])
    with ProcessPoolExecutor(workers, mp_context=method, initializer=_start, initargs=(settings,)) as pool:
        try:
            waiting = [(chunk, pool.submit(_chunk, chunk)) for chunk in islice(chunks, workers * 2)]
            while waiting:
                chunk, future = waiting.pop(0)
                following = next(chunks, None)
                if following is not None:
                    waiting.append((following, pool.submit(_chunk, following)))
                yield from _result(chunk, future, BrokenProcessPool)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _result(chunk: list[str], future: object, broken: type[Exception]) -> list[FileReport]:
    try:
        reports: list[FileReport] = future.result()  # type: ignore[attr-defined]
    except broken:
        raise ProfilerError(
            f"a worker process died between {chunk[0]} and {chunk[-1]}", hint="--jobs 1 finds the file"
        ) from None
    return reports
