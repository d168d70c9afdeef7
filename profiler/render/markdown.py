"""Findings as Markdown: a summary for a pull request or a job page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profiler.document.plist import path_text
from profiler.lint.diagnostics import Tally
from profiler.render.text import summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profiler.lint.diagnostics import FileReport

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~])")


def report(files: Iterable[FileReport]) -> Iterator[str]:
    """Lines of Markdown: the counts, then a table for each file with findings, and why a file could not be checked."""
    tally = Tally()
    body: list[str] = []
    for file in files:
        tally.add(file)
        if file.diagnostics or file.crash:
            body += _file(file)
    yield "# Configuration profiles"
    yield ""
    yield f"{summary(tally)}."
    yield from body


def _file(file: FileReport) -> Iterator[str]:
    yield ""
    yield f"## {escape(file.path)}"
    if file.crash:
        yield ""
        yield f"Could not be checked: {escape(file.crash)}"
    if not file.diagnostics:
        return
    yield ""
    yield "| line | severity | rule | finding |"
    yield "|---:|---|---|---|"
    for one in file.diagnostics:
        line = str(one.start.line) if one.start else ""
        where = f" (`{_code(path_text(one.key_path))}`)" if one.key_path else ""
        hint = f" *{escape(one.hint)}*" if one.hint else ""
        yield f"| {line} | {one.severity.word} | {one.rule} | {escape(one.message)}{where}{hint} |"


def _code(text: str) -> str:
    """Text between backticks, in a table."""
    return " ".join(text.replace("`", "").replace("|", "\\|").split())


def escape(text: str) -> str:
    """Text that means nothing in Markdown, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
