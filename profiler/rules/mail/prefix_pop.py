"""mail-prefix-pop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, delete_entry
from profiler.model.account import MAIL
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run

_KEY = "IncomingMailServerIMAPPathPrefix"


@rule(
    "mail-prefix-pop",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    keys=("IncomingMailServerIMAPPathPrefix",),
    when="POP",
    options={"text-only": "yes"},
    bad="""
    <!-- profiler: ignore[mail-pop] one device only -->
    <key>EmailAccountType</key> <string>EmailTypePOP</string>
    <key>IncomingMailServerHostName</key>
    <string>pop.example.com</string>
    <key>IncomingMailServerPortNumber</key>
    <integer>995</integer>
    <key>IncomingMailServerIMAPPathPrefix</key>
    <string>INBOX</string>
    """,
    good="""
    <!-- profiler: ignore[mail-pop] one device only -->
    <key>EmailAccountType</key> <string>EmailTypePOP</string>
    <key>IncomingMailServerHostName</key>
    <string>pop.example.com</string>
    <key>IncomingMailServerPortNumber</key>
    <integer>995</integer>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """A POP account has an IMAP path prefix.

    POP knows one mailbox and no folders, so the prefix means nothing. It often is left over from an IMAP
    account, and then other settings may be as well.
    """
    node = account.payload.get(_KEY)
    if node is not None and node.value and account.kind == "pop":
        fix = Fix("remove the path prefix", (delete_entry(node, run.content),))
        yield Finding(node, f"{_KEY} means nothing in a POP account", fix, at_key=True)
