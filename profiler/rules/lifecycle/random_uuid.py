"""life-random-uuid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.lifecycle.update import first, only_identity_differs, plan_of, restore
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "life-random-uuid",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/commonpayloadkeys",
    needs=(Needs.INSTALLED,),
    types=first("com.apple.mail.managed"),
    installed="""
    <key>PayloadUUID</key>
    <string>0B0F3C1E-1B7D-4E52-9C4B-0A6C2D1E7F01</string>
    """,
    bad="""
    <key>PayloadUUID</key>
    <string>7D2A9E44-55B0-4C6B-8E0F-3F1C5A9B2D10</string>
    """,
    good="""
    <key>PayloadUUID</key>
    <string>0B0F3C1E-1B7D-4E52-9C4B-0A6C2D1E7F01</string>
    """,
    options={"ignore": "life-payload-id-changed life-mail-recreate"},
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """Every payload has a new identifier or UUID although no setting changed.

    The generator invents identities each time it runs. A device updates only payloads that keep both (documented), so each
    delivery removes the accounts and makes them again.
    """
    plan = plan_of(run)
    if plan is None or not only_identity_differs(plan):
        return
    pairs = [(one.old, one.new) for one in plan.payloads if one.old is not None and one.new is not None]
    first = pairs[0][1].node
    node = first.get("PayloadUUID") or first
    message = "No setting differs from the installed profile, but every payload has a new identifier or UUID"
    yield Finding(node, message, restore("restore the installed identifiers and UUIDs", pairs, run))
