"""prof-value-format."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from profiler.rules.reference.identity import ACCOUNT_TYPES
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.model.violation import Violation
    from profiler.rules.run import Run


@rule(
    "prof-value-format",
    severity=Severity.WARNING,
    source="https://github.com/apple/device-management",
    violations=("bad-format",),
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.wifi.managed</string>
        <key>SSID_STR</key>
        <string>Work</string>
        <key>EncryptionType</key>
        <string>WPA2</string>
        <key>MCCAndMNCs</key>
        <array><string>24201</string></array>
    </dict>
    """,
    good="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.wifi.managed</string>
        <key>SSID_STR</key>
        <string>Work</string>
        <key>EncryptionType</key>
        <string>WPA2</string>
        <key>MCCAndMNCs</key>
        <array><string>242001</string></array>
    </dict>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A text does not have the form that Apple defines for its key.

    A device may refuse the profile, or not find what the text refers to.

    """
    for violation in run.violations.get("bad-format", ()):
        text = violation.node.value.strip()
        if text and not _reported_elsewhere(violation, text, run):
            yield Finding(violation.node, violation.message, help=violation.lookup)


def _reported_elsewhere(violation: Violation, text: str, run: Run) -> bool:
    """Whether ref-cert-missing looks the UUID up, or prof-uuid-form speaks of the payload that has it."""
    if violation.payload_type in ACCOUNT_TYPES:
        return violation.key.endswith("UUID")
    return text.lower() in _uuids(run)


@lru_cache(maxsize=2)
def _uuids(run: Run) -> frozenset[str]:
    return frozenset((payload.string("PayloadUUID") or "").strip().lower() for payload in run.payloads)
