"""prof-value-not-allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import EAS, EWS, LDAP, MAIL
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

# prof-type, prof-version, ex-past-days and ldap-search-base say more of these.
_OTHERS = frozenset({"PayloadType", "PayloadVersion"})
_REPORTED_ELSEWHERE = frozenset({
    (EAS, "MailNumberOfPastDaysToSync"), (EWS, "MailNumberOfPastDaysToSync"), (LDAP, "LDAPSearchSettingScope"),
})  # fmt: skip


@rule(
    "prof-value-not-allowed",
    severity=Severity.WARNING,
    source="https://github.com/apple/device-management",
    violations=("value-not-allowed",),
    bad="""
    <key>TargetDeviceType</key>
    <integer>9</integer>
    """,
    good="""
    <key>TargetDeviceType</key>
    <integer>1</integer>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A value is none of those that Apple defines for its key.

    A device may refuse the profile, or take the setting as if it were absent.

    """
    for violation in run.violations.get("value-not-allowed", ()):
        if (
            violation.key in _OTHERS
            or violation.payload_type == MAIL
            or (violation.payload_type, violation.key) in _REPORTED_ELSEWHERE
        ):
            continue
        yield Finding(violation.node, violation.message, help=violation.lookup)
