"""life-type-changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.lifecycle.update import accounts, name_of, update_of
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "life-type-changed",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    needs=(Needs.INSTALLED,),
    types=("com.apple.mail.managed",),
    installed="""
    <key>PreventMove</key>
    <true/>
    """,
    bad="""
    <key>EmailAccountType</key>
    <string>EmailTypePOP</string>
    <key>IncomingMailServerHostName</key>
    <string>pop.example.com</string>
    <key>IncomingMailServerPortNumber</key>
    <integer>995</integer>
    <key>PreventMove</key>
    <true/>
    """,
    good="""
    <key>PreventMove</key>
    <true/>
    """,
    options={"ignore": "mail-pop"},
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """An account changes between IMAP and POP.

    IMAP and POP accounts keep their mail in different ways, so the device makes a new account (reported). Mail of a POP account
    that the server no longer has may be lost.
    """
    for both in accounts(update_of(run)):
        if both.old.kind == both.new.kind:
            continue
        lost = ": mail that is on the device only may be lost" if both.old.kind == "pop" else ""
        message = f"{name_of(both.new)} was {both.old.kind.upper()} and becomes {both.new.kind.upper()}{lost}"
        node = both.new.payload.get("EmailAccountType") or both.new.payload
        yield Finding(
            node, message, help="have users save what is on the device only, or add a second account"
        )
