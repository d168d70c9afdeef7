"""mail-port-protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.model.account import MAIL
from profiler.rules.mail import servers
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.model.account import Account, Server
    from profiler.rules.run import Run

_PROTOCOL = {993: "imap", 143: "imap", 995: "pop", 110: "pop", 465: "smtp", 587: "smtp", 25: "smtp"}
_TYPES = ("EmailTypeIMAP", "EmailTypePOP")
_NAMES = {"imap": "IMAP", "pop": "POP", "smtp": "sending"}
_TLS_PORT = {"imap": 993, "pop": 995, "smtp": 465}


@rule(
    "mail-port-protocol",
    severity=Severity.ERROR,
    source="https://www.rfc-editor.org/rfc/rfc8314#section-7",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    keys=("IncomingMailServerPortNumber", "OutgoingMailServerPortNumber"),
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
    <integer>993</integer>
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
    """A port belongs to another protocol than the account uses.

    993 and 143 are IMAP, 995 and 110 POP, 465, 587 and 25 submission. A server answers in the language of its
    port, so the device waits for a greeting that never comes. A provider that is known to do it otherwise is
    believed.
    """
    said = account.payload.string("EmailAccountType") in _TYPES
    for server in account.servers:
        spoken = _PROTOCOL.get(server.port or 0)
        if spoken is None or spoken == server.protocol or _known(account, server, run):
            continue
        if not said and spoken != "smtp" and server.protocol != "smtp":
            continue  # POP or IMAP: mail-missing-key or mail-bad-enum says that nobody knows
        node = account.payload.get(server.keys.port)
        assert node is not None  # noqa: S101 - a port that was read has a node
        message = (
            f"{servers.side(server)} server is asked for {_NAMES[server.protocol]} on port {server.port}, "
            f"which is for {_NAMES[spoken]}"
        )
        yield Finding(
            node, message, _fix(account, server, node, run), help=servers.advice(account, server, run)
        )


def _known(account: Account, server: Server, run: Run) -> bool:
    return any(offer.port == server.port for offer in servers.offers(account, server, run))


def _fix(account: Account, server: Server, node: Node, run: Run) -> Fix:
    """The provider's port; else a suggestion, because the host or the account type may be what is wrong."""
    for offer in servers.offers(account, server, run):
        if offer.security != "none" and server.ssl:
            return Fix(f"set the port to {offer.port}", (replace_value(node, offer.port),), Safety.UNSAFE)
    port = _TLS_PORT[server.protocol]
    return Fix(f"use port {port} with UseSSL true, or another account type or server", safety=Safety.MANUAL)
