"""From a node to a line: where a finding stands in the file, and the line to show."""

from __future__ import annotations

import bisect
import itertools
import operator
from typing import TYPE_CHECKING

from profiler.document.source import Position
from profiler.lint.diagnostics import Diagnostic, Related
from profiler.model import confidential

if TYPE_CHECKING:
    from profiler.document.document import Document
    from profiler.document.plist import KeyPath, Node
    from profiler.rules.rule import Finding, Rule, Severity

_EXCERPT = 160


class Placer:
    """Works out places in one document; lines are counted only when a finding is printed."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.source = document.source
        self._secrets: list[tuple[int, int]] | None = None

    def diagnostic(self, rule: Rule, finding: Finding, severity: Severity) -> Diagnostic:
        """Give a finding its rule, severity and place."""
        start, end = self._span(finding)
        if finding.secret and finding.node is not None and start >= 0:
            self._secrets = confidential.merged(
                [*self._known(), confidential.inside(self.source.content, finding.node)]
            )
        first, last, excerpt, marks = self._lines(start, end) if start >= 0 else _NOWHERE
        fix, node = finding.fix, finding.node
        path, anchor = _paths(node)
        related = finding.related
        return Diagnostic(
            rule.id,
            severity,
            confidential.without_passwords(finding.message),
            path,
            first,
            last,
            fix,
            tuple(self._related(one, message) for one, message in related) if related else (),
            finding.help or (fix.title if fix is not None else ""),
            rule.source,
            excerpt,
            marks,
            anchor,
        )

    def offsets(self, finding: Finding) -> tuple[int, ...]:
        """Where a comment may stand that switches the finding off: at the value, or at its key."""
        keys = (finding.node.key_start,) if finding.node is not None else ()
        return (self._span(finding)[0], *keys)

    def _span(self, finding: Finding) -> tuple[int, int]:
        if finding.span is not None:
            return finding.span
        node = finding.node
        if node is None:
            node = self.document.root
            if node is None or node.start < 0:
                return (0, 0) if self.source.content and not self.source.binary else (-1, -1)
            return self._tag(node)
        if node.start < 0:
            return -1, -1
        if finding.at_key and node.key_start >= 0:
            return node.key_start, self.source.content.find(b"</key>", node.key_start) + 6
        return self._tag(node) if node.kind in ("dict", "array") else (node.start, node.end)

    def _tag(self, node: Node) -> tuple[int, int]:
        """Of a dictionary or array its opening tag: nobody wants a hundred lines underlined."""
        return node.start, self.source.content.find(b">", node.start) + 1

    def _related(self, node: Node, message: str) -> Related:
        place = self.source.position(node.start) if node.start >= 0 else None
        return Related(node.path, place, confidential.without_passwords(message))

    def _lines(self, start: int, end: int) -> tuple[Position, Position, str, tuple[int, int]]:
        """Where a finding begins and ends, its line with secrets hidden, and the columns it takes in it."""
        content, encoding = self.source.content, self.source.encoding
        low = content.rfind(b"\n", 0, start) + 1
        high = content.find(b"\n", start)
        high = len(content) if high < 0 else high
        row = content[low:high]
        if end <= high and row.isascii() and (_is_bare(row.strip()) or not self._hidden(low, high)):
            return self._ascii(row.decode("ascii"), start, end, low)
        before = content[low:start].decode(encoding, "replace").lstrip("\ufeff")
        first = Position(self.source.line_number(low), len(before) + 1, start)
        if end <= high:
            inside = content[start:end].decode(encoding, "replace")
            last = Position(first.line, first.column + len(inside), end)
        else:
            inside = content[start:high].decode(encoding, "replace")
            last = self.source.position(end)
        hidden = self._hidden(low, high)
        stop = min(max(end, start + 1), high)
        if hidden:
            start = max(low, next((one for one, other in hidden if one < start < other), start))
            stop = min(high, next((other for one, other in hidden if one < stop < other), stop))
            shown = [
                _redacted(content, *piece, encoding, hidden)
                for piece in ((low, start), (start, stop), (stop, high))
            ]
        else:
            shown = [
                before,
                inside or content[start:stop].decode(encoding, "replace"),
                content[stop:high].decode(encoding, "replace"),
            ]
        excerpt, marks = _cut(
            *(piece.replace("\t", "    ").replace("\ufeff", "").rstrip("\r") for piece in shown)
        )
        return first, last, excerpt, marks

    def _ascii(
        self, row: str, start: int, end: int, low: int
    ) -> tuple[Position, Position, str, tuple[int, int]]:
        """The same within a line of ASCII without secrets, as nearly all are: bytes are columns."""
        line = self.source.line_number(low)
        left, right = start - low, end - low
        first, last = Position(line, left + 1, start), Position(line, right + 1, end)
        if len(row) > _EXCERPT:
            pieces = (row[:left], row[left:right], row[right:])
            return first, last, *_cut(*(piece.replace("\t", "    ").rstrip("\r") for piece in pieces))
        if "\t" in row:
            right += 3 * row.count("\t", 0, right)
            left += 3 * row.count("\t", 0, left)
            row = row.replace("\t", "    ")
        return first, last, row.rstrip("\r"), (left, max(right, left + 1))

    def _hidden(self, low: int, high: int) -> list[tuple[int, int]]:
        """The secrets in a piece of the text."""
        known = self._known()
        if not known:
            return []
        first = bisect.bisect_right(known, low, key=operator.itemgetter(1))
        return list(itertools.takewhile(lambda span: span[0] < high, itertools.islice(known, first, None)))

    def _known(self) -> list[tuple[int, int]]:
        if self._secrets is None:
            self._secrets = self._spans(self.source.content)
        return self._secrets

    def _spans(self, content: bytes) -> list[tuple[int, int]]:
        """Where the secrets are; a tree without problems holds all but those in comments, which a key written twice does not."""
        root = self.document.root
        if root is None or self.document.problems:
            return confidential.secret_spans(content, root, told=True)
        commented = b"<!--" in content
        if confidential.may_be_in(content, self.document.keys):
            return confidential.secret_spans(content, root, whole=not commented, told=commented)
        return list(confidential.in_comments(content)) if commented else []


def _is_bare(line: bytes) -> bool:
    """Whether a line holds a short key or a tag alone, and surely no value."""
    return line in (b"<dict>", b"<array>", b"<true/>", b"<false/>") or (
        line.startswith(b"<key>")
        and line.endswith(b"</key>")
        and line.count(b"<") == 2  # noqa: PLR2004 - one tag and its end
        and len(line) < _EXCERPT - 60
        and line.isascii()
    )


def _redacted(content: bytes, low: int, high: int, encoding: str, hidden: list[tuple[int, int]]) -> str:
    """A piece of a line without the secrets in it."""
    piece = content[low:high]
    for start, end in reversed(hidden):
        if max(start, low) < min(end, high):
            inside = max(start, low) - low, min(end, high) - low
            piece = piece[: inside[0]] + confidential.HIDDEN.encode() + piece[inside[1] :]
    return piece.decode(encoding, "replace").lstrip("\ufeff")


def _cut(before: str, inside: str, after: str) -> tuple[str, tuple[int, int]]:
    """A line of bearable length, and the columns of the finding in it."""
    text = before + inside + after
    marks = len(before), len(before) + max(1, len(inside))
    if len(text) > _EXCERPT:
        low = max(0, min(marks[0] - 40, len(text) - _EXCERPT))
        text = text[low : low + _EXCERPT]
        marks = marks[0] - low, min(marks[1] - low, _EXCERPT)
    return text, marks


def _paths(node: Node | None) -> tuple[KeyPath, str]:
    """The key path of a node, and the same in words with identifiers in place of indexes."""
    keys: list[str | int] = []
    words: list[str] = []
    while node is not None and node.key is not None:
        key = node.key
        keys.append(key)
        words.append(key if isinstance(key, str) else f"[{node.string('PayloadIdentifier') or key}]")
        node = node.parent
    keys.reverse()
    words.reverse()
    return tuple(keys), ".".join(words)


_NOWHERE: tuple[None, None, str, tuple[int, int]] = (None, None, "", (0, 0))
