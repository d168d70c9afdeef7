"""Where a value of a TOML file stands: tomllib gives values without lines, and a mistake needs one."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r"(?P<skip>[ \t]+|\#[^\n]*)|(?P<line>\r?\n)|(?P<mark>[\[\]{}=,])"
    r'|(?P<text>"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\')|(?P<bare>[^\s\[\]{}=,#"\']+)',
    re.DOTALL,
)


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def lines(text: str) -> dict[Path, int]:
    """Return the line, from 1, of every key and array item of a TOML document that tomllib accepts."""
    return _Scanner(list(_tokens(text))).found


def line_of(found: dict[Path, int], path: Path) -> int:
    """Return the line of the innermost part of a path that stands in the file; 1 when none does."""
    while path and path not in found:
        path = path[:-1]
    return found.get(path, 1)


def line_in(message: str, text: str) -> int:
    """Return the line that a message of tomllib about a text names: the last one when it says that the text ends too soon."""
    found = message.rpartition("at line ")[2].partition(",")[0]
    return int(found) if found.isdigit() else text.rstrip().count("\n") + 1


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind != "skip":
            yield _Token(kind, match[0], line)
        line += match[0].count("\n")


class _Scanner:
    def __init__(self, tokens: list[_Token]) -> None:
        self.found: dict[Path, int] = {}
        self._tokens = tokens
        self._at = 0
        self._counts: dict[Path, int] = {}
        prefix: Path = ()
        while self._skip_lines():
            prefix = self._header() if self._peek() == "[" else self._entry(prefix)

    def _peek(self) -> str:
        return self._tokens[self._at].text if self._at < len(self._tokens) else ""

    def _next(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _skip_lines(self) -> bool:
        while self._at < len(self._tokens) and self._tokens[self._at].kind == "line":
            self._at += 1
        return self._at < len(self._tokens)

    def _header(self) -> Path:
        line = self._next().line
        is_array = self._peek() == "["
        if is_array:
            self._next()
        keys = self._keys("]")
        if is_array:
            self._next()
        path = self._resolve(keys if not is_array else keys[:-1])
        if is_array:
            path = (*path, keys[-1])
            self._counts[path] = self._counts.get(path, -1) + 1
            self.found.setdefault(path, line)
            path = (*path, self._counts[path])
        self.found.setdefault(path, line)
        return path

    def _resolve(self, keys: list[str]) -> Path:
        """Put the number of the latest item after each key that names an array of tables."""
        path: Path = ()
        for key in keys:
            path = (*path, key)
            if path in self._counts:
                path = (*path, self._counts[path])
        return path

    def _entry(self, prefix: Path) -> Path:
        line = self._tokens[self._at].line
        path = prefix
        for key in self._keys("="):
            path = (*path, key)
            self.found.setdefault(path, line)
        self._value(path)
        return prefix

    def _keys(self, end: str) -> list[str]:
        keys: list[str] = []
        while (token := self._next()).text != end or token.kind != "mark":
            if token.kind == "text":
                keys.append(tomllib.loads(f"x = {token.text}")["x"])
            else:
                keys += [key for key in token.text.split(".") if key]
        return keys

    def _value(self, path: Path) -> None:
        self._skip_lines()
        opened = self._next()
        if opened.kind != "mark":
            while self._at < len(self._tokens) and self._tokens[self._at].kind == "bare":
                self._at += 1  # the time after a date
            return
        index = 0
        while self._skip_lines() and self._peek() not in ("]", "}"):
            if self._peek() == ",":
                self._next()
            elif opened.text == "[":
                self.found[*path, index] = self._tokens[self._at].line
                self._value((*path, index))
                index += 1
            else:
                self._entry(path)
        self._next()
