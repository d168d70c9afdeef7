"""Findings as JUnit XML: a test suite for each file, a failed test case for each error or warning, notes as output.

A file that could not be checked has a test case with an error.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from profiler.document.plist import path_text
from profiler.rules.rule import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profiler.lint.diagnostics import Diagnostic, FileReport

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def report(files: Iterable[FileReport]) -> Iterator[str]:
    """Lines of XML. A file without findings is one passed test case, so that every file is counted."""
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<testsuites name="profiler">'
    for file in files:
        failures = sum(one.severity > Severity.NOTE for one in file.diagnostics)
        errors = int(bool(file.crash))
        cases = max(1, len(file.diagnostics) + errors)
        yield (
            f'  <testsuite name={_attribute(file.path)} tests="{cases}" failures="{failures}" errors="{errors}" skipped="0">'
        )
        if file.crash:
            yield f'    <testcase classname={_attribute(file.path)} name="lint" file={_attribute(file.path)}>'
            yield f"      <error message={_attribute(file.crash)}/>"
            yield "    </testcase>"
        elif not file.diagnostics:
            yield f'    <testcase classname={_attribute(file.path)} name="lint"/>'
        for one in file.diagnostics:
            yield from _case(file, one)
        yield "  </testsuite>"
    yield "</testsuites>"


def _case(file: FileReport, one: Diagnostic) -> Iterator[str]:
    place = f":{one.start.line}:{one.start.column}" if one.start else ""
    name = f"{one.rule} {path_text(one.key_path)}".strip()
    text = f"{file.path}{place}: {one.severity.word}[{one.rule}] {one.message}" + (
        f"\n{one.hint}" if one.hint else ""
    )
    line = f' line="{one.start.line}"' if one.start else ""
    yield f"    <testcase classname={_attribute(file.path)} name={_attribute(name)} file={_attribute(file.path)}{line}>"
    if one.severity > Severity.NOTE:
        yield f'      <failure type="{one.severity.word}" message={_attribute(one.message)}>{_text(text)}</failure>'
    else:
        yield f"      <system-out>{_text(text)}</system-out>"
    yield "    </testcase>"


def _text(text: str) -> str:
    return _ascii(escape(_NOT_XML.sub("\ufffd", text)))


def _attribute(text: str) -> str:
    return _ascii(quoteattr(_NOT_XML.sub("\ufffd", text)))


def _ascii(markup: str) -> str:
    """The same in ASCII, which is UTF-8 whatever the encoding of standard output."""
    return markup.encode("ascii", "xmlcharrefreplace").decode("ascii")
