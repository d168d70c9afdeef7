"""prov-prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, delete_entry
from profiler.model.account import MAIL, Account
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run

_KEY = "IncomingMailServerIMAPPathPrefix"


@rule(
    "prov-prefix",
    severity=Severity.NOTE,
    source="https://www.fastmail.help/hc/en-us/articles/1500000278342",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    keys=(_KEY,),
    needs=(Needs.PROVIDERS,),
    options={"ignore": "prov-app-password"},
    bad="""
    <key>EmailAddress</key>
    <string>kari@fastmail.com</string>
    <key>IncomingMailServerHostName</key>
    <string>imap.fastmail.com</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@fastmail.com</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.fastmail.com</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@fastmail.com</string>
    <key>IncomingMailServerIMAPPathPrefix</key>
    <string>Mail</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@fastmail.com</string>
    <key>IncomingMailServerHostName</key>
    <string>imap.fastmail.com</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@fastmail.com</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.fastmail.com</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@fastmail.com</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The provider wants no path prefix.

    With one the device shows only folders below it, or none: mail seems to be missing.
    """
    node = account.payload.get(_KEY)
    provider = run.provider(account)
    if (
        node is None
        or not node.value
        or account.kind != "imap"
        or provider is None
        or provider.path_prefix != "forbidden"
    ):
        return
    fix = Fix("remove the path prefix", (delete_entry(node, run.content),), Safety.UNSAFE)
    yield Finding(node, f"{provider.name} must be set up without a path prefix, or folders are missing", fix)
