"""doc-binary-plist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "doc-binary-plist",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/configuring-multiple-devices-using-profiles",
    when="binary",
    bad="bplist00",
    good="",
)
def check(root: Node | None, run: Run) -> Iterator[Finding]:
    """The profile is a binary property list.

    Apple describes profiles as XML, also inside a signature. Macs read binary ones; other devices and device management
    services may not, and findings in a binary file have no line.
    """
    if root is not None and run.document.source.binary:
        hint = "convert it: plutil -convert xml1 FILE, or profiler show --format xml FILE"
        yield Finding(None, "a binary property list; Apple asks for XML", help=hint)
