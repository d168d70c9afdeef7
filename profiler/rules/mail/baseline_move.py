"""mail-baseline-move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, insert_entry, replace_value
from profiler.model.account import MAIL
from profiler.rules.mail import destination
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_KEY = "PreventMove"


@rule(
    "mail-baseline-move",
    severity=Severity.NOTE,
    source="https://www.cisecurity.org/benchmark/apple_ios",
    scope=Scope.PAYLOAD,
    types=(MAIL,),
    needs=(Needs.OPT_IN,),
    bad="""
    <key>PreventMove</key>
    <false/>
    """,
    good="""
    <key>PreventMove</key>
    <true/>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """Messages may be moved out of the account, which baselines forbid.

    Without PreventMove a person can move company mail into a private account, or answer it from there. The
    CIS benchmarks and the DISA guides for iPhone want it on. Only for those who follow such a baseline; a Mac
    does not know the key.
    """
    if not payload.boolean(_KEY) and destination.platforms(run) != destination.MAC:
        node = payload.get(_KEY)
        edit = (
            replace_value(node, value=True)
            if node
            else insert_entry(payload, _KEY, value=True, content=run.content)
        )
        message = "PreventMove is not true: messages may be moved to another account"
        yield Finding(node or payload, message, Fix("set PreventMove to true", (edit,)))
