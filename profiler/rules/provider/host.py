"""prov-host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Edit, Fix, Safety, replace_value
from profiler.model.account import MAIL, Account, Server
from profiler.rules.provider import known
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.providers.provider import Provider
    from profiler.providers.provider import Server as Offer
    from profiler.rules.run import Run


@rule(
    "prov-host",
    severity=Severity.WARNING,
    source="https://support.apple.com/102619",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="a known provider",
    needs=(Needs.PROVIDERS,),
    bad="""
    <key>IncomingMailServerHostName</key>
    <string>mail.example.net</string>
    """,
    good="""
    <key>IncomingMailServerHostName</key>
    <string>imap.example.com</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The server is none of those that the provider of the address names.

    Apple's checklist begins with comparing servers. The provider is known by the very domain of the address;
    whoever routes mail of such a domain elsewhere can switch the rule off for the file. The device would sign in at a
    stranger's server.
    """
    provider = known.by_domain(account, run)
    if provider is None or provider.desktop_only:
        return
    for server in account.servers:
        offers = known.offers(provider, server)
        if offers and _is_foreign(server, provider, run):
            yield _finding(
                account, server, provider, next((one for one in offers if not one.legacy), offers[0])
            )


def _is_foreign(server: Server, provider: Provider, run: Run) -> bool:
    host = server.host
    if not known.is_public_name(host) or run.is_placeholder(host):
        return False
    if any(one.host == host for one in provider.servers()):
        return False
    owner = run.providers.by_host(host)
    return owner is None or not owner.family or owner.family != provider.family


def _finding(account: Account, server: Server, provider: Provider, offer: Offer) -> Finding:
    node = account.payload.get(server.keys.host)
    assert node is not None  # noqa: S101 - a host that was read has a node
    message = f"{account.domain} is at {provider.name}, whose {server.protocol.upper()} server is {offer.host}, not {server.host}"
    return Finding(
        node, message, Fix(f"use {offer}", tuple(edits(account.payload, server, offer)), Safety.UNSAFE)
    )


def edits(payload: Node, server: Server, offer: Offer) -> Iterator[Edit]:
    """Turn a server of a payload into one that a provider offers: host, port and TLS, as far as they are written."""
    for key, value in (
        (server.keys.host, offer.host),
        (server.keys.port, offer.port),
        (server.keys.ssl, True),
    ):
        node = payload.get(key) if key else None
        if node is not None and node.value != value:
            yield replace_value(node, value)
