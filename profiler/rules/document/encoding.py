"""doc-encoding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profiler.document.edits import Edit, Fix, Safety
from profiler.rules.document.sample import PROFILE
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)")
_HIGH = re.compile(rb"[\x80-\xff]+")


@rule(
    "doc-encoding",
    severity=Severity.ERROR,
    source="https://www.w3.org/TR/xml/#charencoding",
    problem="doc-encoding",
    bad=PROFILE.replace('encoding="UTF-8"', 'encoding="ISO-8859-1"'),
    good=PROFILE,
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """The bytes are not in the encoding that the XML header declares.

    Names arrive garbled, or the device refuses the file. When the bytes are UTF-8 the header can say so; bytes of a Western
    single-byte encoding can be converted, but whether that is what they are is a guess.
    """
    for problem in run.document.problems:
        if problem.rule == "doc-encoding":
            fix = _fix(run.content, "UTF-16" if run.document.source.recoded else "UTF-8")
            message = f"the file {problem.message}: names may be garbled, or a device refuses it"
            yield Finding(problem.node, message, fix, span=(problem.start, problem.end))


def _fix(content: bytes, encoding: str) -> Fix | None:
    declared = _DECLARED.search(content[:300])
    if _decodes(content, "utf-8"):
        if declared is None:
            return None
        return Fix(f"declare {encoding}", (Edit(*declared.span(1), encoding),), Safety.SAFE)
    if not _decodes(content, "cp1252"):
        return None
    changes = [Edit(*match.span(), match[0].decode("cp1252")) for match in _HIGH.finditer(content)]
    if declared is not None and declared[1].upper() != b"UTF-8":
        changes.insert(0, Edit(*declared.span(1), "UTF-8"))
    return Fix("convert from Windows-1252 to UTF-8", tuple(changes), Safety.UNSAFE)


def _decodes(content: bytes, codec: str) -> bool:
    try:
        content.decode(codec)
    except UnicodeDecodeError:
        return False
    return True
