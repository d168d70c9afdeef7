"""doc-unreadable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model import confidential
from profiler.rules.document import templates
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "doc-unreadable",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/configuring-multiple-devices-using-profiles",
    problem="doc-unreadable",
    types=("com.apple.mail.managed",),
    bad="<key>EmailAccountName</key><string>Kari & Ola</string>",
    good="<key>EmailAccountName</key><string>Kari &amp; Ola</string>",
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """The file is no property list a device can read.

    A device refuses the whole profile when its XML is broken, when a value is no value of its kind, or when the bytes are no
    profile at all. What breaks only because a template was not filled in is left to doc-placeholder, and a signature without
    its content to sig-detached.
    """
    source = run.document.source
    if source.signed is not None and (source.signed, *source.inner)[-1].content is None:
        return
    spans: list[tuple[int, int]] | None = None
    for problem in run.document.problems:
        if problem.rule == "doc-unreadable" and not templates.hides(run, problem):
            message = problem.message
            if problem.node is not None and confidential.is_secret_key(str(problem.node.key)):
                message = f"the value of {problem.node.key} is no {problem.node.kind}"
            elif ": " in message:
                spans = confidential.secret_spans(run.content, None) if spans is None else spans
                if any(start < problem.end and problem.start < end for start, end in spans):
                    message = message.partition(": ")[0]  # what follows quotes the file
            span = (problem.start, problem.end) if problem.start >= 0 else None
            yield Finding(problem.node, message, span=span, help="mend it here, or export the profile again")
