"""Findings for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.plist import path_text
from profiler.lint.diagnostics import Tally
from profiler.rules.rule import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from profiler.lint.diagnostics import Diagnostic, FileReport

_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def report(
    files: Iterable[FileReport],
    paint: Callable[..., str] | None = None,
    clean: Callable[[str], str] = str,
) -> Iterator[str]:
    """Lines for all findings, then the summary. `paint(text, style, ..)` colours, `clean(text)` makes foreign text safe."""
    tally = Tally()
    for file in files:
        tally.add(file)
        if not (file.diagnostics or file.sealed):
            continue
        path = clean(file.path)
        if file.sealed:
            yield f"{path}: encrypted; only the outside was checked, --decrypt-key looks inside"
        if file.signed_by:
            yield f"{path}: signed by {clean(file.signed_by)}; places are those of the profile inside"
        for diagnostic in file.diagnostics:
            yield from _one(path, diagnostic, paint, clean)
    yield summary(tally)


def _one(
    path: str, one: Diagnostic, paint: Callable[..., str] | None, clean: Callable[[str], str]
) -> Iterator[str]:
    place = f"{one.start.line}:{one.start.column}:" if one.start else ""
    label = f"{one.severity.word}[{one.rule}]"
    marks = "^" * (one.marks[1] - one.marks[0])
    if paint is not None:
        label = paint(label, _STYLES[one.severity], "bold")
        marks = paint(marks, _STYLES[one.severity])
    yield f"{path}:{place} {label} {clean(one.message)}"
    if one.start is not None:
        yield f"{one.start.line:5} | {clean(one.excerpt)}".rstrip()
        yield f"      | {' ' * one.marks[0]}{marks} {clean(path_text(one.key_path))}".rstrip()
    elif one.key_path:
        yield f"   at {clean(path_text(one.key_path))}"
    for related in one.related:
        where = f"line {related.start.line}" if related.start else path_text(related.key_path)
        yield f"   = note: {clean(where)}: {clean(related.message)}"
    if one.hint:
        yield f"   = help: {clean(one.hint)}{'  [fix available]' if one.fixable else ''}"


def summary(tally: Tally) -> str:
    """One line that counts files and findings."""
    checked = count(tally.files - tally.failed, "file")
    failed = f"; {tally.failed} could not be checked" if tally.failed else ""
    if not any(tally.severities.values()):
        return f"{checked} checked: nothing found{failed}"
    found = ", ".join(count(number, word) for word, number in tally.severities.items())
    return f"{checked} checked: {found}{failed}{_fixes(tally.fixable - tally.unsafe, tally.unsafe)}"


def _fixes(safe: int, unsafe: int) -> str:
    if not safe:
        return f"; {unsafe} can be fixed with --fix --unsafe-fixes" if unsafe else ""
    return f"; {safe} can be fixed with --fix" + (f", {unsafe} more with --unsafe-fixes" if unsafe else "")


def statistics(tally: Tally) -> Iterator[str]:
    """A line for each rule that found something, the most frequent first."""
    for rule, number in sorted(tally.rules.items(), key=lambda item: (-item[1], item[0])):
        yield f"{number:6}  {rule}"


def count(number: int, word: str) -> str:
    """A number with its noun: 1 file, 2 files."""
    return f"{number} {word}{'' if number == 1 else 's'}"
