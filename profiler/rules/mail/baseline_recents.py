"""mail-baseline-recents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, insert_entry, replace_value
from profiler.model.account import MAIL
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_KEY = "disableMailRecentsSyncing"


@rule(
    "mail-baseline-recents",
    severity=Severity.NOTE,
    source="https://github.com/usnistgov/macos_security",
    scope=Scope.PAYLOAD,
    types=(MAIL,),
    needs=(Needs.OPT_IN,),
    bad="""
    <key>disableMailRecentsSyncing</key>
    <false/>
    """,
    good="""
    <key>disableMailRecentsSyncing</key>
    <true/>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """Addresses written to are shared through iCloud, which baselines forbid.

    Without disableMailRecentsSyncing the recent addresses of this account go to the person's other devices.
    The baselines of the macOS Security Compliance Project want it on. Only for those who follow such a
    baseline.
    """
    if not payload.boolean(_KEY):
        node = payload.get(_KEY)
        edit = (
            replace_value(node, value=True)
            if node
            else insert_entry(payload, _KEY, value=True, content=run.content)
        )
        message = "disableMailRecentsSyncing is not true: recent addresses go to the person's other devices"
        yield Finding(node or payload, message, Fix("set disableMailRecentsSyncing to true", (edit,)))
