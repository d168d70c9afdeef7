"""prof-key-case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, rename_key
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-key-case",
    severity=Severity.ERROR,
    source="https://github.com/apple/device-management",
    violations=("key-case",),
    types=("com.apple.mail.managed",),
    bad="""
    <key>incomingMailServerIMAPPathPrefix</key>
    <string>Mail</string>
    """,
    good="""
    <key>IncomingMailServerIMAPPathPrefix</key>
    <string>Mail</string>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A key differs from a known one in letter case, or in the spelling of Overridable.

    Keys are compared exactly, so the setting is silently not applied.

    """
    for violation in run.violations.get("key-case", ()):
        node, right = violation.node, violation.suggestion
        fix = None
        if node.start >= 0 and node.parent is not None and node.parent.get(right) is None:
            fix = Fix(f"rename it to {right}", (rename_key(node, right, run.content),), Safety.SAFE)
        yield Finding(node, violation.message, fix, at_key=True)
