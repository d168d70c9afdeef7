"""ex-username-mdm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import EAS, EWS
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "ex-username-mdm",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/exchangeactivesync",
    scope=Scope.PAYLOAD,
    types=(EAS, EWS),
    needs=(Needs.TARGET,),
    target="ios,mdm",
    leave_out=("UserName",),
    bad="""
    <key>PreventMove</key>
    <false/>
    """,
    good="""
    <key>PreventMove</key>
    <false/>
    <key>UserName</key>
    <string>kari@example.com</string>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """An Exchange account from a management service has no user name.

    Nobody is asked when a management service installs the profile, so the user name has to be in it, or a variable that the
    service fills in.
    """
    if run.delivers_mdm and not (payload.string("UserName") or "").strip():
        message = "UserName is absent, and a management service asks nobody for it"
        yield Finding(payload, message, help="add UserName, or the variable of your service for it")
