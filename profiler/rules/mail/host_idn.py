"""mail-host-idn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, replace_value
from profiler.model.account import MAIL
from profiler.rules.mail import hosts, servers
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run

# Letters that the two editions of the standard translate differently (RFC 5894, section 7.2).
_AMBIGUOUS = frozenset("ßς\u200c\u200d")


@rule(
    "mail-host-idn",
    severity=Severity.NOTE,
    source="https://www.rfc-editor.org/rfc/rfc5891",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="unusual host",
    bad="""
    <key>EmailAddress</key>
    <string>kari@example.net</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.exämple.net</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@example.net</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.xn--exmple-cua.net</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """A host name is written with letters beyond ASCII.

    Whether Mail translates such a name before it asks DNS is not documented. The form that begins with xn--
    means the same and needs no translation.
    """
    for server, node in servers.with_host(account, run):
        text = node.value.strip().removesuffix(".")
        if text.isascii() or hosts.fault(text):
            continue
        name = hosts.punycode(text)
        fix = Fix(f"write {name}", (replace_value(node, name),)) if _AMBIGUOUS.isdisjoint(text) else None
        message = (
            f"{servers.side(server)} host {text} has letters beyond ASCII, which a device may not look up"
        )
        yield Finding(node, message, fix, help="" if fix else "write the name in its xn-- form")
