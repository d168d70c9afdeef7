"""mail-cleartext."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.model.account import MAIL, STARTTLS_PORTS, TLS_PORTS
from profiler.rules.mail import hosts, servers
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account, Server
    from profiler.rules.run import Run


@rule(
    "mail-cleartext",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="TLS off",
    also=(Severity.WARNING,),
    bad="""
    <key>OutgoingMailServerPortNumber</key>
    <integer>587</integer>
    <key>OutgoingMailServerUseSSL</key>
    <false/>
    """,
    good="""
    <key>OutgoingMailServerPortNumber</key>
    <integer>587</integer>
    <key>OutgoingMailServerUseSSL</key>
    <true/>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """Mail or its password may travel unencrypted.

    UseSSL false does not mean STARTTLS: Apple's own sample pairs port 587 with true. With false nothing makes
    the device encrypt, so whoever shares the network may read the password. To a server on the same device it
    is a warning.
    """
    for server in account.servers:
        if server.ssl is not False or server.port in TLS_PORTS:
            continue
        node = account.payload.get(server.keys.ssl)
        assert node is not None  # noqa: S101 - a switch that was read has a node
        where = f" on port {server.port}" if server.port is not None else ""
        message = f"{servers.side(server)} mail would travel unencrypted: UseSSL is false{where}"
        severity = Severity.WARNING if hosts.is_loopback(server.host) else None
        fix = _fix(account, server, run)
        yield Finding(node, message, fix, severity=severity, help=servers.advice(account, server, run))


def _fix(account: Account, server: Server, run: Run) -> Fix:
    """TLS on; at a provider that is known also the port that goes with it."""
    ssl, port = account.payload.get(server.keys.ssl), account.payload.get(server.keys.port)
    assert ssl is not None  # noqa: S101 - a switch that was read has a node
    switch = replace_value(ssl, value=True)
    encrypted = [offer for offer in servers.offers(account, server, run) if offer.security != "none"]
    if port is None or any(offer.port == server.port for offer in encrypted):
        return Fix("set UseSSL to true", (switch,), Safety.SAFE if encrypted else Safety.UNSAFE)
    if encrypted:
        return Fix(
            f"set UseSSL to true and the port to {encrypted[0].port}",
            (switch, replace_value(port, encrypted[0].port)),
        )
    if server.port in STARTTLS_PORTS and not hosts.is_internal(server.host):
        return Fix("set UseSSL to true, which on this port means STARTTLS", (switch,), Safety.UNSAFE)
    return Fix("turn TLS on at the server, then set UseSSL to true", safety=Safety.MANUAL)
