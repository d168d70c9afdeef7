"""{column} in the texts of a spec.

One service writes its variables in the same way, {EmailAddress}: they stay too, unless a column has that name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from profiler.errors import UsageError
from profiler.model import placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Doubled braces and $ before one are variables of a device management service and stay.
_COLUMN = re.compile(r"(?<![{$%])\{([^\W\d][\w .()/-]*)\}(?!\})")
_LINE_END = re.compile(r"[\r\n\u2028\u2029]")
_MAY_HAVE_LINES = ("description", "consent")
_NEEDED = frozenset({"address", "host", "url", "base", "type", "uuid"})


def columns_in(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Yield each column that the texts of a table name, with the place."""
    if isinstance(value, str):
        yield from ((name, path) for name in _COLUMN.findall(value))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from columns_in(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from columns_in(item, (*path, index))


def fill(value: Any, row: Mapping[str, str], key: str = "") -> Any:
    """Return a copy of a table with the cells of a row in place of {column}; entries that become empty are left out.

    Line breaks in a cell become blanks, but for descriptions and consent. Raises UsageError for a column that is not there, and
    for an empty cell where something must stand.
    """
    if isinstance(value, str):
        return _fill_text(value, row, key)
    if isinstance(value, dict):
        inherited = key in ("consent", "settings")
        filled = {name: fill(item, row, key if inherited else name) for name, item in value.items()}
        emptied = {name for name, item in filled.items() if item == "" and value[name] != ""}
        # The name of a file may be left out of a profile, and of nothing else.
        needed = set() if inherited else emptied & (_NEEDED | {"file"} if key else _NEEDED)
        if needed:
            name = min(needed)
            raise UsageError(
                f"{value[name]} is empty, and {name} cannot be left out", hint="fill in the cell"
            )
        return {name: item for name, item in filled.items() if name not in emptied}
    if isinstance(value, list):
        return [fill(item, row, key) for item in value]
    return value


def _fill_text(text: str, row: Mapping[str, str], key: str) -> str:
    if "{" not in text:
        return text

    def cell(match: re.Match[str]) -> str:
        if match[1] not in row:
            if placeholder.is_variable(match[0]):
                return match[0]
            raise UsageError(f"{match[0]} names no column", hint="the first line of the table names them")
        found = row[match[1]]
        return found if key in _MAY_HAVE_LINES else _in_one_line(found)

    return _COLUMN.sub(cell, text)


def _in_one_line(cell: str) -> str:
    return " ".join(filter(None, map(str.strip, _LINE_END.split(cell))))
