"""mail-port-range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL
from profiler.rules.mail import servers
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run

_HIGHEST = 65535
_USUAL = {"imap": "993", "pop": "995", "smtp": "465 or 587"}


@rule(
    "mail-port-range",
    severity=Severity.ERROR,
    source="https://www.rfc-editor.org/rfc/rfc6335#section-6",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    keys=("IncomingMailServerPortNumber", "OutgoingMailServerPortNumber"),
    bad="""
    <key>OutgoingMailServerPortNumber</key>
    <integer>0</integer>
    """,
    good="""
    <key>OutgoingMailServerPortNumber</key>
    <integer>465</integer>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """A port number lies outside 1 to 65535.

    No network port has such a number: the device refuses the profile or never reaches the server.
    """
    for server in account.servers:
        if server.port is not None and not 1 <= server.port <= _HIGHEST:
            node = account.payload.get(server.keys.port)
            message = (
                f"{servers.side(server)} port {server.port} does not exist; ports go from 1 to {_HIGHEST}"
            )
            yield Finding(
                node, message, help=servers.advice(account, server, run) or f"use {_USUAL[server.protocol]}"
            )
