"""prov-legacy-host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety
from profiler.model.account import MAIL, Account
from profiler.rules.provider import host, known
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run


@rule(
    "prov-legacy-host",
    severity=Severity.WARNING,
    source="https://www.ionos.de/hilfe/",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="a known provider",
    needs=(Needs.PROVIDERS,),
    options={"ignore": "prov-no-push"},
    bad="""
    <key>EmailAddress</key>
    <string>kari@online.de</string>
    <key>IncomingMailServerHostName</key>
    <string>imap.1und1.de</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@online.de</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.ionos.de</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@online.de</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@online.de</string>
    <key>IncomingMailServerHostName</key>
    <string>imap.ionos.de</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@online.de</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.ionos.de</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@online.de</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The server goes by a name that the provider has given up or is about to.

    Old names may still answer today. When they stop, every account made from this profile stops with them.
    """
    for server in account.servers:
        provider = run.providers.by_host(server.host) if server.host else None
        if provider is None:
            continue
        listed = [one for one in known.offers(provider, server) if one.host == server.host]
        if listed and all(one.legacy for one in listed):
            offer = provider.usable(server.protocol)
            fix = None
            if offer is not None:
                fix = Fix(f"use {offer}", tuple(host.edits(account.payload, server, offer)), Safety.UNSAFE)
            message = f"{server.host} is an old name of {provider.name}, which may stop answering"
            yield Finding(account.payload.get(server.keys.host), message, fix)
