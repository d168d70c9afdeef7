"""prov-no-payload-oauth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL, Account
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run

# Mailboxes that Yahoo runs, whose sign-in page iOS shows only when the account is added by hand.
_YAHOO_FAMILY = frozenset({"yahoo", "aol", "verizon", "att", "cox", "sky"})


@rule(
    "prov-no-payload-oauth",
    severity=Severity.NOTE,
    source="https://help.yahoo.com/kb/SLN15241.html",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="a known provider",
    needs=(Needs.PROVIDERS,),
    bad="""
    <key>EmailAddress</key>
    <string>kari@yahoo.com</string>
    <key>IncomingMailServerHostName</key>
    <string>imap.mail.yahoo.com</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@yahoo.com</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.mail.yahoo.com</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@yahoo.com</string>
    <key>PayloadDescription</key>
    <string>Asks for an app password.</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@example.com</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The provider offers a sign-in page that no payload can lead to.

    Yahoo and the providers it runs offer OAuth, but Apple has no payload that carries it. By profile only an app
    password works; whoever wants the sign-in page adds the account by hand in Settings.
    """
    provider = run.provider(account)
    if provider is not None and provider.id in _YAHOO_FAMILY:
        message = f"{provider.name} offers OAuth, which no payload can express"
        yield Finding(
            account.payload,
            message,
            help="use an app password, or have the account added by hand in Settings",
        )
