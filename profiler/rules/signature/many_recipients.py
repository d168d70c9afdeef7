"""enc-many-recipients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Severity, rule
from profiler.rules.signature.example_envelopes import FOR_ONE, FOR_TWO
from profiler.rules.signature.sealed import KEY, sealed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "enc-many-recipients",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/configuring-multiple-devices-using-profiles",
    keys=(KEY,),
    leave_out=("PayloadContent",),
    bad=f"""
    <key>EncryptedPayloadContent</key>
    <data>{FOR_TWO}</data>
    """,
    good=f"""
    <key>EncryptedPayloadContent</key>
    <data>{FOR_ONE}</data>
    """,
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """The payloads are encrypted for more than one device.

    Each of the devices, and whoever has its key, can read all passwords in the profile, so that they protect nobody from the
    others.
    """
    found = sealed(run)
    if found is not None and found.opened is not None and len(found.opened.recipients) > 1:
        count = len(found.opened.recipients)
        message = f"Encrypted for {count} recipients: each of them can read all passwords in the profile"
        yield Finding(found.node, message, help="encrypt a profile of its own for each device")
