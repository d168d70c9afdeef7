"""Apply fixes to a file until none is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from profiler.document import edits
from profiler.document.edits import Fix, Safety
from profiler.document.source import Source, from_bytes
from profiler.errors import ProfilerError

if TYPE_CHECKING:
    from profiler.lint.diagnostics import FileReport
    from profiler.lint.linter import Linter

_ROUNDS = 10


class Fixed(NamedTuple):
    """The text after fixing, what is still found in it, how many fixes were made, and why none could be; what was found first."""

    data: bytes
    report: FileReport
    applied: int
    refused: str = ""
    found: FileReport | None = None


def fix(linter: Linter, source: Source, *, unsafe: bool = False) -> Fixed:
    """Apply safe fixes (unsafe ones too when asked), lint again, until nothing applies.

    A signed or binary file is left alone and `refused` says what to do first. Raises ProfilerError when fixes undo each other.
    """
    found = report = linter.lint(source)
    fixes = _wanted(report, unsafe=unsafe)
    if fixes and not source.editable:
        return Fixed(source.data, report, 0, _refusal(source), found)
    total = 0
    for _ in range(_ROUNDS):
        fixes = [one for one in fixes if one.has_place]
        data, applied = _apply(source, report, fixes) if fixes else (source.data, 0)
        if not applied:
            return Fixed(source.data, report, total, found=found)
        total += applied
        source = from_bytes(data, source.name)
        report = linter.lint(source)
        fixes = _wanted(report, unsafe=unsafe)
    raise ProfilerError(
        f"{source.name}: the fixes undo each other, so none was made", hint="this is a bug in profiler"
    )


def _apply(source: Source, report: FileReport, fixes: list[Fix]) -> tuple[bytes, int]:
    """Make the fixes; that of the encoding alone, because it decides what the others are to be written in."""
    encoding = [one.fix for one in report.diagnostics if one.rule == "doc-encoding" and one.fix in fixes]
    if encoding:
        data, applied = edits.apply(source.content, [one for one in encoding if one is not None][:1])
    else:
        data, applied = edits.apply(source.content, fixes, source.encoding)
    return source.encoded(data), applied


def _wanted(report: FileReport, *, unsafe: bool) -> list[Fix]:
    allowed = (Safety.SAFE, Safety.UNSAFE) if unsafe else (Safety.SAFE,)
    return [
        one.fix
        for one in report.diagnostics
        if one.fix is not None and one.fix.edits and one.fix.safety in allowed
    ]


def _refusal(source: Source) -> str:
    if source.signed is not None:
        return "is signed: a fix would break the signature; run `profiler unsign` first, then sign again"
    return "is a binary property list: run `plutil -convert xml1` or `profiler show --format xml` first"
