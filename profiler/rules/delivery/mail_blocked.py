"""del-mail-blocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import EAS, GOOGLE, MAIL
from profiler.rules.delivery.notifications import MAIL_IOS
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

# The second of each pair is the name until iOS 15.
_BLOCKED = ("blockedAppBundleIDs", "blacklistedAppBundleIDs")
_ALLOWED = ("allowListedAppBundleIDs", "whitelistedAppBundleIDs")
_MAIL = """
    <dict>
        <key>PayloadType</key>
        <string>com.apple.mail.managed</string>
    </dict>
    <dict>
        <key>PayloadType</key>
        <string>com.apple.applicationaccess</string>
        <key>blockedAppBundleIDs</key>
        <array>
            <string>{}</string>
        </array>
    </dict>
"""


@rule(
    "del-mail-blocked",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/restrictions",
    scope=Scope.PAYLOAD,
    types=("com.apple.applicationaccess",),
    keys=(*_BLOCKED, *_ALLOWED),
    bad=_MAIL.format(MAIL_IOS),
    good=_MAIL.format("com.example.game"),
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """The profile sets up mail and hides Mail.

    The account is installed, and no app shows it: other mail apps do not use the accounts of profiles. A restriction without a
    mail account in the same file is nobody's mistake.
    """
    accounts = [one for one in run.payloads_of(MAIL, EAS, GOOGLE) if one.boolean("EnableMail") is not False]
    if not accounts:
        return
    related = tuple((one, "an account that Mail should show") for one in accounts)
    for key in _BLOCKED:
        for node in _names(payload, key, run):
            if node.value == MAIL_IOS:
                message = f"{key} hides Mail, and the profile has an account for it"
                yield Finding(
                    node,
                    message,
                    related=related,
                    help="take Mail from the list, or the account from the profile",
                )
    for key in _ALLOWED:
        names = _names(payload, key, run)
        if names and all(node.value != MAIL_IOS for node in names):
            message = f"{key} does not name Mail, which hides it, and the profile has an account for it"
            yield Finding(payload.get(key), message, related=related, help=f"add {MAIL_IOS} to the list")


def _names(payload: Node, key: str, run: Run) -> list[Node]:
    """What a list of apps names; nothing where no device aimed at knows the list."""
    array = payload.get(key)
    if array is None or array.kind != "array" or run.does_nothing(array):
        return []
    return array.children()
