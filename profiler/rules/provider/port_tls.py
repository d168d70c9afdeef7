"""prov-port-tls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety
from profiler.model.account import MAIL, Account, Server
from profiler.rules.provider import host, known
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.providers.provider import Server as Offer
    from profiler.rules.run import Run

_LAST_PORT = 65535

# Ports that belong to another protocol, or to nobody's submission, are mail-port-protocol's and mail-smtp-25's business.
_OTHERS_BUSINESS = {
    "imap": frozenset({25, 110, 465, 587, 995}),
    "pop": frozenset({25, 143, 465, 587, 993}),
    "smtp": frozenset({25, 110, 143, 993, 995}),
}


@rule(
    "prov-port-tls",
    severity=Severity.WARNING,
    source="https://support.apple.com/102619",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="a known provider",
    needs=(Needs.PROVIDERS,),
    bad="""
    <key>IncomingMailServerPortNumber</key>
    <integer>1993</integer>
    """,
    good="""
    <key>IncomingMailServerPortNumber</key>
    <integer>993</integer>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The server is the provider's, but not on this port.

    The provider names other ports for the server. On this one the device may find nobody, or may not get an encrypted
    connection.
    """
    provider = run.provider(account)
    if provider is None:
        return
    for server in account.servers:
        here = [one for one in known.offers(provider, server) if one.host == server.host and not one.legacy]
        if here and server.port is not None and _is_odd(server, here):
            yield _finding(account, server, here)


def _is_odd(server: Server, here: list[Offer]) -> bool:
    """Whether the port is none of those offered, and nothing that another rule reports."""
    port = server.port
    if port is None or port in _OTHERS_BUSINESS[server.protocol]:
        return False
    return 0 < port <= _LAST_PORT and port not in {one.port for one in here}


def _finding(account: Account, server: Server, here: list[Offer]) -> Finding:
    offered = " or ".join(
        f"{one.port} ({'TLS' if one.security == 'tls' else one.security.upper()})" for one in here
    )
    fix = Fix(f"use {here[0]}", tuple(host.edits(account.payload, server, here[0])), Safety.UNSAFE)
    message = f"{server.host} does not offer port {server.port}; its provider names {offered}"
    return Finding(account.payload.get(server.keys.port), message, fix)
