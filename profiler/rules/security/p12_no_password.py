"""sec-p12-no-password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import EAS
from profiler.rules.rule import Finding, Scope, Severity, rule
from profiler.rules.security.certificates import PKCS12, opens_without_password
from profiler.rules.security.example_certificates import LOCKED_IDENTITY, OPEN_IDENTITY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_KEYS = {PKCS12: ("PayloadContent", "Password"), EAS: ("Certificate", "CertificatePassword")}


@rule(
    "sec-p12-no-password",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/certificatepkcs12",
    scope=Scope.PAYLOAD,
    types=(PKCS12, EAS),
    keys=("PayloadContent", "Certificate"),
    bad=f"""
    <key>PayloadContent</key>
    <data>{OPEN_IDENTITY}</data>
    """,
    good=f"""
    <key>PayloadContent</key>
    <data>{LOCKED_IDENTITY}</data>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """A private key in the file opens without a password.

    Whoever has the file has the key, and can sign and read mail as that person. Protect it with a password that is not in the
    file, so that the device asks for it.
    """
    key, password = _KEYS[payload.string("PayloadType") or ""]
    data = payload.data(key)
    in_clear = run.document.decrypted is None
    if in_clear and data and not payload.string(password) and opens_without_password(data):
        hint = "export it again with a password, and leave that out of the profile; or use SCEP or ACME"
        yield Finding(payload.get(key), "The private key opens with an empty password", help=hint)
