"""mail-port-unset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, insert_entry
from profiler.model.account import MAIL
from profiler.rules.mail import servers
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account, Server
    from profiler.rules.run import Run

_USUAL = {"imap": "993", "pop": "995", "smtp": "465"}


@rule(
    "mail-port-unset",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    leave_out=("OutgoingMailServerPortNumber",),
    bad="""
    <key>OutgoingMailServerHostName</key>
    <string>smtp.example.com</string>
    """,
    good="""
    <key>OutgoingMailServerHostName</key>
    <string>smtp.example.com</string>
    <key>OutgoingMailServerPortNumber</key>
    <integer>465</integer>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The profile leaves a port to the device.

    Without an outgoing port a device tries 25, then 587, then 465; many networks let a connection to 25 hang,
    so sending is slow or fails. Without an incoming one it takes the default of the protocol.
    """
    for server in account.servers:
        node = account.payload.get(server.keys.host)
        if node is None or account.payload.get(server.keys.port) is not None:
            continue
        effect = (
            "the device tries 25, 587 and 465 in turn"
            if server.protocol == "smtp"
            else "the device takes a default"
        )
        message = f"{servers.side(server)} port is missing: {effect}"
        help_text = (
            servers.advice(account, server, run)
            or f"set {server.keys.port}, usually {_USUAL[server.protocol]}"
        )
        yield Finding(node, message, _fix(account, server, run), help=help_text)


def _fix(account: Account, server: Server, run: Run) -> Fix | None:
    if not server.ssl:
        return None
    for offer in servers.offers(account, server, run):
        if offer.security != "none":
            key, content = server.keys.port, run.content
            edit = insert_entry(account.payload, key, offer.port, content, after=server.keys.host)
            return Fix(f"set the port to {offer.port}", (edit,))
    return None
