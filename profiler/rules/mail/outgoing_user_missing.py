"""mail-outgoing-user-missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, insert_entry
from profiler.model.account import MAIL, Authentication
from profiler.rules.mail import hosts
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run


@rule(
    "mail-outgoing-user-missing",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    keys=("IncomingMailServerUsername",),
    leave_out=("OutgoingMailServerUsername",),
    bad="""
    <key>IncomingMailServerUsername</key>
    <string>kari@example.com</string>
    """,
    good="""
    <key>IncomingMailServerUsername</key>
    <string>kari@example.com</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@example.com</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The outgoing server wants a sign-in, but the profile does not say as whom.

    The incoming user name is not used for sending. A person who installs by hand is asked a second time; from
    a management service nobody is asked, and sending fails.
    """
    incoming, outgoing = account.incoming, account.outgoing
    if outgoing is None or not incoming.username or account.payload.get(outgoing.keys.username) is not None:
        return
    if outgoing.authentication in (None, Authentication.NONE):
        return
    same = bool(outgoing.host) and hosts.domain(incoming.host) == hosts.domain(outgoing.host)
    edit = insert_entry(
        account.payload, outgoing.keys.username, incoming.username, run.content, after=incoming.keys.username
    )
    fix = Fix("use the incoming user name for sending too", (edit,), Safety.SAFE if same else Safety.UNSAFE)
    at = account.payload.get(outgoing.keys.authentication)
    yield Finding(at, "OutgoingMailServerUsername is missing, though sending needs a sign-in", fix)
