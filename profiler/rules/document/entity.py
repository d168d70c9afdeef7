"""doc-entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "doc-entity",
    severity=Severity.ERROR,
    source="https://www.w3.org/TR/xml/#sec-entity-decl",
    problem="doc-entity",
    types=("com.apple.mail.managed",),
    bad="<key>EmailAccountName</key><string>Kari&nbsp;Nordmann</string>",
    good="<key>EmailAccountName</key><string>Kari Nordmann</string>",
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """The file declares entities of its own, or uses one that nobody declares.

    A profile needs none but the five of XML. Declared ones can be made to grow without end, which is why readers refuse them;
    undeclared ones such as &nbsp; vanish without a word.
    """
    for problem in run.document.problems:
        if problem.rule == "doc-entity":
            hint = "write the character itself, or a number such as &#160;"
            yield Finding(problem.node, problem.message, span=(problem.start, problem.end), help=hint)
