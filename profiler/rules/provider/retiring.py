"""prov-retiring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import EAS, EWS, MAIL, Account
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.providers.provider import Provider, Retirement
    from profiler.rules.run import Run


@rule(
    "prov-retiring",
    severity=Severity.WARNING,
    source="https://aws.amazon.com/blogs/messaging-and-targeting/",
    scope=Scope.ACCOUNT,
    types=(MAIL, EAS, EWS),
    when="a known provider",
    needs=(Needs.PROVIDERS, Needs.CLOCK),
    options={"ignore": "prov-no-push"},
    bad="""
    <key>EmailAddress</key>
    <string>kari@example.edu</string>
    <key>IncomingMailServerHostName</key>
    <string>imap.mail.us-east-1.awsapps.com</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@example.edu</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.mail.us-east-1.awsapps.com</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@example.edu</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@example.com</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The service, or the way the account reaches it, ends on a known day.

    From that day on the account no longer receives or sends. Plan the move before it, and replace the account rather
    than wait for people to call.
    """
    today = run.now.date()
    for provider, what in _reached(account, run):
        for end in provider.retirements:
            if end.what in what:
                yield _finding(account, provider, end, passed=end.date <= today)


def _reached(account: Account, run: Run) -> Iterator[tuple[Provider, set[str]]]:
    """The providers an account depends on, and the parts of them it uses."""
    provider = run.provider(account)
    if provider is not None:
        yield provider, {"service", account.type}
    if account.outgoing is not None and account.outgoing.host:
        sender = run.providers.by_host(account.outgoing.host)
        if sender is not None:
            yield sender, {"smtp"}


def _finding(account: Account, provider: Provider, end: Retirement, *, passed: bool) -> Finding:
    when = "since" if passed else "from"
    return Finding(
        account.payload,
        f"{provider.name}, {when} {end.date}: {end.text.rstrip('.')}",
        help="move the account now" if passed else "plan the move before that day",
    )
