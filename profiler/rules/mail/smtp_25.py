"""mail-smtp-25."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety
from profiler.model.account import MAIL
from profiler.rules.mail import hosts, servers
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run

_RELAY = 25


@rule(
    "mail-smtp-25",
    severity=Severity.WARNING,
    source="https://www.rfc-editor.org/rfc/rfc6409#section-3.1",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    keys=("OutgoingMailServerPortNumber",),
    bad="""
    <key>EmailAddress</key>
    <string>kari@example.net</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.example.net</string>
    <key>OutgoingMailServerPortNumber</key>
    <integer>25</integer>
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
    <key>OutgoingMailServerPortNumber</key>
    <integer>465</integer>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """Mail is handed in on port 25.

    Port 25 is where mail servers talk to each other; most networks block it for everybody else to stop spam,
    so sending works at the desk and fails on the road. A relay inside a private network is left alone.
    """
    server = account.outgoing
    if server is None or server.port != _RELAY or hosts.is_internal(server.host):
        return
    node = account.payload.get(server.keys.port)
    fix = Fix("use port 465, or 587 with STARTTLS, both with UseSSL true", safety=Safety.MANUAL)
    message = "Outgoing mail uses port 25, which most networks block for everything but mail servers"
    yield Finding(node, message, fix, help=servers.advice(account, server, run))
