"""ex-oauth-url-unused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety
from profiler.model.account import EAS, EWS
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_URLS = ("OAuthSignInURL", "OAuthTokenRequestURL")


@rule(
    "ex-oauth-url-unused",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/exchangeactivesync",
    scope=Scope.PAYLOAD,
    types=(EAS, EWS),
    keys=_URLS,
    bad="""
    <key>OAuthSignInURL</key>
    <string>https://login.example.com/authorize</string>
    """,
    good="""
    <key>OAuth</key>
    <true/>
    <key>OAuthSignInURL</key>
    <string>https://login.example.com/authorize</string>
    """,
)
def check(payload: Node, _run: Run) -> Iterator[Finding]:
    """An Exchange account has a page to sign in on, and does not use OAuth.

    The device ignores these addresses unless OAuth is true, and asks for a password that the server may not take.
    """
    if payload.boolean("OAuth") is True:
        return
    urls = [node for node in map(payload.get, _URLS) if node is not None and node.value]
    if urls:
        fix = Fix("set OAuth to true, or remove the addresses", (), Safety.MANUAL)
        related = tuple((node, "ignored as well") for node in urls[1:])
        yield Finding(urls[0], f"{urls[0].key} is ignored because OAuth is not true", fix, related=related)
