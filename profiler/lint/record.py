"""A report as bytes for the cache, and back: plain JSON, so that reading it runs nothing."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from typing import TYPE_CHECKING, Any, NamedTuple

from profiler.document.document import Document
from profiler.document.edits import Edit, Fix, Safety, escape
from profiler.document.source import Envelope, Position
from profiler.lint.diagnostics import Diagnostic, FileReport, Related
from profiler.lint.store import digest
from profiler.model import confidential
from profiler.model.placeholder import is_variable
from profiler.rules.across import Place
from profiler.rules.lifecycle.identifier_collision import Claim
from profiler.rules.rule import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.source import Source

# A shorter word is in a text by chance.
_SHORTEST = 4


class Record(NamedTuple):
    """What is kept of one file: the digest of its bytes, whether the report is true at its time only, the report."""

    content: bytes
    timed: bool
    data: bytes


def record(report: FileReport, source: Source) -> Record | None:
    """What to keep of a report; None for one that is not complete, or that quotes a secret of the file.

    No report is to quote one; but what is printed is gone, and what is kept can be found years later.
    """
    if report.crash:
        return None
    if report.diagnostics and not _is_silent(report, source):
        return None
    text = json.dumps(report._replace(path=""), default=sorted, separators=(",", ":"))
    timed = report.timed or report.envelope is Envelope.SIGNED
    return Record(digest(source.data), timed, text.encode())


def _is_silent(report: FileReport, source: Source) -> bool:
    """Whether no secret of the file is a value or a line that is quoted of it, or stands between quotation marks."""
    secrets = {line.strip() for one in _secrets(source) if not is_variable(one) for line in one.splitlines()}
    secrets = {one for one in secrets if len(one) >= _SHORTEST}
    if not secrets:
        return True
    quoted: list[str] = []
    told: list[str] = []
    for one in report.diagnostics:
        quoted.append(one.excerpt)
        told += (one.message, one.hint, one.anchor, *(related.message for related in one.related))
        if one.fix is not None:
            quoted += (edit.text for edit in one.fix.edits)
            told.append(one.fix.title)
    values = {value.strip() for text in quoted for value in re.split(r"<[^>]*>|\n", text)}
    sentences = "\n".join(told)
    return secrets.isdisjoint(values) and not any(repr(secret) in sentences for secret in secrets)


def _secrets(source: Source) -> Iterator[str]:
    """The secrets of a file, as they may be quoted."""
    content = source.content
    for start, end in confidential.secret_spans(content, None):
        yield content[start:end].decode(source.encoding, "replace").strip()
    document = Document(source)
    for node in confidential.secrets_of(document.root) if document.root is not None else ():
        value = b64encode(node.value).decode() if isinstance(node.value, bytes) else str(node.value)
        yield from (value, escape(value))
    document.release()


def report(data: bytes, path: str) -> FileReport:
    """The report that was kept, for a file of this name."""
    kept = FileReport._make(json.loads(data))
    return kept._replace(
        path=path,
        envelope=Envelope(kept.envelope),
        diagnostics=tuple(_diagnostic(one) for one in kept.diagnostics),
        facts=tuple((name, _claim(*fact)) for name, fact in kept.facts),
    )


def _diagnostic(values: Any) -> Diagnostic:
    one = Diagnostic._make(values)
    return one._replace(
        severity=Severity(one.severity),
        key_path=tuple(one.key_path),
        start=_position(one.start),
        end=_position(one.end),
        fix=None if one.fix is None else _fix(*one.fix),
        related=tuple(Related(tuple(path), _position(start), text) for path, start, text in one.related),
        marks=(one.marks[0], one.marks[1]),
    )


def _position(values: Any) -> Position | None:
    return None if values is None else Position(*values)


def _fix(title: str, edits: Any, safety: Any) -> Fix:
    return Fix(title, tuple(Edit(*edit) for edit in edits), Safety(safety))


def _claim(identifier: str, place: Any, mailboxes: Any) -> Claim:
    """What life-identifier-collision keeps of a file, the only rule that compares files without --set-complete."""
    where = None if place is None else Place(tuple(place[0]), _position(place[1]), _position(place[2]))
    return Claim(identifier, where, frozenset(tuple(one) for one in mailboxes))
