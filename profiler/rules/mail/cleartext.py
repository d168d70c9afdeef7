"""mail-cleartext."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.model.account import MAIL, TLS_PORTS, Account, Server
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@rule(
    "mail-cleartext",
    severity=Severity.ERROR,
    also=(Severity.WARNING,),
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
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

    UseSSL false does not mean STARTTLS: Apple's own sample pairs port 587 with true. With false nothing makes the device encrypt,
    so whoever shares the network may read the password. To a server on the same device it is a warning.
    """
    for server in account.servers:
        if server.ssl is False and server.port not in TLS_PORTS:
            yield _finding(account, server, run)


def _finding(account: Account, server: Server, run: Run) -> Finding:
    node = account.payload.get(server.keys.ssl)
    assert node is not None  # noqa: S101 - a written switch has a node
    direction = "Outgoing" if server.protocol == "smtp" else "Incoming"
    where = f" on port {server.port}" if server.port is not None else ""
    message = f"{direction} mail would travel unencrypted: UseSSL is false{where}"
    severity = Severity.WARNING if server.host in _LOOPBACK else None
    provider = run.provider(account)
    fix = None
    if provider is not None or server.port in (587, 143, 110):
        fix = Fix("turn TLS on", (replace_value(node, value=True),), Safety.UNSAFE)
    return Finding(node, message, fix, severity=severity)
