"""ex-host-ignored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, delete_entry
from profiler.model.account import EAS, EWS
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "ex-host-ignored",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/exchangeactivesync",
    scope=Scope.PAYLOAD,
    types=(EAS, EWS),
    keys=("OAuth",),
    leave_out=("Host",),
    bad="""
    <key>OAuth</key>
    <true/>
    <key>Host</key>
    <string>outlook.office365.com</string>
    """,
    good="""
    <key>OAuth</key>
    <true/>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """The host of an Exchange account is ignored.

    With OAuth and no OAuthSignInURL the device finds the server by the address, whatever Host says. Another host there will not
    be used.
    """
    node = payload.get("Host")
    if node is None or not node.value or payload.boolean("OAuth") is not True:
        return
    if not payload.string("OAuthSignInURL"):
        fix = Fix("remove Host", (delete_entry(node, run.content),), Safety.SAFE)
        yield Finding(
            node, "Host is ignored: with OAuth and no OAuthSignInURL the device finds the server itself", fix
        )
