"""mail-duplicate-account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL
from profiler.rules.mail import logins
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.model.account import Account
    from profiler.rules.run import Run


@rule(
    "mail-duplicate-account",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.FILE,
    types=(MAIL,),
    when="several accounts",
    bad="""
    <dict>
    <key>EmailAccountDescription</key>
    <string>Work mail</string>
    </dict>
    <dict>
    <key>EmailAccountDescription</key>
    <string>Work mail again</string>
    </dict>
    """,
    good="""
    <dict>
    <key>EmailAccountDescription</key>
    <string>Work mail</string>
    </dict>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """The same account is in the profile twice.

    A device tells mail accounts apart by protocol, server and user name. Of two that are equal in all three
    it is reported to refuse the second, or both appear with the same mail.
    """
    seen: dict[tuple[str, str, str], Account] = {}
    for account in run.mail_accounts:
        user = logins.login(account)
        if not user or not account.incoming.host:
            continue
        written = account.incoming.username.strip().casefold() or user  # equal on one host, it is one login
        keys = [(account.kind, account.incoming.host, name) for name in (user, written)]
        first = next((seen[key] for key in keys if key in seen), None)
        for key in keys:
            seen.setdefault(key, account)
        if first is not None:
            message = f"The {account.kind.upper()} account {user} at {account.incoming.host} is in the profile twice"
            related = ((first.payload, "the first one"),)
            yield Finding(account.payload, message, related=related, help="remove one of the two payloads")
