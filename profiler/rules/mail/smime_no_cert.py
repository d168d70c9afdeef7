"""mail-smime-no-cert."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import EAS, MAIL
from profiler.rules.mail.smime import USES
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "mail-smime-no-cert",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.PAYLOAD,
    types=(MAIL, EAS),
    keys=("SMIMESigningEnabled", "SMIMEEncryptionEnabled", "SMIMEEncryptByDefault"),
    bad="""
    <key>SMIMESigningEnabled</key>
    <true/>
    """,
    good="""
    <key>SMIMESigningEnabled</key>
    <true/>
    <key>SMIMESigningCertificateUUIDUserOverrideable</key>
    <true/>
    """,
)
def check(payload: Node, _run: Run) -> Iterator[Finding]:
    """S/MIME is on without a certificate to use.

    Signing and encrypting need an identity: one that the profile names, or one that the user may choose. With
    neither, messages leave unsigned and unencrypted, or do not leave at all.
    """
    for use in USES:
        on = next((node for key in use.switches if payload.boolean(key) and (node := payload.get(key))), None)
        if on is None or payload.string(use.certificate) or payload.boolean(use.choice):
            continue
        message = f"{on.key} is true, but {use.certificate} names no identity and the user may choose none"
        yield Finding(
            on,
            message,
            help=f"add the identity's payload UUID as {use.certificate}, or set {use.choice} to true",
        )
