"""dav-username-mdm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import CALDAV
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "dav-username-mdm",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/caldav",
    scope=Scope.PAYLOAD,
    types=(CALDAV,),
    needs=(Needs.TARGET,),
    target="ios,mdm",
    leave_out=("CalDAVUsername",),
    bad="""
    <key>CalDAVAccountDescription</key>
    <string>Work calendar</string>
    """,
    good="""
    <key>CalDAVAccountDescription</key>
    <string>Work calendar</string>
    <key>CalDAVUsername</key>
    <string>kari@example.com</string>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """A calendar account from a management service has no user name.

    Apple requires CalDAVUsername where nobody is asked, and a management service asks nobody.
    """
    if run.delivers_mdm and not (payload.string("CalDAVUsername") or "").strip():
        message = "CalDAVUsername is absent, and a management service asks nobody for it"
        yield Finding(payload, message, help="add CalDAVUsername, or the variable of your service for it")
