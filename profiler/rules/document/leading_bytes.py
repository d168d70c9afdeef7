"""doc-leading-bytes."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from profiler.document.edits import Edit, Fix, Safety
from profiler.rules.document.sample import PROFILE
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "doc-leading-bytes",
    severity=Severity.WARNING,
    source="https://www.w3.org/TR/xml/#sec-prolog-dtd",
    when="leading bytes",
    bad="\ufeff" + PROFILE,
    good=PROFILE,
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """Something stands before the XML header.

    Web frameworks put a byte order mark, a blank line or a warning of their own before what they send. XML allows nothing
    there, and some parsers refuse the file. The byte order mark that UTF-16 needs is no finding.
    """
    source = run.document.source
    if source.lead <= 0 or source.unreadable:
        return
    lead = source.content[: source.lead]
    if lead == codecs.BOM_UTF8:
        what = "a byte order mark stands"
    elif not lead.strip():
        what = "white space stands"
    else:
        what = f"{len(lead)} bytes of other text stand"
    fix = Fix("remove what stands before the XML", (Edit(0, source.lead, ""),), Safety.SAFE)
    yield Finding(None, f"{what} before the XML, which some parsers refuse", fix, span=(0, source.lead))
