"""Findings for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Safety
from profiler.rules.rule import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from profiler.document.plist import KeyPath
    from profiler.lint.diagnostics import Diagnostic, FileReport

_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}



def report(files: Sequence[FileReport], paint: Callable[..., str], clean: Callable[[str], str]) -> Iterator[str]:
    """Lines for all findings, then the summary. `paint(text, style)` colours, `clean(text)` makes foreign text safe."""
    for file in files:
        for diagnostic in file.diagnostics:
            yield from _one(file, diagnostic, paint, clean)
    yield summary(files)


def _one(file: FileReport, one: Diagnostic, paint: Callable[..., str], clean: Callable[[str], str]) -> Iterator[str]:
    place = f"{one.start.line}:{one.start.column}: " if one.start else " "
    label = paint(f"{one.severity.word}[{one.rule}]", _STYLES[one.severity], "bold")
    yield f"{clean(file.path)}:{place}{label} {clean(one.message)}"
    if one.start is not None:
        number = f"{one.start.line:5}"
        margin = " " * len(number)
        marks = " " * one.marks[0] + paint("^" * (one.marks[1] - one.marks[0]), _STYLES[one.severity])
        yield f"{number} | {clean(one.excerpt)}"
        yield f"{margin} | {marks} {clean(path_text(one.key_path))}".rstrip()
    elif one.key_path:
        yield f"   at {clean(path_text(one.key_path))}"
    for related in one.related:
        where = f"line {related.start.line}" if related.start else path_text(related.key_path)
        yield f"   = note: {where}: {clean(related.message)}"
    if one.hint:
        available = one.fix is not None and one.fix.edits and one.fix.safety is not Safety.MANUAL
        yield f"   = help: {clean(one.hint)}{'  [fix available]' if available else ''}"


def path_text(path: KeyPath) -> str:
    """A key path as people write it: PayloadContent[0].PayloadUUID."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def summary(files: Sequence[FileReport]) -> str:
    """One line that counts files and findings."""
    counts = dict.fromkeys(Severity, 0)
    fixable = 0
    for file in files:
        for one in file.diagnostics:
            counts[one.severity] += 1
            fixable += one.fix is not None and bool(one.fix.edits) and one.fix.safety is not Safety.MANUAL
    checked = _count(len(files), "file")
    if not any(counts.values()):
        return f"{checked} checked: nothing found"
    found = ", ".join(
        _count(counts[severity], severity.word) for severity in (Severity.ERROR, Severity.WARNING, Severity.NOTE)
    )
    fixes = f"; {fixable} can be fixed with --fix" if fixable else ""
    return f"{checked} checked: {found}{fixes}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
