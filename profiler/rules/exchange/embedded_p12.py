"""ex-embedded-p12."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import EAS
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "ex-embedded-p12",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/exchangeactivesync",
    scope=Scope.PAYLOAD,
    types=(EAS,),
    keys=("Certificate",),
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.eas.account</string>
        <key>Certificate</key>
        <data>MIIC</data>
    </dict>
    """,
    good="""
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
    <dict>
        <key>PayloadType</key>
        <string>com.apple.eas.account</string>
        <key>PayloadCertificateUUID</key>
        <string>5E1B0CE6-8C0A-4A7E-9A52-5D3B1C0F7A11</string>
    </dict>
    """,
)
def check(payload: Node, _run: Run) -> Iterator[Finding]:
    """A private key lies inside the Exchange payload.

    Certificate holds a PKCS #12 file, and its password tends to stand beside it. In a payload of its own the identity can come
    from SCEP or ACME, which put no key into a file, and S/MIME can use it as well.
    """
    node = payload.get("Certificate")
    if node is not None and node.value and not payload.string("PayloadCertificateUUID"):
        message = "Certificate puts a private key into the account payload"
        hint = "use an identity payload, best SCEP or ACME, and name it in PayloadCertificateUUID"
        yield Finding(node, message, help=hint)
