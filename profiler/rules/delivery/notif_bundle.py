"""del-notif-bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.rules.delivery.notifications import MAIL_IOS, MAIL_MAC, NOTIFICATIONS, items
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_ITEM = """
    <key>NotificationSettings</key>
    <array>
        <dict>
            <key>BundleIdentifier</key>
            <string>{}</string>
        </dict>
    </array>
"""


@rule(
    "del-notif-bundle",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/notifications",
    scope=Scope.PAYLOAD,
    types=(NOTIFICATIONS,),
    needs=(Needs.TARGET,),
    target="ios,mdm,supervised",
    bad=_ITEM.format(MAIL_MAC),
    good=_ITEM.format(MAIL_IOS),
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """Notification settings for Mail name another app, or none.

    Mail is com.apple.mobilemail on iPhone and iPad and com.apple.mail on a Mac. The setting for the other name, or for one that
    is misspelt, reaches no app and nothing says so. A payload that names both is right for both.
    """
    if not run.targets:
        return
    right = _mail(run)
    names = {item.string("BundleIdentifier") for item in items(payload)}
    for item in items(payload):
        node = item.get("BundleIdentifier")
        name = item.string("BundleIdentifier") or ""
        if node is None or not name.startswith("com.apple."):
            continue
        if name in (MAIL_IOS, MAIL_MAC):
            meant = right
            message = f"{name} is not Mail on these devices, so the setting reaches no app"
        else:
            meant = _nearest(name, right)
            message = f"{name} is no app, so the setting reaches none"
        if meant and meant != name and meant not in names:
            fix = Fix(f"name {meant}, which is Mail", (replace_value(node, meant),), Safety.SAFE)
            yield Finding(node, message, fix)


def _mail(run: Run) -> str:
    """The name of Mail on all devices aimed at; "" when it is not the same on all."""
    names = {MAIL_MAC if target.platform == "macos" else MAIL_IOS for target in run.targets}
    return names.pop() if len(names) == 1 else ""


def _nearest(name: str, right: str) -> str:
    """What a name of Mail with a slip means; "" for the name of another app."""
    from profiler.providers.typo import one_edit_apart  # noqa: PLC0415 - the database is not needed otherwise

    for known in (MAIL_IOS, MAIL_MAC):
        if name.lower() == known or one_edit_apart(name.lower(), known):
            return right or known
    return ""
