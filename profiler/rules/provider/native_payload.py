"""prov-native-payload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL, Account
from profiler.rules.provider import known
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run


@rule(
    "prov-native-payload",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/googleaccount",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="a known provider",
    needs=(Needs.PROVIDERS,),
    options={"ignore": "prov-basic-auth-off prov-app-password prov-no-push prov-imap-disabled"},
    bad="""
    <key>EmailAddress</key>
    <string>kari@gmail.com</string>
    <key>IncomingMailServerHostName</key>
    <string>imap.gmail.com</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@gmail.com</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.gmail.com</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@gmail.com</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@example.com</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """Apple has a payload of its own for this provider, and this is not it.

    A mail payload signs in with a password and is fetched. The provider's own payload lets people sign in on the
    provider's page. On a Mac there is none for Google and for Microsoft's private accounts, which are left alone there.
    """
    provider = run.provider(account)
    payload = known.better_payload(provider, run) if provider is not None else ""
    if provider is not None and payload:
        yield Finding(
            account.payload.get("PayloadType"),
            f"{provider.name} has a better payload than a mail account",
            help=f"use {payload}",
        )
