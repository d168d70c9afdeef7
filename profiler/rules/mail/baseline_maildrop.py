"""mail-baseline-maildrop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, replace_value
from profiler.model.account import MAIL
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_KEY = "allowMailDrop"


@rule(
    "mail-baseline-maildrop",
    severity=Severity.NOTE,
    source="https://www.cisecurity.org/benchmark/apple_ios",
    scope=Scope.PAYLOAD,
    types=(MAIL,),
    keys=("allowMailDrop",),
    needs=(Needs.OPT_IN,),
    bad="""
    <key>allowMailDrop</key>
    <true/>
    """,
    good="""
    <key>allowMailDrop</key>
    <false/>
    """,
)
def check(payload: Node, _run: Run) -> Iterator[Finding]:
    """The account may use Mail Drop, which baselines forbid.

    Mail Drop puts large attachments into iCloud, outside the organization's servers. The CIS benchmarks and
    the DISA guides for iPhone want it off. Only for those who follow such a baseline.
    """
    node = payload.get(_KEY)
    if node is not None and payload.boolean(_KEY):
        yield Finding(
            node,
            "allowMailDrop is true: large attachments go to iCloud",
            Fix("set allowMailDrop to false", (replace_value(node, value=False),)),
        )
