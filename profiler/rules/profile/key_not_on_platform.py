"""prof-key-not-on-platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.model.violation import Violation
    from profiler.rules.run import Run


@rule(
    "prof-key-not-on-platform",
    severity=Severity.NOTE,
    source="https://github.com/apple/device-management",
    violations=("key-not-on-platform",),
    needs=(Needs.TARGET,),
    target="macos",
    types=("com.apple.carddav.account",),
    bad="""
    <key>CardDAVPrincipalURL</key>
    <string>/dav/kari/</string>
    """,
    good="",
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A key exists on none of the platforms aimed at.

    The payload itself does, and the device ignores this one setting without a word.

    """
    for violation in run.violations.get("key-not-on-platform", ()):
        if not _reported_elsewhere(violation):
            hint = "leave it out, or aim the profile at a device that has it too"
            yield Finding(violation.node, violation.message, at_key=True, help=hint)


def _reported_elsewhere(violation: Violation) -> bool:
    """Whether ref-vpn-mac or mail-mac-ignored says more of the key."""
    on_mac = violation.target is not None and violation.target.platform == "macos"
    return on_mac and (violation.key == "VPNUUID" or violation.payload_type == MAIL)
