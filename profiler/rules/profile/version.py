"""prof-version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-version",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    bad="""
    <key>PayloadVersion</key>
    <integer>2</integer>
    """,
    good="""
    <key>PayloadVersion</key>
    <integer>1</integer>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """PayloadVersion is not 1.

    It is the version of the format and not of the profile; 1 is the only value. An update is recognised by
    PayloadIdentifier, so there is nothing to count up.

    """
    for node in run.identified:
        version = node.get("PayloadVersion")
        if version is None or version.kind not in ("integer", "real") or version.value in (None, 1):
            continue
        fix = Fix("write 1", (replace_value(version, 1),), Safety.SAFE)
        message = f"PayloadVersion is {version.value:g}; it names the format, and only 1 is allowed"
        yield Finding(version, message, fix)
