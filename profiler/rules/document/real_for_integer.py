"""doc-real-for-integer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "doc-real-for-integer",
    severity=Severity.NOTE,
    source="https://github.com/apple/device-management",
    violations=("real-for-integer",),
    types=("com.apple.mail.managed",),
    bad="""
    <key>IncomingMailServerPortNumber</key>
    <real>993</real>
    """,
    good="""
    <key>IncomingMailServerPortNumber</key>
    <integer>993</integer>
    """,
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """A whole number is written as a real number.

    Many generators and some of Apple's samples do it, and devices read it as meant. Apple Business checks types strictly and
    refuses the upload, so with a target apple-business it is an error of doc-type-mismatch instead.
    """
    if run.targets.strict:
        return
    for violation in run.violations.get("real-for-integer", ()):
        fix = None
        if violation.node.start >= 0:
            fix = Fix(
                "write it as an integer", (replace_value(violation.node, violation.conversion),), Safety.SAFE
            )
        yield Finding(violation.node, violation.message, fix)
