"""prof-identifier-duplicate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.rules.profile import identity
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-identifier-duplicate",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/commonpayloadkeys",
    also=(Severity.ERROR,),
    bad="""
    <dict>
        <key>PayloadIdentifier</key>
        <string>com.example.kari.caldav</string>
        <key>PayloadType</key>
        <string>com.apple.caldav.account</string>
        <key>PayloadUUID</key>
        <string>6C5D2B8A-43C2-5E0B-9F0A-1D7F8E2B9C11</string>
    </dict>
    <dict>
        <key>PayloadType</key>
        <string>com.apple.carddav.account</string>
        <key>PayloadUUID</key>
        <string>5A1E6C0D-77B2-5F1A-8C3E-9D2B4F6A8E10</string>
        <key>PayloadIdentifier</key>
        <string>com.example.kari.caldav</string>
    </dict>
    """,
    good="""
    <dict>
        <key>PayloadIdentifier</key>
        <string>com.example.kari.caldav</string>
        <key>PayloadType</key>
        <string>com.apple.caldav.account</string>
        <key>PayloadUUID</key>
        <string>6C5D2B8A-43C2-5E0B-9F0A-1D7F8E2B9C11</string>
    </dict>
    <dict>
        <key>PayloadType</key>
        <string>com.apple.carddav.account</string>
        <key>PayloadUUID</key>
        <string>5A1E6C0D-77B2-5F1A-8C3E-9D2B4F6A8E10</string>
        <key>PayloadIdentifier</key>
        <string>com.example.kari.carddav-account</string>
    </dict>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """Two payloads have the same PayloadIdentifier.

    It has to be unique in the profile: a device tells old and new payloads apart by it when the profile is
    updated. Many deployed profiles have the fault and install; Apple Business refuses them, so with a
    target apple-business it is an error.

    """
    first: dict[str, Node] = {}
    for payload in run.payloads:
        node = payload.get("PayloadIdentifier")
        if node is None or node.kind != "string" or not node.value.strip():
            continue
        if node.value not in first:
            first[node.value] = node
            continue
        if run.is_placeholder(node.value):
            continue
        fix = None
        if node.start >= 0:
            fix = Fix(
                "give it an identifier of its own",
                (replace_value(node, identity.identifier_for(payload, run)),),
                Safety.UNSAFE,
            )
        message = f"PayloadIdentifier {node.value} belongs to two payloads; an update may confuse them"
        severity = Severity.ERROR if run.targets.strict else None
        yield Finding(
            node, message, fix, related=((first[node.value], "the first one is here"),), severity=severity
        )
