"""goo-duplicate-with-imap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import GOOGLE, Account
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run

_RELATED = 10
_HOSTS = ("imap.gmail.com", "pop.gmail.com", ".googlemail.com", ".google.com")
_GMAIL = """
    <dict>
        <key>PayloadType</key>
        <string>com.apple.mail.managed</string>
        <key>IncomingMailServerHostName</key>
        <string>imap.gmail.com</string>
        <key>OutgoingMailServerHostName</key>
        <string>smtp.gmail.com</string>
    </dict>
"""


@rule(
    "goo-duplicate-with-imap",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/googleaccount",
    scope=Scope.ACCOUNT,
    types=(GOOGLE,),
    options={"ignore": "prov-host"},
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.google-oauth</string>
    </dict>
    """
    + _GMAIL,
    good="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.google-oauth</string>
        <key>EmailAddress</key>
        <string>ola@example.com</string>
    </dict>
    """
    + _GMAIL,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The same Gmail mailbox is set up as a Google account and as IMAP or POP.

    Every message shows up twice, and the second way wants an app password besides.
    """
    mail_accounts = run.mail_accounts_of(account.address) if account.address else []
    others = [other for other in mail_accounts if other.incoming.host.endswith(_HOSTS)]
    if others:
        message = f"The mailbox of {account.address} is set up twice: as Google account and as {others[0].kind.upper()}"
        related = tuple((other.payload, "the other one") for other in others[:_RELATED])
        yield Finding(account.payload, message, related=related, help="keep one of them")
