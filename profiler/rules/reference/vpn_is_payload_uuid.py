"""ref-vpn-is-payload-uuid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.rules.reference.vpn import ACCOUNT_TYPES, misnamed, wanted
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_VPN = """
    <dict>
        <key>PayloadType</key>
        <string>com.apple.vpn.managed.applayer</string>
        <key>PayloadUUID</key>
        <string>0B6F4C1E-52D7-4F39-A6E1-8D0C7B3A2F95</string>
        <key>VPN</key>
        <dict>
            <key>AuthenticationMethod</key>
            <string>Password</string>
            <key>RemoteAddress</key>
            <string>vpn.example.com</string>
        </dict>
        <key>VPNSubType</key>
        <string>com.example.vpn</string>
        <key>VPNType</key>
        <string>VPN</string>
        <key>VPNUUID</key>
        <string>E9D2B4A6-7C1F-4E0A-B3D8-6F5A9C8E7B10</string>
    </dict>
"""


@rule(
    "ref-vpn-is-payload-uuid",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/applayervpn",
    scope=Scope.PAYLOAD,
    types=ACCOUNT_TYPES,
    keys=("VPNUUID",),
    bad=_VPN
    + """
    <dict>
        <key>PayloadType</key>
        <string>com.apple.mail.managed</string>
        <key>VPNUUID</key>
        <string>0B6F4C1E-52D7-4F39-A6E1-8D0C7B3A2F95</string>
    </dict>
    """,
    good=_VPN
    + """
    <dict>
        <key>PayloadType</key>
        <string>com.apple.mail.managed</string>
        <key>VPNUUID</key>
        <string>E9D2B4A6-7C1F-4E0A-B3D8-6F5A9C8E7B10</string>
    </dict>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """An account names its VPN by the PayloadUUID of the VPN payload.

    VPNUUID has to equal the key VPNUUID inside a per-app VPN payload. The PayloadUUID of that payload finds no VPN, and the
    account has no way to its server.
    """
    vpn = misnamed(wanted(payload, run), run)
    node = payload.get("VPNUUID")
    if vpn is None or node is None:
        return
    right = vpn.string("VPNUUID")
    fix = (
        Fix("name the VPNUUID of that payload", (replace_value(node, right),), Safety.SAFE) if right else None
    )
    message = "VPNUUID is the PayloadUUID of a VPN payload, and has to be the VPNUUID of a per-app VPN"
    hint = "" if fix else "only com.apple.vpn.managed.applayer payloads have a VPNUUID that accounts can use"
    yield Finding(node, message, fix, related=((vpn, "the VPN payload"),), help=hint)
