"""doc-doctype."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profiler.document.edits import Edit, Fix, Safety
from profiler.rules.document.sample import BODY, DOCTYPE, HEADER, PROFILE
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_PUBLIC = frozenset({
    "-//Apple//DTD PLIST 1.0//EN", "-//Apple Computer//DTD PLIST 1.0//EN", "-//Apple Inc//DTD PLIST 1.0//EN",
    "-//Apple Inc.//DTD PLIST 1.0//EN", "-//Apple Computer/DTD PLIST 1.0//EN",
})  # fmt: skip
_SYSTEM = re.compile(
    r"(?:https?://www\.apple\.com/DTDs/PropertyList-1\.0\.dtd|file://localhost/System/Library/DTDs/PropertyList\.dtd)\Z"
)
_FIRST = None, "file://localhost/System/Library/DTDs/PropertyList.dtd"  # that of the first Mac OS X
_WRITTEN = re.compile(rb"<!DOCTYPE\b[^>\[]*>")
_RIGHT = DOCTYPE.strip()


@rule(
    "doc-doctype",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/configuring-multiple-devices-using-profiles",
    when="unusual doctype",
    bad=HEADER + BODY,
    good=PROFILE,
)
def check(root: Node | None, run: Run) -> Iterator[Finding]:
    """The DOCTYPE is missing or misspelt.

    Devices do not look at it. Strict XML tools do: they cannot validate the file, or treat entities in another way. Every
    spelling that Apple has used is accepted.
    """
    source = run.document.source
    if root is None or source.binary:
        return
    doctype = run.document.doctype
    if doctype is None:
        plist = source.content.find(b"<plist", source.lead)
        place = plist if plist >= 0 else root.start
        line_end = "\r\n" if b"\r\n" in source.content else "\n"
        fix = Fix("add Apple's DOCTYPE", (Edit(place, place, _RIGHT + line_end),), Safety.SAFE)
        yield Finding(
            None,
            "the file has no DOCTYPE: devices do without it, strict XML tools do not",
            fix if plist >= 0 else None,
            span=(place, place),
        )
        return
    public, system = doctype
    if (public in _PUBLIC and _SYSTEM.match(system or "")) or doctype == _FIRST:
        return
    written = _WRITTEN.search(source.content)
    if written is not None:
        fix = Fix("write Apple's DOCTYPE", (Edit(*written.span(), _RIGHT),), Safety.SAFE)
        wrong = public if public and public not in _PUBLIC else system
        named = f"{wrong!r}, which is no spelling of Apple's" if wrong else "no document type of Apple's"
        message = f"the DOCTYPE names {named}"
        yield Finding(None, message, fix, span=written.span())
