"""`lint --fix` and `--diff` over many files."""

from __future__ import annotations

import difflib
import io
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from profiler.document import output
from profiler.document.document import Document
from profiler.document.source import Envelope, from_bytes
from profiler.errors import ProfilerError, UsageError
from profiler.lint.diagnostics import FileReport
from profiler.lint.fixer import Fixed, fix
from profiler.lint.linters import Linters
from profiler.lint.session import open_source
from profiler.model import confidential

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from profiler.lint.settings import Settings


class Repair(NamedTuple):
    """One file: its bytes before, and what fixing made of it; the report alone when it could not be read."""

    name: str
    before: bytes
    fixed: Fixed

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return self.fixed.data != self.before


def repair(settings: Settings, names: Sequence[str], *, unsafe: bool) -> Iterator[Repair]:
    """Fix each file in memory. A file that cannot be read is a report with `crash`."""
    linters = Linters(settings)
    for name in names:
        try:
            source = open_source(name, settings.stdin_filename)
            yield Repair(name, source.data, fix(linters.for_file(name), source, unsafe=unsafe))
        except UsageError:
            raise
        except ProfilerError as error:
            yield Repair(
                name, b"", Fixed(b"", FileReport(name, Envelope.UNREADABLE, (), crash=error.message), 0)
            )


def write(repairs: Sequence[Repair]) -> None:
    """Put the repaired texts in the place of the files, keeping their permissions; none if one cannot be. Raises ProfilerError."""
    changed = [(Path(one.name), one.fixed.data) for one in repairs if one.changed and one.name != "-"]
    for path, _ in changed:  # one by one, as two names may lead to one file
        output.check([path], force=True)
    for path, data in changed:
        output.write(path, data)


def diff(one: Repair) -> Iterator[str]:
    """The change as a unified diff, secrets hidden."""
    before, after = (_lines(data) for data in (one.before, one.fixed.data))
    name = Path(one.fixed.report.path).as_posix().lstrip("/")
    for line in difflib.unified_diff(before, after, f"a/{name}", f"b/{name}"):
        yield line.removesuffix("\n")
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"


def _lines(data: bytes) -> list[str]:
    source = from_bytes(data)
    document = Document(source)
    content = source.content if source.recoded else data
    text = confidential.redact(content, document.root).decode(source.encoding, "replace")
    return list(io.StringIO(text, newline=None))
