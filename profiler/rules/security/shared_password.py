"""sec-shared-password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.model.account import Account
    from profiler.rules.run import Run

_KARI = """
    <dict>
        <key>PayloadType</key>
        <string>com.apple.mail.managed</string>
        <key>IncomingPassword</key>
        <string>Sommer-2026</string>
    </dict>
    <dict>
        <key>PayloadType</key>
        <string>com.apple.caldav.account</string>
"""


@rule(
    "sec-shared-password",
    severity=Severity.WARNING,
    source="https://pages.nist.gov/800-63-4/sp800-63b.html",
    when="several accounts",
    options={"ignore": "sec-plaintext-password"},
    bad=_KARI
    + """
        <key>CalDAVUsername</key>
        <string>ola@example.com</string>
        <key>CalDAVPassword</key>
        <string>Sommer-2026</string>
    </dict>
    """,
    good=_KARI
    + """
        <key>CalDAVUsername</key>
        <string>kari</string>
        <key>CalDAVPassword</key>
        <string>Sommer-2026</string>
    </dict>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """Accounts of different users have the same password.

    Whoever knows one of them knows them all. Most often it is a first password for everybody. The same person with and without a
    domain is one user.
    """
    first: dict[str, tuple[str, Node]] = {}
    told = set()
    for account in run.accounts:
        user = _user(account, run)
        for server in account.servers if user else ():
            node = account.payload.get(server.keys.password)
            if node is None or node.kind != "string" or not node.value or run.is_placeholder(node.value):
                continue
            owner, where = first.setdefault(node.value, (user, node))
            if owner != user and node.value not in told:
                told.add(node.value)
                message = f"{node.key} of {user} is the same as the password of {owner}"
                hint = "give everybody a password of their own, and leave it out of the profile"
                yield Finding(node, message, related=((where, "the same password"),), help=hint)


def _user(account: Account, run: Run) -> str:
    """The name of the user without domain, lower case; "" when it is to be filled in later."""
    name = (account.incoming.username or account.address).strip()
    if run.is_placeholder(name):
        return ""
    return name.rpartition("\\")[2].partition("@")[0].casefold()
