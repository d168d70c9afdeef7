"""mail-host-swapped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety
from profiler.model.account import MAIL
from profiler.rules.mail import servers
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run

_RECEIVING = frozenset({"imap", "imap4", "imaps", "pop", "pop3", "pops"})
_WRONG = {"imap": frozenset({"smtp", "smtps"}), "pop": frozenset({"smtp", "smtps"}), "smtp": _RECEIVING}
_TASK = {"imap": "sending", "pop": "sending", "smtp": "receiving"}


@rule(
    "mail-host-swapped",
    severity=Severity.WARNING,
    source="https://www.apple.com/support/mail-settings-lookup/",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    bad="""
    <key>EmailAddress</key>
    <string>kari@example.net</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerHostName</key>
    <string>imap.example.net</string>
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
    """The servers for receiving and sending look swapped.

    A server called smtp receives no mail, one called imap or pop sends none, so the name was probably copied
    to the wrong place. One host that does both is fine whatever its name.
    """
    outgoing = account.outgoing
    if outgoing is None or account.incoming.host == outgoing.host:
        return
    for server, node in servers.with_host(account, run):
        first = server.host.partition(".")[0]
        if first in _WRONG[server.protocol] and not servers.offers(account, server, run):
            message = f"{servers.side(server)} host {server.host} is named like a server for {_TASK[server.protocol]}"
            hint = (
                servers.advice(account, server, run) or "compare both hosts with the provider's own settings"
            )
            yield Finding(node, message, Fix("put the right host here", safety=Safety.MANUAL), help=hint)
