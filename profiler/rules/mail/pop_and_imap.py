"""mail-pop-and-imap."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL
from profiler.rules.mail import hosts, logins
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.model.account import Account
    from profiler.rules.run import Run


@rule(
    "mail-pop-and-imap",
    severity=Severity.WARNING,
    source="https://www.rfc-editor.org/rfc/rfc1939#section-8",
    scope=Scope.FILE,
    types=(MAIL,),
    when="several accounts",
    options={"text-only": "yes"},
    bad="""
    <dict>
    <key>EmailAccountDescription</key>
    <string>Archive</string>
    <!-- profiler: ignore[mail-pop] the archive is fetched by one device -->
    <key>EmailAccountType</key> <string>EmailTypePOP</string>
    <key>IncomingMailServerHostName</key>
    <string>pop.example.com</string>
    <key>IncomingMailServerPortNumber</key>
    <integer>995</integer>
    </dict>
    <dict>
    <key>EmailAccountName</key>
    <string>Kari Nordmann</string>
    </dict>
    """,
    good="""
    <dict>
    <key>EmailAccountName</key>
    <string>Kari Nordmann</string>
    </dict>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """One mailbox is set up as POP and as IMAP.

    A POP client may take the messages off the server; then they vanish from the IMAP account on every other
    device. Nothing in the profile can forbid it.
    """
    imap: dict[tuple[str, str], Account] = {}
    for account in run.mail_accounts:
        if account.kind == "imap" and (mailbox := _mailbox(account)):
            imap.setdefault(mailbox, account)
    for account in run.mail_accounts if imap else ():
        mailbox = _mailbox(account)
        if account.kind == "pop" and mailbox in imap:
            node = account.payload.get("EmailAccountType")
            twin = imap[mailbox].payload
            message = f"The mailbox {mailbox[1]} is fetched by POP here and kept by IMAP elsewhere: POP may empty it"
            hint = "remove the POP account"
            yield Finding(node, message, related=((twin, "the IMAP account of the same mailbox"),), help=hint)


def _mailbox(account: Account) -> tuple[str, str] | None:
    user = logins.login(account)
    return (hosts.domain(account.incoming.host), user) if user and account.incoming.host else None
