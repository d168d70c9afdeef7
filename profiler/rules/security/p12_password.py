"""sec-p12-password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Scope, Severity, rule
from profiler.rules.security.certificates import PKCS12
from profiler.rules.security.example_certificates import LOCKED_IDENTITY
from profiler.rules.security.passwords import is_password

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "sec-p12-password",
    severity=Severity.ERROR,
    also=(Severity.WARNING,),
    source="https://developer.apple.com/documentation/devicemanagement/certificatepkcs12",
    scope=Scope.PAYLOAD,
    types=(PKCS12,),
    keys=("Password",),
    bad=f"""
    <key>PayloadContent</key>
    <data>{LOCKED_IDENTITY}</data>
    <key>Password</key>
    <string>example</string>
    """,
    good=f"""
    <key>PayloadContent</key>
    <data>{LOCKED_IDENTITY}</data>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """A private key and the password that opens it are in the same file.

    Whoever has the file can sign and read mail as that person. Without Password the device asks for it; an identity from SCEP or
    ACME is made on the device and is in no file. A management service sends the file over an encrypted connection, so that it
    is a warning there.
    """
    node = payload.get("Password")
    if node is None or not is_password(node, run):
        return
    by_service = run.delivers_mdm and not run.targets.delivers_manually
    message = "The password of the private key stands beside it, in a profile that is not encrypted"
    hint = "remove Password, so that the device asks, or use SCEP or ACME"
    yield Finding(node, message, severity=Severity.WARNING if by_service else None, help=hint)
