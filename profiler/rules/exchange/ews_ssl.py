"""ex-ews-ssl."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.model.account import EWS
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_SWITCHES = ("SSL", "ExternalSSL")


@rule(
    "ex-ews-ssl",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/exchangewebservices",
    scope=Scope.PAYLOAD,
    types=(EWS,),
    keys=_SWITCHES,
    bad="""
    <key>ExternalHost</key>
    <string>mail.example.com</string>
    <key>ExternalSSL</key>
    <false/>
    """,
    good="""
    <key>ExternalHost</key>
    <string>mail.example.com</string>
    <key>ExternalSSL</key>
    <true/>
    """,
)
def check(payload: Node, _run: Run) -> Iterator[Finding]:
    """Exchange on a Mac would travel unencrypted.

    TLS is on unless a profile turns it off. With SSL or ExternalSSL false whoever shares the network may read the mail and its
    password.
    """
    for key in _SWITCHES:
        node = payload.get(key)
        if node is not None and payload.boolean(key) is False:
            fix = Fix(f"set {key} to true", (replace_value(node, True),), Safety.UNSAFE)
            where = "outside the company's network " if key == "ExternalSSL" else ""
            yield Finding(node, f"Exchange would travel {where}unencrypted: {key} is false", fix)
