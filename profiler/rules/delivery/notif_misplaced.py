"""del-notif-misplaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, delete_entry, insert_entry
from profiler.rules.delivery.notifications import ITEM_KEYS, NOTIFICATIONS, items
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "del-notif-misplaced",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/notifications/notificationsettingsitem",
    scope=Scope.PAYLOAD,
    types=(NOTIFICATIONS,),
    keys=ITEM_KEYS,
    bad="""
    <key>NotificationSettings</key>
    <array>
        <dict>
            <key>BundleIdentifier</key>
            <string>com.apple.mobilemail</string>
        </dict>
    </array>
    <key>ShowInLockScreen</key>
    <false/>
    """,
    good="""
    <key>NotificationSettings</key>
    <array>
        <dict>
            <key>BundleIdentifier</key>
            <string>com.apple.mobilemail</string>
            <key>ShowInLockScreen</key>
            <false/>
        </dict>
    </array>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """A notification setting stands beside the list of apps and not in it.

    The device does not know such a key there and does not apply it. An example of Apple's has the same slip.
    """
    apps = list(items(payload))
    for key in ITEM_KEYS:
        node = payload.get(key)
        if node is None:
            continue
        fix = Fix("move it into the item of the app it is for", (), Safety.MANUAL)
        if len(apps) == 1 and node.kind in ("boolean", "integer"):
            edits = [delete_entry(node, run.content)]
            if apps[0].get(key) is None:
                edits.append(insert_entry(apps[0], key, node.value, run.content))
            fix = Fix(f"move {key} into the item of NotificationSettings", tuple(edits), Safety.SAFE)
        message = (
            f"{key} stands beside NotificationSettings and is not applied: it belongs to an item of the list"
        )
        yield Finding(node, message, fix, at_key=True)
