"""From a node to a line: where a finding stands in the file, and the line to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.lint.diagnostics import Diagnostic, Related
from profiler.model import confidential

if TYPE_CHECKING:
    from profiler.document.document import Document
    from profiler.document.plist import Node
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
        first = last = None
        excerpt, marks = "", (0, 0)
        if start >= 0:
            first = self.source.position(start)
            last = self.source.position_after(first, end)
            excerpt, marks = self._excerpt(start, end)
        fix, node = finding.fix, finding.node
        return Diagnostic(
            rule.id,
            severity,
            finding.message,
            node.path if node is not None else (),
            first,
            last,
            fix,
            tuple(self._related(one, message) for one, message in finding.related) if finding.related else (),
            finding.help or (fix.title if fix is not None else ""),
            rule.source,
            excerpt,
            marks,
            _anchor(node),
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
        return Related(node.path, self.source.position(node.start) if node.start >= 0 else None, message)

    def _excerpt(self, start: int, end: int) -> tuple[str, tuple[int, int]]:
        """The line with the finding, secrets hidden, and the columns the finding takes in it."""
        content, encoding = self.source.content, self.source.encoding
        line_start = content.rfind(b"\n", 0, start) + 1
        line_end = content.find(b"\n", start)
        line_end = len(content) if line_end < 0 else line_end
        end = min(max(end, start + 1), line_end)
        if self._secrets is None:
            self._secrets = self._spans(content)
        hidden = [span for span in self._secrets if span[0] < line_end and span[1] > line_start]
        before = _shown(content, line_start, start, encoding, hidden)
        inside = _shown(content, start, end, encoding, hidden)
        text = before + inside + _shown(content, end, line_end, encoding, hidden)
        marks = len(before), len(before) + max(1, len(inside))
        if len(text) > _EXCERPT:
            low = max(0, min(marks[0] - 40, len(text) - _EXCERPT))
            text = text[low : low + _EXCERPT]
            marks = marks[0] - low, min(marks[1] - low, _EXCERPT)
        return text, marks

    def _spans(self, content: bytes) -> list[tuple[int, int]]:
        """Where the secrets are; a tree without problems holds them all, which a key written twice does not."""
        lowered = content.lower()
        if not any(mark in lowered for mark in _MARKS_OF_SECRETS):
            return []
        whole = self.document.root is not None and not self.document.problems
        return confidential.secret_spans(content, self.document.root, whole=whole)


def _shown(content: bytes, low: int, high: int, encoding: str, hidden: list[tuple[int, int]]) -> str:
    """A piece of a line as it is shown: secrets hidden, tabs as four spaces."""
    if low >= high:
        return ""
    piece = content[low:high]
    for start, end in reversed(hidden):
        if start < high and end > low:
            inside = max(start, low) - low, min(end, high) - low
            piece = piece[: inside[0]] + confidential.HIDDEN.encode() + piece[inside[1] :]
    text = piece.decode(encoding, "replace")
    if text.isascii() and "\t" not in text and "\r" not in text:
        return text
    return text.replace("\t", "    ").replace("\ufeff", "").rstrip("\r")


def _anchor(node: Node | None) -> str:
    parts: list[str] = []
    while node is not None and node.key is not None:
        key = node.key
        parts.append(key if isinstance(key, str) else f"[{node.string('PayloadIdentifier') or key}]")
        node = node.parent
    return ".".join(reversed(parts))


# A file with none of these in its text (lower case) holds no secret; a quick look before the walk.
_MARKS_OF_SECRETS = (
    b"pass", b"secret", b"token", b"private key", b"privatekey", b"challenge", b"psk", b"pkcs12", b"certificate", b"ls0t",
)  # fmt: skip
