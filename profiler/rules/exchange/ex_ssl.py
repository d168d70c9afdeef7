"""ex-ssl."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, insert_entry, replace_value
from profiler.model.account import EAS, Account
from profiler.rules.exchange.cloud import at_microsoft
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run


@rule(
    "ex-ssl",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/exchangeactivesync",
    scope=Scope.ACCOUNT,
    types=(EAS,),
    leave_out=("SSL",),
    bad="""
    <key>PreventMove</key>
    <false/>
    """,
    good="""
    <key>PreventMove</key>
    <false/>
    <key>SSL</key>
    <true/>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """Exchange mail and its password may travel unencrypted.

    SSL is false in an Exchange ActiveSync payload when it is absent, unlike in the one for the Mac, and then nothing makes the
    device encrypt. Older documentation had the opposite default, so the key belongs in every such payload. With OAuth to
    Microsoft's cloud the device uses TLS whatever the key says.
    """
    ssl = account.incoming.ssl
    payload = account.payload
    if ssl or (payload.boolean("OAuth") is True and at_microsoft(account, run)):
        return
    node = payload.get("SSL")
    if node is None:
        fix = Fix("set SSL to true", (insert_entry(payload, "SSL", True, run.content),), Safety.SAFE)
        yield Finding(payload, "Exchange would travel unencrypted: SSL is absent, which means false", fix)
    elif ssl is False:
        fix = Fix("set SSL to true", (replace_value(node, True),), Safety.UNSAFE)
        yield Finding(node, "Exchange would travel unencrypted: SSL is false", fix)
