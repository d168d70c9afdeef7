"""mail-ssl-unset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, insert_entry
from profiler.model.account import MAIL, TLS_PORTS
from profiler.rules.mail import servers
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account, Server
    from profiler.rules.run import Run


@rule(
    "mail-ssl-unset",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    leave_out=("IncomingMailServerUseSSL",),
    bad="""
    <key>IncomingMailServerPortNumber</key>
    <integer>993</integer>
    """,
    good="""
    <key>IncomingMailServerPortNumber</key>
    <integer>993</integer>
    <key>IncomingMailServerUseSSL</key>
    <true/>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The profile does not say whether a connection is encrypted.

    Apple documents the default as false today and documented it as true in 2009, so what a device does is
    left to chance: it may send the password in the clear, or fail on a port that speaks TLS only. The key
    belongs in every account.
    """
    for server in account.servers:
        if account.payload.get(server.keys.ssl) is not None:
            continue
        where = f" on port {server.port}" if server.port is not None else ""
        message = (
            f"{server.keys.ssl} is missing{where}: the documented default is false, which is unencrypted"
        )
        at = account.payload.get(server.keys.port) or account.payload.get(server.keys.host) or account.payload
        yield Finding(at, message, _fix(account, server, run), help=servers.advice(account, server, run))


def _fix(account: Account, server: Server, run: Run) -> Fix:
    offered = any(
        one.port == server.port and one.security != "none" for one in servers.offers(account, server, run)
    )
    if server.port not in TLS_PORTS and not offered:
        return Fix(f"set {server.keys.ssl} to true: it stands for TLS and for STARTTLS", safety=Safety.MANUAL)
    edit = insert_entry(
        account.payload, server.keys.ssl, value=True, content=run.content, after=server.keys.port
    )
    return Fix(f"set {server.keys.ssl} to true", (edit,))
