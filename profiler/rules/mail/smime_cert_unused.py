"""mail-smime-cert-unused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety
from profiler.model.account import EAS, MAIL
from profiler.rules.mail.smime import LEGACY_SWITCH, USES
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_IDENTITY = """
    <dict>
    <key>PayloadType</key>
    <string>com.apple.security.scep</string>
    <key>PayloadUUID</key>
    <string>6F0C8B4E-3D19-5A7C-9B52-1E84D7A0C3F6</string>
    <key>PayloadContent</key>
        <dict>
            <key>URL</key>
            <string>https://scep.example.com/scep</string>
        </dict>
    </dict>
"""


@rule(
    "mail-smime-cert-unused",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.PAYLOAD,
    types=(MAIL, EAS),
    keys=("SMIMESigningCertificateUUID", "SMIMEEncryptionCertificateUUID"),
    bad=_IDENTITY
    + """
    <dict>
    <key>SMIMESigningCertificateUUID</key>
    <string>6F0C8B4E-3D19-5A7C-9B52-1E84D7A0C3F6</string>
    </dict>
    """,
    good=_IDENTITY
    + """
    <dict>
    <key>SMIMESigningCertificateUUID</key>
    <string>6F0C8B4E-3D19-5A7C-9B52-1E84D7A0C3F6</string>
    <key>SMIMESigningEnabled</key>
    <true/>
    </dict>
    """,
)
def check(payload: Node, _run: Run) -> Iterator[Finding]:
    """An S/MIME identity is given but never used.

    The profile names the identity, leaves the feature off and does not let the user turn it on. Messages are
    neither signed nor encrypted with it.
    """
    for use in USES:
        node = payload.get(use.certificate)
        if node is None or not node.value or payload.boolean(LEGACY_SWITCH):
            continue
        if any(payload.boolean(key) for key in (*use.switches, *use.user_switches)):
            continue
        wanted = use.user_switches[0]
        fix = Fix(f"set {use.advised} or {wanted} to true, or remove the certificate", safety=Safety.MANUAL)
        yield Finding(
            node,
            f"{use.certificate} names an identity, but {use.verb} is off and the user cannot turn it on",
            fix,
        )
