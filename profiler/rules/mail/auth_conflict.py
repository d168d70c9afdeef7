"""mail-auth-conflict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL, Authentication
from profiler.rules.mail import servers
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run


@rule(
    "mail-auth-conflict",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="unusual sign-in",
    leave_out=("OutgoingMailServerUsername", "OutgoingPasswordSameAsIncomingPassword"),
    bad="""
    <key>EmailAddress</key>
    <string>kari@example.net</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerAuthentication</key>
    <string>EmailAuthNone</string>
    <key>OutgoingMailServerHostName</key>
    <string>relay.example.internal</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@example.net</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@example.net</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerAuthentication</key>
    <string>EmailAuthNone</string>
    <key>OutgoingMailServerHostName</key>
    <string>relay.example.internal</string>
    """,
)
def check(account: Account, _run: Run) -> Iterator[Finding]:
    """An account says not to sign in, and yet names a user or a password.

    With EmailAuthNone a device uses neither the user name nor the password that stand beside it. One of the
    two is not what was meant: either the server does want a sign-in, or the name and password are left over.
    """
    for server in account.servers:
        if server.authentication is not Authentication.NONE:
            continue
        written = (account.payload.get(key) for key in (server.keys.username, server.keys.password))
        unused = [node for node in written if node is not None and node.value]
        if unused:
            names = " and ".join(str(node.key) for node in unused)
            yield Finding(
                account.payload.get(server.keys.authentication),
                f"{servers.side(server)} authentication is EmailAuthNone, so the device does not use {names}",
                related=tuple((node, "not used") for node in unused),
                help="use EmailAuthPassword, or remove the user name and password",
            )
