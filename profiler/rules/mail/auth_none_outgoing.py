"""mail-auth-none-outgoing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety
from profiler.model.account import MAIL, Authentication
from profiler.rules.mail import hosts
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run


@rule(
    "mail-auth-none-outgoing",
    severity=Severity.WARNING,
    source="https://www.rfc-editor.org/rfc/rfc6409#section-4.3",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="unusual sign-in",
    leave_out=("OutgoingMailServerUsername",),
    bad="""
    <key>OutgoingMailServerAuthentication</key>
    <string>EmailAuthNone</string>
    """,
    good="""
    <key>OutgoingMailServerAuthentication</key>
    <string>EmailAuthPassword</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@example.com</string>
    """,
)
def check(account: Account, _run: Run) -> Iterator[Finding]:
    """Mail is to be sent without signing in.

    Public servers take no mail from somebody who does not sign in, so the account receives but cannot send.
    Only a relay inside a private network knows its clients by their address.
    """
    server = account.outgoing
    if server is None or server.authentication is not Authentication.NONE or hosts.is_internal(server.host):
        return
    node = account.payload.get(server.keys.authentication)
    message = "Outgoing authentication is EmailAuthNone; a public server will refuse to send the mail"
    yield Finding(node, message, Fix("use EmailAuthPassword", safety=Safety.MANUAL))
