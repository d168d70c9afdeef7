"""prof-deprecated-true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, rename_key
from profiler.model.account import MAIL
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.model.violation import Violation
    from profiler.rules.run import Run

_KINDS = ("deprecated", "removed")
_SUCCESSORS = {
    "SMIMEEnablePerMessageSwitch": "SMIMEEnableEncryptionPerMessageSwitch",
    "SMIMEEncryptionEnabled": "SMIMEEncryptByDefault",
    "blacklistedAppBundleIDs": "blockedAppBundleIDs",
    "whitelistedAppBundleIDs": "allowListedAppBundleIDs",
}
# del-restriction-deprecated says more of these.
_REPORTED_ELSEWHERE = frozenset(
    {
        ("com.apple.applicationaccess", "allowMailSummary"),
        ("com.apple.applicationaccess", "allowMailSmartReplies"),
        ("com.apple.applicationaccess", "allowListedAppBundleIDs"),
        ("com.apple.applicationaccess", "blockedAppBundleIDs"),
    }
)


@rule(
    "prof-deprecated-true",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    violations=("deprecated", "removed"),
    needs=(Needs.TARGET,),
    target="ios:17",
    types=("com.apple.mail.managed",),
    bad="""
    <key>SMIMEEnablePerMessageSwitch</key>
    <true/>
    """,
    good="""
    <key>SMIMEEnableEncryptionPerMessageSwitch</key>
    <true/>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A key that the target's system no longer honours is set to more than its default.

    The setting has no effect there, or will have none soon, and whoever relies on it is mistaken. At its
    default value nothing is lost and nothing is said.

    """
    if not run.targets:
        return
    for kind in _KINDS:
        for violation in run.violations.get(kind, ()):
            if not violation.key or _reported_elsewhere(violation):
                continue
            node, successor = violation.node, _SUCCESSORS.get(violation.key, "")
            fix = None
            if (
                successor
                and node.start >= 0
                and node.parent is not None
                and node.parent.get(successor) is None
            ):
                fix = Fix(f"use {successor}", (rename_key(node, successor, run.content),), Safety.UNSAFE)
            yield Finding(node, violation.message, fix, at_key=True)


def _reported_elsewhere(violation: Violation) -> bool:
    """Whether del-restriction-deprecated says more of the key, or mail-smime-legacy: that S/MIME is off because of it."""
    kind, key, holder = violation.payload_type, violation.key, violation.node.parent
    if kind == MAIL:
        from profiler.rules.mail import smime  # noqa: PLC0415 - only mail needs the mail rules

        if key != smime.LEGACY_SWITCH:
            return False
        return holder is not None and not smime.has_switch(holder)
    return (kind, key) in _REPORTED_ELSEWHERE
