"""`lint --fix` and `--diff` over many files."""

from __future__ import annotations

import difflib
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


def write(one: Repair) -> None:
    """Put the repaired text in the place of the file, keeping its permissions. Raises ProfilerError."""
    output.write(Path(one.name), one.fixed.data)


def diff(one: Repair) -> Iterator[str]:
    """The change as a unified diff, secrets hidden."""
    before, after = (_lines(data) for data in (one.before, one.fixed.data))
    name = Path(one.name).as_posix().lstrip("/")
    yield from difflib.unified_diff(before, after, f"a/{name}", f"b/{name}", lineterm="")


def _lines(data: bytes) -> list[str]:
    source = from_bytes(data)
    document = Document(source)
    content = source.content if source.recoded else data
    return confidential.redact(content, document.root).decode(source.encoding, "replace").splitlines()
