"""doc-ignored-markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.document import templates
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "doc-ignored-markup",
    severity=Severity.WARNING,
    source="https://www.apple.com/DTDs/PropertyList-1.0.dtd",
    problem="doc-ignored-markup",
    types=("com.apple.mail.managed",),
    bad="""
    <key>EmailAccountName</key>
    <string lang="no">Kari Nordmann</string>
    """,
    good="""
    <key>EmailAccountName</key>
    <string>Kari Nordmann</string>
    """,
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """The file has markup that readers of property lists drop without a word.

    Attributes, processing instructions, an empty key and another version of the format mean nothing to a device. Whoever wrote
    them meant something that does not happen.
    """
    for problem in run.document.problems:
        if problem.rule == "doc-ignored-markup" and not templates.hides(run, problem):
            yield Finding(problem.node, problem.message, span=(problem.start, problem.end), help="remove it")
