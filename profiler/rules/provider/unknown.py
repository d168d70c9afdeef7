"""prov-unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL, Account
from profiler.rules.provider import known
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run


@rule(
    "prov-unknown",
    severity=Severity.NOTE,
    source="https://support.apple.com/102619",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    needs=(Needs.PROVIDERS,),
    bad="""
    <key>EmailAddress</key>
    <string>kari@example.edu</string>
    <key>IncomingMailServerHostName</key>
    <string>mail.example.edu</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@example.edu</string>
    <key>OutgoingMailServerHostName</key>
    <string>mail.example.edu</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@example.edu</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@example.com</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """Nothing is known about this provider, so its servers were not compared with anything.

    The checks of servers, ports, user names and app passwords need to know the provider. Describe your own in a file
    and name it in the config (`providers`), and they apply to it too.
    """
    if run.provider(account) is not None or not known.is_public_name(account.incoming.host):
        return
    if run.is_placeholder(account.incoming.host) or run.is_placeholder(account.address):
        return
    if account.domain and run.providers.nearest_domain(account.domain) is not None:
        return
    name = account.domain or account.incoming.host
    hint = "`profiler check` asks the servers themselves; a provider file of your own makes lint know them (docs/providers.md)"
    yield Finding(
        account.payload,
        f"The provider of {name} is not known: servers and sign-in were not compared",
        help=hint,
    )
