"""del-notif-off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.delivery.notifications import MAIL_IOS, MAIL_MAC, NOTIFICATIONS, items
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_HELP = "turn them on, or tell people that Mail announces nothing"
_ITEM = """
    <key>NotificationSettings</key>
    <array>
        <dict>
            <key>BundleIdentifier</key>
            <string>com.apple.mobilemail</string>
            <key>NotificationsEnabled</key>
            <{}/>
        </dict>
    </array>
"""


@rule(
    "del-notif-off",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/notifications",
    scope=Scope.PAYLOAD,
    types=(NOTIFICATIONS,),
    bad=_ITEM.format("false"),
    good=_ITEM.format("true"),
)
def check(payload: Node, _run: Run) -> Iterator[Finding]:
    """Nothing tells users that mail has arrived.

    Notifications of Mail are off, or have neither alert nor badge nor sound. Mail arrives, and users report that it does not.
    """
    for item in items(payload):
        if item.string("BundleIdentifier") not in (MAIL_IOS, MAIL_MAC):
            continue
        if item.boolean("NotificationsEnabled") is False:
            message = "Notifications of Mail are off: new mail is not announced"
            yield Finding(item.get("NotificationsEnabled"), message, help=_HELP)
        elif (
            item.integer("AlertType") == 0
            and item.boolean("BadgesEnabled") is False
            and item.boolean("SoundsEnabled") is False
        ):
            message = "Notifications of Mail have no alert, no badge and no sound: new mail is not announced"
            yield Finding(item.get("AlertType"), message, help=_HELP)
