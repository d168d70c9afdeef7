"""ex-duplicate-with-imap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import EAS, EWS, Account
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run

_RELATED = 10


@rule(
    "ex-duplicate-with-imap",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/exchangeactivesync",
    scope=Scope.ACCOUNT,
    types=(EAS, EWS),
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.eas.account</string>
    </dict>
    <dict>
        <key>PayloadType</key>
        <string>com.apple.mail.managed</string>
    </dict>
    """,
    good="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.eas.account</string>
        <key>EnableMail</key>
        <false/>
    </dict>
    <dict>
        <key>PayloadType</key>
        <string>com.apple.mail.managed</string>
    </dict>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The same mailbox is set up as Exchange and as IMAP or POP.

    Every message shows up twice, and each is notified twice. Nothing is wrong when mail is off in the Exchange account.
    """
    if not account.address or account.payload.boolean("EnableMail") is False:
        return
    others = [other for other in run.mail_accounts_of(account.address) if other.address]
    if others:
        message = (
            f"The mailbox of {account.address} is set up twice: as Exchange and as {others[0].kind.upper()}"
        )
        hint = "keep one of them, or set EnableMail to false"
        related = tuple((other.payload, "the other one") for other in others[:_RELATED])
        yield Finding(account.payload, message, related=related, help=hint)
