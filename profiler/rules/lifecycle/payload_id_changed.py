"""life-payload-id-changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.lifecycle.update import accounts, first, moved, name_of, restore, update_of
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "life-payload-id-changed",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/commonpayloadkeys",
    needs=(Needs.INSTALLED,),
    types=first("com.apple.mail.managed"),
    installed="""
    <key>PayloadUUID</key>
    <string>0B0F3C1E-1B7D-4E52-9C4B-0A6C2D1E7F01</string>
    """,
    bad="""
    <key>PreventMove</key>
    <true/>
    <key>PayloadUUID</key>
    <string>7D2A9E44-55B0-4C6B-8E0F-3F1C5A9B2D10</string>
    """,
    good="""
    <key>PreventMove</key>
    <true/>
    <key>PayloadUUID</key>
    <string>0B0F3C1E-1B7D-4E52-9C4B-0A6C2D1E7F01</string>
    """,
    options={"ignore": "life-mail-recreate"},
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """An account has another payload identifier or UUID than in the installed profile.

    Only payloads that keep both are updated (documented); this account is removed and made again, and its mail is downloaded
    again or, with POP, may be lost.
    """
    plan = update_of(run)
    if plan is None:
        return
    elsewhere = {id(one.planned) for one in moved(plan)}
    for both in accounts(plan):
        old, new = both.planned.old, both.planned.new
        if both.keeps_identity or old is None or new is None or id(both.planned) in elsewhere:
            continue
        key = "PayloadUUID" if old.identifier == new.identifier else "PayloadIdentifier"
        case = old.identifier == new.identifier and old.uuid.casefold() == new.uuid.casefold()
        may = "may be" if case else "is"
        message = f"{key} of {name_of(both.new)} is not that of the installed profile: the account {may} removed and made again"
        yield Finding(
            new.node.get(key) or new.node, message, restore(f"restore the installed {key}", [(old, new)], run)
        )
