"""ref-unused-identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.reference.identity import ACCOUNT_TYPES, IDENTITY_TYPES, folded
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_MAC = 5
_OWN_NAMES = ("PayloadUUID", "PayloadIdentifier")  # some services write the UUID into both
_SCEP = """
    <dict>
        <key>PayloadType</key>
        <string>com.apple.security.scep</string>
        <key>PayloadUUID</key>
        <string>5E1B0CE6-8C0A-4A7E-9A52-5D3B1C0F7A11</string>
        <key>PayloadContent</key>
        <dict>
            <key>URL</key>
            <string>https://ca.example.com/scep</string>
        </dict>
    </dict>
"""


@rule(
    "ref-unused-identity",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    types=IDENTITY_TYPES,
    bad=_SCEP
    + """
    <dict>
        <key>PayloadType</key>
        <string>com.apple.eas.account</string>
    </dict>
    """,
    good=_SCEP
    + """
    <dict>
        <key>PayloadType</key>
        <string>com.apple.eas.account</string>
        <key>PayloadCertificateUUID</key>
        <string>5E1B0CE6-8C0A-4A7E-9A52-5D3B1C0F7A11</string>
    </dict>
    """,
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """An identity is installed beside an account, and nothing in the file uses it.

    The link from the account may have been forgotten, and then S/MIME or the sign-in with a certificate stays off. Any payload
    that names it counts as a use. A Mac finds S/MIME identities in the keychain by itself, so that profiles for Macs are exempt.
    """
    if not run.payloads_of(*ACCOUNT_TYPES) or _only_for_macs(root, run):
        return
    used = {
        folded(node.value)
        for node in root.walk()
        if node.kind == "string" and node.value and node.key not in _OWN_NAMES
    }
    for payload in run.payloads_of(*IDENTITY_TYPES):
        uuid = folded(payload.string("PayloadUUID"))
        if uuid and uuid not in used:
            message = "This identity is installed, but no account and no other payload in the file uses it"
            yield Finding(payload, message, help="name its PayloadUUID in the account that needs it")


def _only_for_macs(root: Node, run: Run) -> bool:
    platforms = run.targets.platforms
    return platforms == {"macos"} if platforms else root.integer("TargetDeviceType") == _MAC
