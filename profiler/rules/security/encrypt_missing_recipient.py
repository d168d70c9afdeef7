"""sec-encrypt-missing-recipient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule
from profiler.rules.security.passwords import passwords

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "sec-encrypt-missing-recipient",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/configuring-multiple-devices-using-profiles",
    when="a secret by its key",
    needs=(Needs.TARGET,),
    target="ios,manual",
    options={"ignore": "sec-plaintext-password sig-missing"},
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.mail.managed</string>
        <key>IncomingPassword</key>
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
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A profile for installation by hand holds a password that cannot be encrypted for anybody.

    A profile is encrypted to a key that the device has already. Devices that users bring have none that the sender knows, so
    the password has to be left out and asked for.
    """
    if not run.targets.delivers_manually:
        return
    found = next(passwords(run), None)
    if found is not None:
        message = (
            f"{found.key} cannot be encrypted for devices that install by hand: no key of theirs is known"
        )
        yield Finding(found, message, help="leave the password out, so that the device asks for it")
