"""ref-two-certs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, delete_entry
from profiler.model.account import EAS
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_IGNORED = ("Certificate", "CertificateName", "CertificatePassword")
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
    "ref-two-certs",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/exchangeactivesync",
    scope=Scope.PAYLOAD,
    types=(EAS,),
    keys=("Certificate",),
    bad=_SCEP
    + """
    <dict>
        <key>PayloadType</key>
        <string>com.apple.eas.account</string>
        <key>PayloadCertificateUUID</key>
        <string>5E1B0CE6-8C0A-4A7E-9A52-5D3B1C0F7A11</string>
        <key>Certificate</key>
        <data>MIIC</data>
        <key>CertificateName</key>
        <string>kari.p12</string>
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
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """An Exchange account has two certificates.

    When PayloadCertificateUUID is there the device ignores Certificate, so that a private key lies in the payload for nothing.
    """
    if not payload.string("PayloadCertificateUUID"):
        return
    ignored = [node for node in map(payload.get, _IGNORED) if node is not None]
    edits = tuple(delete_entry(node, run.content) for node in ignored)
    message = "Certificate is ignored: PayloadCertificateUUID says which certificate the account uses"
    yield Finding(payload.get("Certificate"), message, Fix("remove Certificate", edits, Safety.SAFE))
