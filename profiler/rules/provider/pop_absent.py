"""prov-pop-absent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Edit, Fix, Safety, replace_value
from profiler.model.account import MAIL, Account
from profiler.rules.provider import host
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.providers.provider import Server as Offer
    from profiler.rules.run import Run


@rule(
    "prov-pop-absent",
    severity=Severity.ERROR,
    source="https://support.apple.com/102525",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="POP",
    needs=(Needs.PROVIDERS,),
    options={"ignore": "mail-pop prov-no-push"},
    bad="""
    <key>EmailAccountType</key>
    <string>EmailTypePOP</string>
    <key>EmailAddress</key>
    <string>kari@icloud.com</string>
    <key>IncomingMailServerHostName</key>
    <string>pop.mail.me.com</string>
    <key>IncomingMailServerPortNumber</key>
    <integer>995</integer>
    <key>IncomingMailServerUsername</key>
    <string>kari@icloud.com</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.mail.me.com</string>
    <key>OutgoingMailServerPortNumber</key>
    <integer>587</integer>
    <key>OutgoingMailServerUsername</key>
    <string>kari@icloud.com</string>
    <key>PayloadDescription</key>
    <string>Asks for an app-specific password.</string>
    """,
    good="""
    <key>EmailAccountType</key>
    <string>EmailTypeIMAP</string>
    <key>EmailAddress</key>
    <string>kari@icloud.com</string>
    <key>IncomingMailServerHostName</key>
    <string>imap.mail.me.com</string>
    <key>IncomingMailServerPortNumber</key>
    <integer>993</integer>
    <key>IncomingMailServerUsername</key>
    <string>kari@icloud.com</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.mail.me.com</string>
    <key>OutgoingMailServerPortNumber</key>
    <integer>587</integer>
    <key>OutgoingMailServerUsername</key>
    <string>kari@icloud.com</string>
    <key>PayloadDescription</key>
    <string>Asks for an app-specific password.</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The account is POP, which the provider does not offer.

    There is no server that would answer, so no mail arrives. The provider has IMAP.
    """
    if account.kind != "pop":
        return
    provider = run.provider(account)
    if provider is None or provider.pop:
        return
    offer = provider.usable("imap")
    if offer is not None:
        fix = Fix(f"use IMAP at {offer}", tuple(_edits(account, offer)), Safety.UNSAFE)
        yield Finding(account.payload.get("EmailAccountType"), f"{provider.name} has no POP", fix)


def _edits(account: Account, offer: Offer) -> Iterator[Edit]:
    kind = account.payload.get("EmailAccountType")
    assert kind is not None  # noqa: S101 - it says POP
    yield replace_value(kind, "EmailTypeIMAP")
    yield from host.edits(account.payload, account.incoming, offer)
