"""Many files under one set of rules, one after another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from profiler.document.source import Envelope, Source, read
from profiler.errors import ProfilerError
from profiler.lint.diagnostics import FileReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profiler.lint.linter import Linter


def lint_files(linter: Linter, names: Iterable[str], *, stdin_filename: str = "") -> Iterator[FileReport]:
    """Lint each file in turn. One that cannot be read is reported as such (`crash`) and does not stop the rest."""
    for name in names:
        try:
            source = open_source(name, stdin_filename)
        except ProfilerError as error:
            yield FileReport(name, Envelope.UNREADABLE, (), crash=error.message)
        else:
            yield linter.lint(source)


def open_source(name: str, stdin_filename: str = "") -> Source:
    """Read a file or standard input, named as it is to be reported. Raises ProfilerError."""
    source = read(Path(name))
    if name == "-" and stdin_filename:
        source.name = stdin_filename
    return source
