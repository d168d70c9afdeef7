"""ref-cert-missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.reference.identity import ACCOUNT_TYPES, REFERENCE_KEYS, references
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "ref-cert-missing",
    severity=Severity.ERROR,
    also=(Severity.WARNING,),
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.PAYLOAD,
    types=ACCOUNT_TYPES,
    keys=REFERENCE_KEYS,
    bad="""
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
    """An account names a certificate that is not in the file.

    The certificate for sign-in has to be in the same profile, and a mail account whose S/MIME identity cannot be found is
    reported to fail to install (error 7003). When a management service delivers the file, another profile may bring the
    identity first, so that it is a warning there.
    """
    severity = Severity.WARNING if run.delivers_mdm and not run.context.complete else None
    for node, named in references(payload, run):
        if named is None:
            message = (
                f"{node.key} names {node.value.strip()}, which is the PayloadUUID of no payload in this file"
            )
            hint = "add the identity to this profile, or correct the UUID"
            yield Finding(node, message, severity=severity, help=hint)
