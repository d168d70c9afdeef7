"""ref-cert-not-identity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.reference.identity import ACCOUNT_TYPES, IDENTITY_TYPES, REFERENCE_KEYS, references
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "ref-cert-not-identity",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.PAYLOAD,
    types=ACCOUNT_TYPES,
    keys=REFERENCE_KEYS,
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.domains</string>
        <key>PayloadUUID</key>
        <string>5E1B0CE6-8C0A-4A7E-9A52-5D3B1C0F7A11</string>
        <key>EmailDomains</key>
        <array>
            <string>example.com</string>
        </array>
    </dict>
    <dict>
        <key>PayloadType</key>
        <string>com.apple.eas.account</string>
        <key>PayloadCertificateUUID</key>
        <string>5E1B0CE6-8C0A-4A7E-9A52-5D3B1C0F7A11</string>
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
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """An account names a payload that has no private key.

    To sign, decrypt or sign in the device needs an identity: a certificate with its private key, from a PKCS #12, SCEP, ACME or
    Active Directory certificate payload. A root or a certificate alone cannot do it.
    """
    for node, named in references(payload, run):
        kind = named.string("PayloadType") if named is not None else None
        if named is not None and kind is not None and kind not in IDENTITY_TYPES:
            message = f"{node.key} names a {kind} payload, which has no private key"
            hint = f"name a payload of one of the types {', '.join(IDENTITY_TYPES)}"
            yield Finding(node, message, related=((named, "the payload it names"),), help=hint)
