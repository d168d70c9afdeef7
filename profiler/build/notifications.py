"""How Mail announces new messages (https://developer.apple.com/documentation/devicemanagement/notifications)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from profiler.model.target import Targets

_SWITCHES = {
    "enabled": "NotificationsEnabled",
    "notification-center": "ShowInNotificationCenter",
    "lock-screen": "ShowInLockScreen",
    "badges": "BadgesEnabled",
    "sounds": "SoundsEnabled",
    "carplay": "ShowInCarPlay",
}
_ON_IOS_ONLY = ("carplay",)
_ALERTS = {"none": 0, "temporary": 1, "persistent": 2}
_PREVIEWS = {"always": 0, "unlocked": 1, "never": 2}
_GROUPING = {"automatic": 0, "app": 1, "off": 2}


def notification_payload(table: dict[str, Any], targets: Targets) -> dict[str, Any]:
    """Return the keys of a notification payload for Mail: com.apple.mail on a Mac, com.apple.mobilemail elsewhere."""
    platforms = targets.platforms
    mac = "macos" in platforms
    bundles = ([] if platforms == {"macos"} else ["com.apple.mobilemail"]) + (
        ["com.apple.mail"] if mac else []
    )
    return {
        "PayloadType": "com.apple.notificationsettings",
        "PayloadDisplayName": "Notifications of Mail",
        "NotificationSettings": [_item(table, bundle) for bundle in bundles],
    }


def _item(table: dict[str, Any], bundle: str) -> dict[str, Any]:
    mac = bundle == "com.apple.mail"
    item: dict[str, Any] = {"BundleIdentifier": bundle}
    for name, key in _SWITCHES.items():
        if name in table and not (mac and name in _ON_IOS_ONLY):
            item[key] = table[name]
    item["AlertType"] = _ALERTS[table.get("alerts", "temporary")]
    if "previews" in table and not mac:
        item["PreviewType"] = _PREVIEWS[table["previews"]]
    if "grouping" in table and not mac:
        item["GroupingType"] = _GROUPING[table["grouping"]]
    return item
