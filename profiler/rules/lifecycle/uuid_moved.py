"""life-uuid-moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.lifecycle.update import first, moved, name_of, restore, update_of
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "life-uuid-moved",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/commonpayloadkeys",
    needs=(Needs.INSTALLED,),
    types=first("com.apple.caldav.account"),
    installed="""
    <dict>
    <key>PayloadType</key>
    <string>com.apple.caldav.account</string>
    <key>PayloadUUID</key>
    <string>0B0F3C1E-1B7D-4E52-9C4B-0A6C2D1E7F01</string>
    </dict>
    <dict>
    <key>PayloadType</key>
    <string>com.apple.caldav.account</string>
    <key>CalDAVAccountDescription</key>
    <string>Team calendar</string>
    <key>CalDAVUsername</key>
    <string>team@example.com</string>
    <key>PayloadUUID</key>
    <string>7D2A9E44-55B0-4C6B-8E0F-3F1C5A9B2D10</string>
    </dict>
    """,
    bad="""
    <dict>
    <key>PayloadType</key>
    <string>com.apple.caldav.account</string>
    <key>PayloadUUID</key>
    <string>7D2A9E44-55B0-4C6B-8E0F-3F1C5A9B2D10</string>
    </dict>
    <dict>
    <key>PayloadType</key>
    <string>com.apple.caldav.account</string>
    <key>CalDAVAccountDescription</key>
    <string>Team calendar</string>
    <key>CalDAVUsername</key>
    <string>team@example.com</string>
    <key>PayloadUUID</key>
    <string>0B0F3C1E-1B7D-4E52-9C4B-0A6C2D1E7F01</string>
    </dict>
    """,
    good="""
    <dict>
    <key>PayloadType</key>
    <string>com.apple.caldav.account</string>
    <key>PayloadUUID</key>
    <string>0B0F3C1E-1B7D-4E52-9C4B-0A6C2D1E7F01</string>
    </dict>
    <dict>
    <key>PayloadType</key>
    <string>com.apple.caldav.account</string>
    <key>CalDAVAccountDescription</key>
    <string>Team calendar</string>
    <key>CalDAVUsername</key>
    <string>team@example.com</string>
    <key>PayloadUUID</key>
    <string>7D2A9E44-55B0-4C6B-8E0F-3F1C5A9B2D10</string>
    </dict>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A payload UUID that belonged to one account belongs to another one now.

    Devices recognise a payload by identifier and UUID together (documented); a UUID that wanders may update the wrong account, or
    replace both.
    """
    plan = update_of(run)
    for one in moved(plan) if plan is not None else ():
        old, new = one.planned.old, one.planned.new
        message = (
            f"PayloadUUID of {name_of(one.account)} belongs to {name_of(one.former)} in the installed profile"
        )
        fix = None
        if old is not None and new is not None and old.identifier == new.identifier:
            fix = restore("restore the installed PayloadUUID", [(old, new)], run)
        hint = "" if fix else "give this account a UUID of its own"
        yield Finding(one.account.payload.get("PayloadUUID"), message, fix, help=hint)
