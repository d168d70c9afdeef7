"""prof-description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.profile import identity
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-description",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    leave_out=("PayloadDescription",),
    bad="""
    <key>TargetDeviceType</key>
    <integer>1</integer>
    """,
    good="""
    <key>PayloadDescription</key>
    <string>Sets up work mail.</string>
    """,
)
def check(root: Node, _run: Run) -> Iterator[Finding]:
    """The profile has no PayloadDescription.

    The installer shows it, and nothing else says what the profile does: without it a user cannot judge what
    is about to be installed. Payloads need none.

    """
    node = root.get("PayloadDescription")
    if (node is None or node.value == "") and identity.is_configuration(root):
        yield Finding(
            node,
            "the profile has no PayloadDescription: users cannot judge what it installs",
            help="describe it in a sentence",
        )
