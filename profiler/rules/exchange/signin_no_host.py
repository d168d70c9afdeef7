"""ex-signin-no-host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import EAS, EWS
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "ex-signin-no-host",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/exchangeactivesync",
    scope=Scope.PAYLOAD,
    types=(EAS, EWS),
    keys=("OAuthSignInURL",),
    leave_out=("Host",),
    bad="""
    <key>OAuth</key>
    <true/>
    <key>OAuthSignInURL</key>
    <string>https://login.example.com/authorize</string>
    """,
    good="""
    <key>Host</key>
    <string>exchange.example.com</string>
    <key>OAuth</key>
    <true/>
    <key>OAuthSignInURL</key>
    <string>https://login.example.com/authorize</string>
    """,
)
def check(payload: Node, _run: Run) -> Iterator[Finding]:
    """An Exchange account has a sign-in page of its own and no server.

    OAuthSignInURL turns the search for the server off, so that without Host the device knows none and the account cannot work.
    """
    node = payload.get("OAuthSignInURL")
    if node is not None and node.value and payload.boolean("OAuth") is True and not payload.string("Host"):
        message = "OAuthSignInURL turns autodiscovery off, and no Host says where the server is"
        yield Finding(
            node, message, help="add Host, or remove OAuthSignInURL so that the device finds the server"
        )
