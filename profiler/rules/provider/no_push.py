"""prov-no-push."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL, Account
from profiler.rules.provider import known
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run


@rule(
    "prov-no-push",
    severity=Severity.NOTE,
    source="https://support.apple.com/102619",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="a known provider",
    needs=(Needs.PROVIDERS,),
    bad="""
    <key>EmailAddress</key>
    <string>kari@posteo.de</string>
    <key>IncomingMailServerHostName</key>
    <string>posteo.de</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@posteo.de</string>
    <key>OutgoingMailServerHostName</key>
    <string>posteo.de</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@posteo.de</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@posteo.de</string>
    <key>IncomingMailServerHostName</key>
    <string>posteo.de</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@posteo.de</string>
    <key>OutgoingMailServerHostName</key>
    <string>posteo.de</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@posteo.de</string>
    <key>PayloadDescription</key>
    <string>Mail is fetched: choose how often in Settings.</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The provider does not push mail to Apple's Mail.

    Mail arrives when the device fetches it. With "Automatically" an iPhone fetches in the background only while it
    charges and is on Wi-Fi, which people report as missing mail. No key sets the schedule; a description that tells
    people makes this note go away.
    """
    provider = run.provider(account)
    if provider is not None and provider.push == "no" and not known.told(account, run, "fetch"):
        hint = "tell people in PayloadDescription that mail is fetched, and where in Settings they choose how often"
        yield Finding(
            account.payload, f"{provider.name} does not push new mail: the device fetches it", help=hint
        )
