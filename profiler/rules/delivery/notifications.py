"""The notification payload: which app each setting is for.

Source: https://developer.apple.com/documentation/devicemanagement/notifications.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node

NOTIFICATIONS = "com.apple.notificationsettings"
MAIL_IOS = "com.apple.mobilemail"
MAIL_MAC = "com.apple.mail"

ITEM_KEYS = (
    "BundleIdentifier", "NotificationsEnabled", "ShowInNotificationCenter", "ShowInLockScreen", "AlertType",
    "BadgesEnabled", "SoundsEnabled", "ShowInCarPlay", "CriticalAlertEnabled", "GroupingType", "PreviewType",
)  # fmt: skip


def items(payload: Node) -> Iterator[Node]:
    """The settings of each app, in order."""
    settings = payload.get("NotificationSettings")
    if settings is not None and settings.kind == "array":
        yield from (one for one in settings.children() if one.kind == "dict")
