"""ex-ews-sunset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import EWS, Account
from profiler.rules.exchange.cloud import at_microsoft
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run


@rule(
    "ex-ews-sunset",
    severity=Severity.WARNING,
    source="https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-ews-exchange-online",
    scope=Scope.ACCOUNT,
    types=(EWS,),
    needs=(Needs.PROVIDERS, Needs.CLOCK),
    options={"ignore": "prov-retiring", "now": "2026-09-01T12:00:00+00:00"},
    leave_out=("Host",),
    bad="""
    <key>EmailAddress</key>
    <string>kari@example.onmicrosoft.com</string>
    <key>UserName</key>
    <string>kari@example.onmicrosoft.com</string>
    <key>OAuth</key>
    <true/>
    """,
    good="""
    <key>Host</key>
    <string>exchange.example.com</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """A Mac would reach Microsoft's cloud by Exchange Web Services, which end.

    Microsoft blocks them by default from October 2026 and removes them in April 2027. Servers that a company runs itself are
    not concerned.
    """
    if not at_microsoft(account, run):
        return
    provider = run.providers.get("microsoft-365")
    today = run.now.date()
    ends = [one for one in provider.retirements if one.what == EWS] if provider is not None else []
    times = "; ".join(
        f"{'since' if one.date <= today else 'from'} {one.date} {one.text.rstrip('.')}" for one in ends
    )
    message = f"Microsoft's cloud stops Exchange Web Services, which this account uses: {times}"
    yield Finding(account.payload, message, help="plan for Outlook, or for IMAP at another provider")
