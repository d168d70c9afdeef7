"""prof-content-not-array."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, wrap_in_array
from profiler.rules.profile import identity
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-content-not-array",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    keys=("PayloadContent",),
    bad="""
    <key>PayloadContent</key>
    <dict>
        <key>CalDAVHostName</key>
        <string>dav.example.com</string>
        <key>CalDAVUseSSL</key>
        <true/>
        <key>PayloadIdentifier</key>
        <string>com.example.kari.caldav</string>
        <key>PayloadType</key>
        <string>com.apple.caldav.account</string>
        <key>PayloadUUID</key>
        <string>0F6C9A5E-1B7D-5C1E-9F43-2E8A7B6C5D41</string>
        <key>PayloadVersion</key>
        <integer>1</integer>
    </dict>
    """,
    good="""
    <key>PayloadContent</key>
    <array><dict>
        <key>CalDAVHostName</key>
        <string>dav.example.com</string>
        <key>CalDAVUseSSL</key>
        <true/>
        <key>PayloadIdentifier</key>
        <string>com.example.kari.caldav</string>
        <key>PayloadType</key>
        <string>com.apple.caldav.account</string>
        <key>PayloadUUID</key>
        <string>0F6C9A5E-1B7D-5C1E-9F43-2E8A7B6C5D41</string>
        <key>PayloadVersion</key>
        <integer>1</integer>
    </dict></array>
    """,
)
def check(root: Node, _run: Run) -> Iterator[Finding]:
    """PayloadContent is a dictionary where an array of payloads belongs.

    Devices look for an array and refuse the profile, or find no payload in it. Only the envelope of an
    over-the-air enrolment (Profile Service) holds a dictionary.

    """
    content = root.get("PayloadContent")
    kind = root.string("PayloadType") or identity.CONFIGURATION  # what a profile without one is meant to be
    if content is None or content.kind != "dict" or kind != identity.CONFIGURATION:
        return
    fix = Fix("put the payload into an array", wrap_in_array(content), Safety.SAFE)
    yield Finding(
        content,
        "PayloadContent is a dictionary; a profile holds an array of payloads there",
        fix,
        at_key=True,
    )
