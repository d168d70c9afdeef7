"""mail-pop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL
from profiler.rules.mail import servers
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run


@rule(
    "mail-pop",
    severity=Severity.WARNING,
    source="https://www.rfc-editor.org/rfc/rfc1939#section-8",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    keys=("EmailAccountType",),
    when="POP",
    bad="""
    <key>EmailAccountType</key>
    <string>EmailTypePOP</string>
    <key>IncomingMailServerHostName</key>
    <string>pop.example.com</string>
    <key>IncomingMailServerPortNumber</key>
    <integer>995</integer>
    """,
    good="""
    <key>EmailAccountType</key>
    <string>EmailTypeIMAP</string>
    <key>IncomingMailServerHostName</key>
    <string>imap.example.com</string>
    <key>IncomingMailServerPortNumber</key>
    <integer>993</integer>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The account uses POP, which serves one device only.

    A POP client takes mail off the server or keeps a list of what it has seen, so a second device misses
    messages. Mail that is only on the device is lost with the account: when the profile is removed, and
    perhaps when it is replaced. No key tells a device to leave mail on the server.
    """
    if account.kind == "pop":
        node = account.payload.get("EmailAccountType")
        message = "A POP account serves one device only, and its mail may be lost when the account is removed"
        hint = servers.imap_advice(account, run) or "use EmailTypeIMAP where the provider has it"
        yield Finding(node, message, help=hint)
