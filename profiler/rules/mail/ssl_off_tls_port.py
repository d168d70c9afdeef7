"""mail-ssl-off-tls-port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, replace_value
from profiler.model.account import MAIL, TLS_PORTS
from profiler.rules.mail import servers
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run


@rule(
    "mail-ssl-off-tls-port",
    severity=Severity.ERROR,
    source="https://www.rfc-editor.org/rfc/rfc8314#section-3",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="TLS off",
    bad="""
    <key>IncomingMailServerUseSSL</key>
    <false/>
    """,
    good="""
    <key>IncomingMailServerUseSSL</key>
    <true/>
    """,
)
def check(account: Account, _run: Run) -> Iterator[Finding]:
    """TLS is off on a port where servers speak nothing else.

    On 993, 995 and 465 the server waits for a TLS handshake. A device that starts in the clear gets no
    answer, and the account never connects.
    """
    for server in account.servers:
        if server.ssl is False and server.port in TLS_PORTS:
            node = account.payload.get(server.keys.ssl)
            assert node is not None  # noqa: S101 - a switch that was read has a node
            message = f"{servers.side(server)} server cannot be reached: UseSSL is false, but port {server.port} speaks only TLS"
            yield Finding(node, message, Fix("set UseSSL to true", (replace_value(node, value=True),)))
