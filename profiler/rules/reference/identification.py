"""ref-identification."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from profiler.model.account import EWS, MAIL
from profiler.rules.reference.identity import folded
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_TYPE = "com.apple.configurationprofile.identification"


@rule(
    "ref-identification",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/identification",
    scope=Scope.PAYLOAD,
    types=(EWS, MAIL),
    keys=("IdentificationUUID",),
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.ews.account</string>
        <key>IdentificationUUID</key>
        <string>C1A5E0D7-94B2-4F6E-8D13-7B0A2E6C5F48</string>
    </dict>
    """,
    good="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.configurationprofile.identification</string>
        <key>PayloadUUID</key>
        <string>C1A5E0D7-94B2-4F6E-8D13-7B0A2E6C5F48</string>
        <key>PayloadIdentification</key>
        <dict>
            <key>AuthMethod</key>
            <string>UserEnteredPassword</string>
            <key>EmailAddress</key>
            <string>kari@example.com</string>
            <key>FullName</key>
            <string>Kari Nordmann</string>
            <key>UserName</key>
            <string>kari</string>
        </dict>
    </dict>
    <dict>
        <key>PayloadType</key>
        <string>com.apple.ews.account</string>
        <key>IdentificationUUID</key>
        <string>C1A5E0D7-94B2-4F6E-8D13-7B0A2E6C5F48</string>
    </dict>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """An account takes its user data from an identification payload that is not in the file.

    A Mac fills name, address and user name in from that payload, as macOS Server wrote it; without it these stay empty. Apple
    documents the payload and not the key.
    """
    node = payload.get("IdentificationUUID")
    if node is None or not payload.string("IdentificationUUID") or run.is_placeholder(node.value):
        return
    if folded(node.value) and not is_filled_in(payload, run):
        message = (
            f"IdentificationUUID names {node.value.strip()}, and no identification payload has that UUID"
        )
        yield Finding(node, message, help=f"add the {_TYPE} payload, or remove the key")


def is_filled_in(payload: Node, run: Run) -> bool:
    """Whether an identification payload in the file gives the account its name, address, user name and password."""
    uuid = folded(payload.string("IdentificationUUID"))
    return bool(uuid) and uuid in _uuids(run)


@lru_cache(maxsize=2)
def _uuids(run: Run) -> frozenset[str]:
    return frozenset(folded(one.string("PayloadUUID")) for one in run.payloads_of(_TYPE))
