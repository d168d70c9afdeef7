"""Findings for machines: one JSON document, described by schemas/lint-output.schema.json."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from profiler import __version__
from profiler.document.edits import Safety
from profiler.rules.rule import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from profiler.document.source import Position
    from profiler.lint.diagnostics import Diagnostic, FileReport

APPLE_SCHEMA = "2026-08-18"


def report(files: Sequence[FileReport]) -> str:
    """The whole report as JSON text."""
    document = {
        "version": 1,
        "tool": {"name": "profiler", "version": __version__, "apple_schema": APPLE_SCHEMA},
        "files": [
            {
                "path": file.path,
                "envelope": str(file.envelope),
                "diagnostics": [_diagnostic(one) for one in file.diagnostics],
            }
            for file in files
        ],
        "summary": summary(files),
    }
    return json.dumps(document, indent=1, ensure_ascii=False)


def summary(files: Sequence[FileReport]) -> dict[str, int]:
    """Counts of files, findings by severity, and findings --fix can repair."""
    all_of_them = [one for file in files for one in file.diagnostics]
    return {
        "files": len(files),
        "errors": sum(one.severity is Severity.ERROR for one in all_of_them),
        "warnings": sum(one.severity is Severity.WARNING for one in all_of_them),
        "notes": sum(one.severity is Severity.NOTE for one in all_of_them),
        "fixable": sum(is_fixable(one) for one in all_of_them),
    }


def is_fixable(one: Diagnostic) -> bool:
    """Whether --fix, with --unsafe-fixes perhaps, repairs it."""
    return one.fix is not None and bool(one.fix.edits) and one.fix.safety is not Safety.MANUAL


def _diagnostic(one: Diagnostic) -> dict[str, Any]:
    fix = None
    if one.fix is not None:
        edits = [{"start": edit.start, "end": edit.end, "text": edit.text} for edit in one.fix.edits]
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
            {"key_path": list(item.key_path), "start": _position(item.start), "message": item.message} for item in one.related
        ],
        "hint": one.hint,
        "help": one.help,
    }


def _position(position: Position | None) -> dict[str, int] | None:
    return None if position is None else position._asdict()
