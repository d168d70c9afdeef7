"""doc-root-type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.document.sample import DOCTYPE, HEADER, PROFILE
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_ARTICLES = {"array": "an array", "integer": "an integer", "date": "a date", "data": "data"}


@rule(
    "doc-root-type",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    when="no dictionary",
    bad=HEADER + DOCTYPE + '<plist version="1.0">\n<array/>\n</plist>\n',
    good=PROFILE,
)
def check(root: Node | None, _run: Run) -> Iterator[Finding]:
    """The property list is no dictionary.

    A profile is a dictionary. An array is what stands inside the encrypted part of one: it belongs in PayloadContent, and
    no device installs it alone.
    """
    if root is None or root.kind == "dict":
        return
    what = _ARTICLES.get(root.kind, f"a {root.kind}")
    hint = "a list of payloads belongs under PayloadContent of a profile" if root.kind == "array" else ""
    yield Finding(
        root, f"the file holds {what}, where a profile is a dictionary; no device installs it", help=hint
    )
