"""Findings for machines: one JSON document, described by schemas/lint-output.schema.json."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from profiler import __version__
from profiler.lint.diagnostics import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profiler.document.source import Position
    from profiler.lint.diagnostics import Diagnostic, FileReport

APPLE_SCHEMA = "2026-08-18"


def report(files: Iterable[FileReport]) -> Iterator[str]:
    """The report as lines of JSON, file by file, so that thousands need not be held at once."""
    tally = Tally()
    tool = {"name": "profiler", "version": __version__, "apple_schema": APPLE_SCHEMA}
    yield f'{{"version": 1, "tool": {json.dumps(tool)}, "files": ['
    separator = ""
    for file in files:
        tally.add(file)
        yield separator + json.dumps(_file(file))
        separator = ","
    words = {"errors": "error", "warnings": "warning", "notes": "note"}
    counts = {name: tally.severities[word] for name, word in words.items()}
    yield f'], "summary": {json.dumps({"files": tally.files, **counts, "fixable": tally.fixable})}}}'


def _file(file: FileReport) -> dict[str, Any]:
    error = {"error": file.crash} if file.crash else {}
    return {
        "path": file.path,
        "envelope": str(file.envelope),
        "diagnostics": [_diagnostic(one) for one in file.diagnostics],
        **error,
    }


def _diagnostic(one: Diagnostic) -> dict[str, Any]:
    fix = None
    if one.fix is not None:
        edits = [
            {"start": edit.start, "end": edit.end, "text": edit.text}
            for edit in one.fix.edits
            if edit.start >= 0
        ]
        fix = {"title": one.fix.title, "safety": str(one.fix.safety), "edits": edits}
    return {
        "rule": one.rule,
        "severity": one.severity.word,
        "message": one.message,
        "key_path": list(one.key_path),
        "start": _position(one.start),
        "end": _position(one.end),
        "fix": fix,
        "related": [
            {"key_path": list(item.key_path), "start": _position(item.start), "message": item.message}
            for item in one.related
        ],
        "hint": one.hint,
        "help": one.help,
    }


def _position(position: Position | None) -> dict[str, int] | None:
    return None if position is None else position._asdict()
