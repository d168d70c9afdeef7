"""mail-auth-none-incoming."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, replace_value
from profiler.model.account import MAIL, Authentication
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run


@rule(
    "mail-auth-none-incoming",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="unusual sign-in",
    leave_out=("IncomingMailServerUsername",),
    bad="""
    <key>IncomingMailServerAuthentication</key>
    <string>EmailAuthNone</string>
    """,
    good="""
    <key>IncomingMailServerAuthentication</key>
    <string>EmailAuthPassword</string>
    """,
)
def check(account: Account, _run: Run) -> Iterator[Finding]:
    """The mailbox is to be opened without signing in.

    No server hands out mail to somebody it does not know. With EmailAuthNone the device does not even ask for
    a user name and a password, so the account stays empty.
    """
    if account.incoming.authentication is Authentication.NONE:
        node = account.payload.get(account.incoming.keys.authentication)
        assert node is not None  # noqa: S101 - a method that was read has a node
        message = "Incoming authentication is EmailAuthNone, but no mailbox opens without signing in"
        yield Finding(
            node, message, Fix("use EmailAuthPassword", (replace_value(node, "EmailAuthPassword"),))
        )
