"""doc-duplicate-key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, delete_entry
from profiler.rules.document import templates
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "doc-duplicate-key",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    problem="doc-duplicate-key",
    types=("com.apple.mail.managed",),
    bad="""
    <key>IncomingMailServerUseSSL</key>
    <true/>
    <key>IncomingMailServerUseSSL</key>
    <true/>
    """,
    good="""
    <key>IncomingMailServerUseSSL</key>
    <true/>
    """,
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """A dictionary holds the same key twice.

    Parsers keep the first or the last value without a word, so nobody can say what the device will use. When both values are
    equal one of them can go.
    """
    for problem in run.document.problems:
        if problem.rule != "doc-duplicate-key" or problem.node is None or problem.first is None:
            continue
        if templates.hides(run, problem):
            continue
        second, first = problem.node, problem.first
        fix = None
        # Written out: 1, 1.0 and true are equal in Python, and here they are not.
        if repr(first.plain()) == repr(second.plain()):
            fix = Fix(
                "remove the second of two equal entries", (delete_entry(second, run.content),), Safety.SAFE
            )
        hint = "" if fix else "the two values differ: keep the one you mean"
        yield Finding(
            second, problem.message, fix, at_key=True, related=((first, "the first one is here"),), help=hint
        )
