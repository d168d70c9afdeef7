"""mail-prefix-inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety
from profiler.model.account import MAIL
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run


@rule(
    "mail-prefix-inbox",
    severity=Severity.NOTE,
    source="https://www.rfc-editor.org/rfc/rfc2342",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    keys=("IncomingMailServerIMAPPathPrefix",),
    bad="""
    <key>IncomingMailServerIMAPPathPrefix</key>
    <string>INBOX</string>
    """,
    good="""
    <key>EmailAccountName</key>
    <string>Kari Nordmann</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The path prefix is INBOX, which hides folders on most servers.

    Servers that keep every folder below INBOX, such as Courier and many cPanel hosts, want it. On any other,
    folders beside the inbox are not shown. A profile that cPanel made is left alone.
    """
    node = account.payload.get("IncomingMailServerIMAPPathPrefix")
    if node is None or node.kind != "string" or account.kind != "imap":
        return
    if node.value.strip().rstrip("./").upper() != "INBOX" or _made_by_cpanel(account, run):
        return
    message = f"The path prefix {node.value.strip()!r} hides folders beside the inbox, unless all folders lie below it"
    fix = Fix("leave the path prefix out, unless the provider asks for it", safety=Safety.MANUAL)
    yield Finding(node, message, fix)


def _made_by_cpanel(account: Account, run: Run) -> bool:
    nodes = (account.payload, run.root)
    return any(
        "cpanel" in (node.string("PayloadIdentifier") or "").lower() for node in nodes if node is not None
    )
