"""del-notif-unsupervised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.delivery.notifications import NOTIFICATIONS
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "del-notif-unsupervised",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/notifications",
    scope=Scope.PAYLOAD,
    types=(NOTIFICATIONS,),
    needs=(Needs.TARGET,),
    target="ios,mdm",
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.notificationsettings</string>
    </dict>
    """,
    good="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.eas.account</string>
    </dict>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """Notifications are set on iPhones or iPads that are not supervised.

    iOS takes this payload on supervised devices only; on others it is ignored or refused, and users have to turn notifications
    on by hand. Macs take it in any case.
    """
    if any(target.platform in ("ios", "ipados") and not target.supervised for target in run.targets):
        message = "Notification settings need a supervised device, and the target is not supervised"
        yield Finding(
            payload,
            message,
            help="remove the payload and tell users what to turn on, or add supervised to --target",
        )
