"""mail-mac-ignored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL
from profiler.rules.mail import destination
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_KEYS = frozenset({"PreventMove", "PreventAppSheet"})


@rule(
    "mail-mac-ignored",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.PAYLOAD,
    types=(MAIL,),
    needs=(Needs.TARGET,),
    target="macos:14.0",
    bad="""
    <key>PreventMove</key>
    <true/>
    """,
    good="""
    <key>disableMailRecentsSyncing</key>
    <true/>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """The account holds settings that no Mac knows.

    PreventMove, PreventAppSheet and the S/MIME keys are for iPhone, iPad and Vision Pro. A profile for Macs
    alone that sets them promises something that does not happen. Asked only of profiles for Macs.
    """
    if run.targets.platforms != destination.MAC:
        return
    ignored = [
        node
        for key, node in payload.value.items()
        if (key in _KEYS or key.startswith("SMIME")) and node.value
    ]
    if ignored:
        names = ", ".join(str(node.key) for node in ignored)
        related = tuple((node, "ignored too") for node in ignored[1:])
        message = f"A Mac ignores {names}"
        yield Finding(
            ignored[0], message, at_key=True, related=related, help="leave it out of a profile for Macs"
        )
