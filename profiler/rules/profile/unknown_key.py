"""prof-unknown-key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety
from profiler.rules.delivery.notifications import ITEM_KEYS, NOTIFICATIONS
from profiler.rules.profile import identity
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.model.violation import Violation
    from profiler.rules.run import Run


@rule(
    "prof-unknown-key",
    severity=Severity.WARNING,
    source="https://github.com/apple/device-management",
    violations=("unknown-key",),
    types=("com.apple.mail.managed",),
    bad="""
    <key>IncomingMailServerHost</key>
    <string>imap.example.com</string>
    """,
    good="",
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """A key does not belong to its payload.

    Devices ignore it, so the setting is not applied; most often the name is misspelt. Keys that many tools
    write and no device minds, such as PayloadEnabled, are known and no finding.

    """
    fragment = not identity.is_configuration(root)
    for violation in run.violations.get("unknown-key", ()):
        if (fragment and violation.payload is None) or _reported_elsewhere(violation):
            continue
        fix = Fix(f"rename it to {violation.suggestion}", (), Safety.MANUAL) if violation.suggestion else None
        yield Finding(violation.node, violation.message, fix, at_key=True)


def _reported_elsewhere(violation: Violation) -> bool:
    """del-notif-misplaced knows what to do with settings of an app beside the list of apps."""
    return (
        violation.payload_type == NOTIFICATIONS
        and violation.node.parent is violation.payload
        and violation.key in ITEM_KEYS
    )
