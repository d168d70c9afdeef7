"""ex-oauth-url-https."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Edit, Fix, Safety
from profiler.model.account import EAS, EWS
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_URLS = ("OAuthSignInURL", "OAuthTokenRequestURL")


@rule(
    "ex-oauth-url-https",
    severity=Severity.ERROR,
    source="https://www.rfc-editor.org/rfc/rfc6749#section-3.1",
    scope=Scope.PAYLOAD,
    types=(EAS, EWS),
    keys=_URLS,
    bad="""
    <key>OAuth</key>
    <true/>
    <key>OAuthSignInURL</key>
    <string>http://login.example.com/authorize</string>
    """,
    good="""
    <key>OAuth</key>
    <true/>
    <key>OAuthSignInURL</key>
    <string>https://login.example.com/authorize</string>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """The page to sign in on is not reached over https.

    Password and token would pass the network for anybody to read, and OAuth forbids it.
    """
    for key in _URLS:
        node = payload.get(key)
        text = (payload.string(key) or "").strip()
        if node is None or not text or text.lower().startswith("https://") or run.is_placeholder(text):
            continue
        fix = None
        if text.lower().startswith("http://"):
            inside = run.content[node.start : node.end].lower().find(b"http:")
            place = node.start + inside if node.start >= 0 and inside >= 0 else -1
            fix = Fix("use https", (Edit(place, place + 4, "https"),), Safety.UNSAFE)
        hint = "" if fix else "write the address with https://"
        yield Finding(
            node,
            f"{key} does not begin with https://, so that the sign-in may be read on its way",
            fix,
            help=hint,
        )
