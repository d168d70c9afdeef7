"""Tables of users: CSV as spreadsheets write it."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from profiler.errors import ProfilerError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO

_DELIMITERS = ",;\t"
_QUOTED = r'"[^"]*"'
_LONGEST_CELL = 1 << 20
_QUOTING = "a cell in quotes ends with them, and a quotation mark inside is written twice"
_CELLS = (
    "every row has a cell for each column, empty or not; a cell that holds the separator stands in quotes"
)


class User(NamedTuple):
    """One row: the line it begins on, its cells by column, what is wrong with it, or an empty text, and what to do about that."""

    line: int
    cells: dict[str, str]
    problem: str = ""
    hint: str = ""


def columns(path: Path) -> list[str]:
    """Return the names of the columns. Raises UsageError for a table without them, ProfilerError for no file."""
    with _open(path) as stream:
        header, _ = _header(path, stream)
    return header


def read(path: Path) -> Iterator[User]:
    """Yield every row that is not empty, one at a time, however many there are.

    UTF-8 with or without a byte order mark; comma, semicolon or tab, whichever the first line has most of; cells in quotes may
    hold line breaks. Raises UsageError and ProfilerError as `columns` does, and for a row that ends the table.
    """
    with _open(path) as stream:
        header, reader = _header(path, stream)
        begins = reader.line_num + 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield User(begins, {}, f"is no CSV: {error}", _QUOTING)
                begins = reader.line_num + 1
                continue
            except UnicodeDecodeError:
                raise _not_utf8(path) from None
            if any(cell.strip() for cell in cells):
                yield _user(begins, header, cells)
            begins = reader.line_num + 1


def _user(line: int, header: list[str], cells: list[str]) -> User:
    extra = len(cells) - len(header)
    if extra < 0 or any(cell.strip() for cell in cells[len(header) :]):
        some = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
        return User(line, {}, f"has {some} for {len(header)} columns", _CELLS)
    return User(line, dict(zip(header, cells, strict=False)))


def _open(path: Path) -> TextIO:
    try:
        stream = path.open("rb")
    except OSError as error:
        raise ProfilerError(f"{path}: cannot be read: {error.strerror or error}") from None
    if not stream.seekable():
        stream.close()
        raise ProfilerError(
            f"{path}: cannot be read twice, as a pipe", hint="write the table to a file first"
        )
    return io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")


def _not_utf8(path: Path) -> UsageError:
    line = 0
    with path.open("rb") as stream:
        for line, text in enumerate(stream, 1):  # noqa: B007 - the last one counts
            try:
                text.decode()
            except UnicodeDecodeError:
                break
    return UsageError(f"{path}:{line}: is not UTF-8 text", hint="save the table as CSV UTF-8")


def _header(path: Path, stream: TextIO) -> tuple[list[str], Any]:
    csv.field_size_limit(_LONGEST_CELL)
    try:
        first = stream.readline()
        stream.seek(0)
        delimiter = max(_DELIMITERS, key=re.sub(_QUOTED, "", first).count)
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        header = [cell.strip() for cell in next(reader, [])]
    except UnicodeDecodeError:
        raise _not_utf8(path) from None
    except csv.Error as error:
        raise UsageError(f"{path}:1: is no CSV: {error}", hint=_QUOTING) from None
    while header and not header[-1]:
        header.pop()
    if not header:
        raise UsageError(f"{path}:1: the first line must name the columns", hint="for example email,name")
    if "" in header:
        raise UsageError(f"{path}:1: column {header.index('') + 1} has no name", hint="name it, or remove it")
    twice = next((name for name in header if header.count(name) > 1), None)
    if twice:
        raise UsageError(f"{path}:1: two columns are called {twice!r}", hint="rename one of them")
    return header, reader
