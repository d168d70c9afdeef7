"""prov-basic-auth-off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL, Account
from profiler.rules.provider import known
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run


@rule(
    "prov-basic-auth-off",
    severity=Severity.ERROR,
    when="a known provider",
    also=(Severity.WARNING,),
    source="https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    needs=(Needs.PROVIDERS, Needs.CLOCK),
    options={"ignore": "prov-native-payload prov-retiring"},
    bad="""
    <key>EmailAddress</key>
    <string>kari@outlook.com</string>
    <key>IncomingMailServerHostName</key>
    <string>outlook.office365.com</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@outlook.com</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp-mail.outlook.com</string>
    <key>OutgoingMailServerPortNumber</key>
    <integer>587</integer>
    <key>OutgoingMailServerUsername</key>
    <string>kari@outlook.com</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@example.com</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The provider has switched off sign-in with a password.

    A mail payload can only sign in with a password; OAuth has no key in it. So the device asks forever. Of Google it
    is a warning: app passwords still work where two-step verification is on, and a description that tells people to
    make one is enough.
    """
    provider = run.provider(account)
    if provider is None:
        return
    today = run.now.date()
    payload = known.better_payload(provider, run)
    if not provider.password_works_at(today):
        message = f"{provider.name} has refused passwords over {account.kind.upper()} since {provider.password_off_since}"
        hint = (
            f"use {payload}" if payload else "no profile can set this account up; people add it in Settings"
        )
        yield Finding(account.payload, message, help=hint)
    elif (
        provider.oauth == "google"
        and provider.app_password_at(today) == "required"
        and not known.told(account, run, "app password")
    ):
        message = f"{provider.name} refuses the password of the account; only an app password works here"
        telling = "tell people in PayloadDescription to make an app password"
        yield Finding(
            account.payload,
            message,
            help=f"use {payload}, or {telling}" if payload else telling,
            severity=Severity.WARNING,
        )
