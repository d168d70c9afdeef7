"""del-notif-duplicate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.delivery.notifications import NOTIFICATIONS, items
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_ITEM = """
        <dict>
            <key>BundleIdentifier</key>
            <string>com.apple.mobilemail</string>
        </dict>"""


@rule(
    "del-notif-duplicate",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/notifications",
    types=(NOTIFICATIONS,),
    bad=f"""
    <key>NotificationSettings</key>
    <array>{_ITEM}{_ITEM}
    </array>
    """,
    good=f"""
    <key>NotificationSettings</key>
    <array>{_ITEM}
    </array>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """The notifications of one app are set twice.

    Apple does not say which of two settings for one app counts, so that Mail may be silent on some devices only.
    """
    first: dict[str, Node] = {}
    for payload in run.payloads_of(NOTIFICATIONS):
        for item in items(payload):
            name = item.string("BundleIdentifier")
            node = item.get("BundleIdentifier")
            if not name or node is None:
                continue
            if name in first:
                message = (
                    f"The notifications of {name} are set a second time, and nobody says which setting counts"
                )
                yield Finding(
                    node, message, related=((first[name], "the first one is here"),), help="keep one of them"
                )
            else:
                first[name] = node
