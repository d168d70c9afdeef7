"""Comments that switch rules off: `<!-- profiler: ignore[rule-id,..] reason -->`.

On the line before an element, or on its line, a comment is about that element; before the root element it is about the
whole file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from profiler import rules
from profiler.document.edits import Edit, Fix, Safety
from profiler.rules.rule import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from profiler.document.document import Document

_COMMENT = rb"(?s)<!--\s*profiler:\s*ignore\[([^\]<]*)\]((?:(?!<!--).)*?)-->"
_ROOT = rb"<(?:dict|array)\b"
_NOTHING = rb"(?s)\s*(?:<!--.*?-->\s*){0,50}"


class Comment(NamedTuple):
    """One comment: its bytes, the ids it names, its reason, and the lines it is about (None: all)."""

    start: int
    end: int
    names: tuple[str, ...]
    reason: str
    lines: frozenset[int] | None


class Suppressions:
    """The comments of one document, and which of them were of use."""

    def __init__(self, document: Document) -> None:
        self._source = document.source
        content = document.source.content
        self.comments = (
            [] if document.source.binary or b"profiler:" not in content else list(_comments(content))
        )
        self._used: set[tuple[int, str]] = set()

    def covers(self, rule: str, offsets: tuple[int, ...]) -> bool:
        """Whether a finding of a rule at one of these offsets is switched off; remembers the comment that did it."""
        lines = {self._line(offset) for offset in offsets if offset >= 0}
        for comment in self.comments:
            if comment.lines is not None and lines.isdisjoint(comment.lines):
                continue
            for name in comment.names:
                if name in rules.names_of(rule):
                    self._used.add((comment.start, name))
                    return True
        return False

    def names(self, rule: str) -> bool:
        """Whether a comment names a rule that compares files; such a comment counts as used."""
        named = [comment for comment in self.comments if rule in comment.names]
        self._used.update((comment.start, rule) for comment in named)
        return bool(named)

    def unused(self, runs: Callable[[str], bool]) -> Iterator[Finding]:
        """A finding for every name that switched nothing off, though its rule ran."""
        for comment in self.comments:
            idle = [name for name in comment.names if (comment.start, name) not in self._used and runs(name)]
            for name in idle:
                known = rules.exists(name)
                message = (
                    f"ignore[{name}] ignores nothing" if known else f"ignore[{name}]: there is no such rule"
                )
                fix = None
                if len(idle) == len(comment.names):
                    fix = Fix("remove the comment", (_removal(comment, self._source.content),), Safety.SAFE)
                hint = (
                    "remove it, so that it does not hide a later finding"
                    if known
                    else "profiler rules lists the ids"
                )
                yield Finding(None, message, fix, span=(comment.start, comment.end), help=hint)

    def _line(self, offset: int) -> int:
        return self._source.line_number(offset)


def _comments(content: bytes) -> Iterator[Comment]:
    root = re.search(_ROOT, re.sub(rb"(?s)<!--.*?(?:-->|\Z)", lambda match: b" " * len(match[0]), content))
    nothing = re.compile(_NOTHING)
    top = root.start() if root else 0
    for match in re.finditer(_COMMENT, content):
        words = (word.strip() for word in match[1].decode("utf-8", "replace").split(","))
        names = tuple(dict.fromkeys(word for word in words if word)) or ("",)
        lines = None
        if match.start() > top:
            after = nothing.match(content, match.end())
            target = after.end() if after else match.end()
            lines = frozenset({_count(content, match.start()), _count(content, target)})
        yield Comment(match.start(), match.end(), names, match[2].decode("utf-8", "replace").strip(), lines)


def _count(content: bytes, offset: int) -> int:
    return content.count(b"\n", 0, offset) + 1


def _removal(comment: Comment, content: bytes) -> Edit:
    """The comment and, when it stands alone, its line."""
    start, end = comment.start, comment.end
    while start > 0 and content[start - 1 : start] in b" \t":
        start -= 1
    while content[end : end + 1] in (b" ", b"\t", b"\r"):
        end += 1
    if content[start - 1 : start] == b"\n" and content[end : end + 1] == b"\n":
        return Edit(start, end + 1, "")
    return Edit(comment.start, comment.end, "")
