"""goo-address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import GOOGLE
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "goo-address",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/googleaccount",
    scope=Scope.PAYLOAD,
    types=(GOOGLE,),
    leave_out=("EmailAddress",),
    bad="""
    <key>AccountName</key>
    <string>Kari Nordmann</string>
    """,
    good="""
    <key>AccountName</key>
    <string>Kari Nordmann</string>
    <key>EmailAddress</key>
    <string>kari@example.com</string>
    """,
)
def check(payload: Node, _run: Run) -> Iterator[Finding]:
    """A Google account has no address.

    EmailAddress is the one key the payload requires: it says whose account the user signs in to, and the payload is refused
    without.
    """
    if payload.get("EmailAddress") is None:
        yield Finding(
            payload, "EmailAddress is absent, which a Google account requires", help="add EmailAddress"
        )
