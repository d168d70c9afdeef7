"""ex-basic-cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, insert_entry, replace_value
from profiler.model.account import EAS, EWS, Account
from profiler.rules.exchange.cloud import at_microsoft
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run


@rule(
    "ex-basic-cloud",
    severity=Severity.ERROR,
    also=(Severity.WARNING,),
    source="https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online",
    scope=Scope.ACCOUNT,
    types=(EAS, EWS),
    needs=(Needs.PROVIDERS,),
    leave_out=("Host", "OAuth"),
    bad="""
    <key>EmailAddress</key>
    <string>kari@example.onmicrosoft.com</string>
    <key>UserName</key>
    <string>kari@example.onmicrosoft.com</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@example.onmicrosoft.com</string>
    <key>UserName</key>
    <string>kari@example.onmicrosoft.com</string>
    <key>OAuth</key>
    <true/>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """An Exchange account at Microsoft's cloud would sign in with a password.

    Microsoft takes no passwords for Exchange any more, only OAuth. Apple says that iOS 14 and later move such accounts to OAuth
    by themselves: where all devices are that new it is a warning.
    """
    payload = account.payload
    if payload.boolean("OAuth") is True or not at_microsoft(account, run):
        return
    node = payload.get("OAuth")
    edit = insert_entry(payload, "OAuth", True, run.content) if node is None else replace_value(node, True)
    moved = account.type == EAS and bool(run.targets)
    moved = moved and all(target.version and not target.older_than("14") for target in run.targets)
    message = "Microsoft's cloud takes no password for Exchange, and OAuth is not true"
    severity = Severity.WARNING if moved else None
    yield Finding(
        node or payload, message, Fix("set OAuth to true", (edit,), Safety.UNSAFE), severity=severity
    )
