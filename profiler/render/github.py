"""Findings as annotations of GitHub Actions.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profiler.lint.diagnostics import Diagnostic, FileReport

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def report(files: Iterable[FileReport]) -> Iterator[str]:
    """One command for each finding, and for each file that could not be checked."""
    for file in files:
        if file.crash:
            yield f"::error file={_property(file.path)},title=not checked::{_data(file.crash)}"
        for one in file.diagnostics:
            yield _command(file, one)


def _command(file: FileReport, one: Diagnostic) -> str:
    properties = {"file": file.path}
    if one.start is not None:
        properties |= {"line": str(one.start.line), "col": str(one.start.column)}
        if one.end is not None and one.end.line == one.start.line:
            properties["endColumn"] = str(one.end.column)
    properties["title"] = one.rule
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    message = one.message + (f"\n{one.hint}" if one.hint else "")
    return f"::{_LEVELS[one.severity]} {written}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
