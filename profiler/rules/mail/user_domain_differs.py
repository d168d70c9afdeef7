"""mail-user-domain-differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL
from profiler.rules.mail import hosts
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run


@rule(
    "mail-user-domain-differs",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    keys=("IncomingMailServerUsername", "OutgoingMailServerUsername"),
    bad="""
    <key>IncomingMailServerUsername</key>
    <string>kari@example.com</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@example.com</string>
    <key>EmailAddress</key>
    <string>kari@example.net</string>
    """,
    good="""
    <key>IncomingMailServerUsername</key>
    <string>kari@example.com</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@example.com</string>
    <key>EmailAddress</key>
    <string>kari@example.com</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The user signs in with an address of another domain.

    That is right where the address is an alias of the mailbox. Otherwise one of the two holds a typing error:
    mail leaves with an address that is not the user's, or signing in fails. Domains of one known provider
    count as one.
    """
    if not account.domain or run.is_placeholder(account.address):
        return
    for server in account.servers:
        _, at, domain = server.username.strip().lower().rpartition("@")
        if not at or not domain or run.is_placeholder(server.username):
            continue
        if hosts.punycode(domain) == hosts.punycode(account.domain):
            continue
        if _same_provider(domain, account.domain, run):
            continue
        node = account.payload.get(server.keys.username)
        message = (
            f"The user name is of {domain}, the address of {account.domain}: an alias, or a typing error"
        )
        yield Finding(
            node,
            message,
            help="compare EmailAddress and the user name; nothing is wrong if the address is an alias",
        )
        return


def _same_provider(one: str, other: str, run: Run) -> bool:
    first, second = run.providers.find(one), run.providers.find(other)
    return first is not None and second is not None and first.id == second.id
