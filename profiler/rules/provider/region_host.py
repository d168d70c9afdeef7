"""prov-region-host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety
from profiler.model.account import MAIL, Account, Server
from profiler.rules.provider import known
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.providers.provider import Provider
    from profiler.providers.provider import Server as Offer
    from profiler.rules.run import Run


@rule(
    "prov-region-host",
    severity=Severity.NOTE,
    source="https://www.zoho.com/mail/help/imap-access.html",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="a known provider",
    needs=(Needs.PROVIDERS,),
    options={"ignore": "prov-no-push prov-imap-disabled"},
    bad="""
    <key>EmailAddress</key>
    <string>kari@zoho.eu</string>
    <key>IncomingMailServerHostName</key>
    <string>imap.zoho.com</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@zoho.eu</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.zoho.eu</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@zoho.eu</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@zoho.eu</string>
    <key>IncomingMailServerHostName</key>
    <string>imap.zoho.eu</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@zoho.eu</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.zoho.eu</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@zoho.eu</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The server belongs to another data centre than the address, or is not the one made for Apple devices.

    A data centre knows its own mailboxes only, so the sign-in may fail with the right password. Where the address has
    a domain of one's own, the server for receiving says which data centre it is. Some providers keep extra servers for
    Apple's Mail because it does not introduce itself as they ask.
    """
    provider = run.provider(account)
    if provider is None:
        return
    home = "the address is" if known.by_domain(account, run) is not None else "mail is received"
    for server in account.servers:
        problem = _problem(server, provider, home, run)
        if problem:
            offer = next((one for one in _preferred(provider, server)), provider.usable(server.protocol))
            fix = Fix(f"use {offer}", safety=Safety.MANUAL) if offer is not None else None
            yield Finding(account.payload.get(server.keys.host), problem, fix)


def _problem(server: Server, provider: Provider, home: str, run: Run) -> str:
    owner = run.providers.by_host(server.host) if server.host else None
    if owner is None:
        return ""
    if provider.family and owner.family == provider.family and owner.region != provider.region:
        return f"{server.host} is a server of {owner.name}, and {home} at {provider.name}"
    apple = [one.host for one in _preferred(provider, server)]
    if (
        apple
        and server.host not in apple
        and server.host in {one.host for one in known.offers(provider, server)}
    ):
        return f"{provider.name} has {apple[0]} for Apple devices, and this is {server.host}"
    return ""


def _preferred(provider: Provider, server: Server) -> list[Offer]:
    return [one for one in known.offers(provider, server) if one.host.startswith("apple")]
