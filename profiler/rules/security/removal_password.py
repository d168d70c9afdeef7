"""sec-removal-password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Scope, Severity, rule
from profiler.rules.security.passwords import REMOVAL, is_password

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "sec-removal-password",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/profileremovalpassword",
    scope=Scope.PAYLOAD,
    types=(REMOVAL,),
    keys=("RemovalPassword",),
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.mail.managed</string>
    </dict>
    <dict>
        <key>PayloadType</key>
        <string>com.apple.profileRemovalPassword</string>
        <key>RemovalPassword</key>
        <string>Sommer-2026</string>
    </dict>
    """,
    good="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.mail.managed</string>
    </dict>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """The password against removal can be read in the file.

    It is to stop the user from removing the profile, and the user has the file. It helps in encrypted profiles only, and on
    supervised devices.
    """
    node = payload.get("RemovalPassword")
    if node is not None and is_password(node, run):
        message = "The removal password is written out, so that the user it should stop can read it"
        yield Finding(node, message, help="encrypt the profile, or lock it with PayloadRemovalDisallowed")
