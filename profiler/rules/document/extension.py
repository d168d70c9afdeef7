"""doc-extension."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "doc-extension",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/configuring-multiple-devices-using-profiles",
    when="unusual name",
    bad="""
    <dict>
        <key>EmailAccountDescription</key>
        <string>Work mail</string>
    </dict>
    """,
    good="""
    <dict>
        <key>EmailAccountDescription</key>
        <string>Work mail</string>
    </dict>
    """,
    options={"name": "kari.xml"},
)
def check(root: Node | None, run: Run) -> Iterator[Finding]:
    """The name of the file does not end in .mobileconfig.

    Web servers choose the media type by the end of the name, and Finder and Safari open the installer for this one only.
    """
    name = run.document.source.name
    if root is None or name == "-" or name.lower().endswith(".mobileconfig"):
        return
    last = name.replace("\\", "/").rpartition("/")[2]
    fix = Fix("rename the file so that it ends in .mobileconfig", (), Safety.MANUAL)
    yield Finding(None, f"the file is named {last!r}; devices open only .mobileconfig as a profile", fix)
