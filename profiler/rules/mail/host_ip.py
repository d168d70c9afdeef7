"""mail-host-ip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL
from profiler.rules.mail import hosts, servers
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run

_AUTHORITIES = frozenset({"com.apple.security.root", "com.apple.security.pem", "com.apple.security.pkcs1"})


@rule(
    "mail-host-ip",
    severity=Severity.WARNING,
    source="https://support.apple.com/103769",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="unusual host",
    bad="""
    <key>EmailAddress</key>
    <string>kari@example.net</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerHostName</key>
    <string>192.0.2.25</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@example.net</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.example.net</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """A server is given by its IP address.

    Certificates name hosts, hardly ever addresses, and a device compares the two: the TLS connection fails,
    or ends one day when the address changes. A profile that brings its own certificate authority is left
    alone, because that one may name an address.
    """
    if not run.document.by_type.keys().isdisjoint(_AUTHORITIES):
        return
    for server, node in servers.with_host(account, run):
        if hosts.is_ip(server.host) and not hosts.is_loopback(server.host):
            message = f"{servers.side(server)} server is the IP address {server.host}, which its certificate will hardly name"
            yield Finding(
                node,
                message,
                help=servers.advice(account, server, run) or "use the name in the server's certificate",
            )
