"""ex-oauth-password."""

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
    "ex-oauth-password",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/exchangeactivesync",
    scope=Scope.PAYLOAD,
    types=(EAS, EWS),
    keys=("Password",),
    leave_out=("Host",),
    options={"ignore": "sec-plaintext-password"},
    bad="""
    <key>OAuth</key>
    <true/>
    <key>Password</key>
    <string>Sommer-2026</string>
    """,
    good="""
    <key>OAuth</key>
    <true/>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """An Exchange account that signs in by OAuth holds a password.

    Apple says to give no password with OAuth: the user signs in on a web page, and the password is of no use to anybody but the
    readers of the file.
    """
    node = payload.get("Password")
    if node is not None and node.value and payload.boolean("OAuth") is True:
        fix = Fix("remove Password", (delete_entry(node, run.content),), Safety.SAFE)
        yield Finding(node, "Password is given although OAuth is true, and has no use then", fix)
