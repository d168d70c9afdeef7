"""prof-target-unset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, insert_entry, replace_value
from profiler.model import schema
from profiler.rules.profile import identity
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_FAMILY = {"iPadOS": "iOS"}


@rule(
    "prof-target-unset",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    leave_out=("TargetDeviceType",),
    bad="""
    <key>PayloadContent</key>
    <array>
        <dict>
            <key>EmailAddress</key>
            <string>kari@example.com</string>
            <key>Host</key>
            <string>exchange.example.com</string>
            <key>PayloadIdentifier</key>
            <string>com.example.kari.exchange</string>
            <key>PayloadType</key>
            <string>com.apple.eas.account</string>
            <key>PayloadUUID</key>
            <string>0F6C9A5E-1B7D-5C1E-9F43-2E8A7B6C5D41</string>
            <key>PayloadVersion</key>
            <integer>1</integer>
            <key>SSL</key>
            <true/>
            <key>UserName</key>
            <string>kari@example.com</string>
        </dict>
    </array>
    """,
    good="""
    <key>PayloadContent</key>
    <array>
        <dict>
            <key>EmailAddress</key>
            <string>kari@example.com</string>
            <key>Host</key>
            <string>exchange.example.com</string>
            <key>PayloadIdentifier</key>
            <string>com.example.kari.exchange</string>
            <key>PayloadType</key>
            <string>com.apple.eas.account</string>
            <key>PayloadUUID</key>
            <string>0F6C9A5E-1B7D-5C1E-9F43-2E8A7B6C5D41</string>
            <key>PayloadVersion</key>
            <integer>1</integer>
            <key>SSL</key>
            <true/>
            <key>UserName</key>
            <string>kari@example.com</string>
        </dict>
    </array>
    <key>TargetDeviceType</key>
    <integer>1</integer>
    """,
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """The profile does not say which kind of device it is for.

    An iPhone with a paired watch, or near a HomePod, asks its user which device to install on.
    TargetDeviceType spares the question. Profiles that only a Mac can use never meet it and are no finding.

    """
    node = root.get("TargetDeviceType")
    if (node is not None and node.value != 0) or not identity.is_configuration(root) or not run.payloads:
        return
    platforms = _platforms(run)
    if "iOS" not in platforms:
        return
    fix = None
    if platforms <= {"iOS", "visionOS"} and root.start >= 0:
        edit = (
            insert_entry(root, "TargetDeviceType", 1, run.content) if node is None else replace_value(node, 1)
        )
        fix = Fix("say that it is for iPhone and iPad", (edit,), Safety.UNSAFE)
    what = "TargetDeviceType is 0" if node is not None else "TargetDeviceType is absent"
    message = f"{what}: an iPhone with a paired watch asks which of them to install on"
    hint = (
        ""
        if fix
        else "set TargetDeviceType (1 iPhone and iPad, 5 Mac), with one profile for each kind of device"
    )
    yield Finding(node, message, fix, help=hint)


def _platforms(run: Run) -> set[str]:
    """The platforms on which every payload exists; iOS when nobody knows."""
    found: set[str] | None = None
    for payload in run.payloads:
        loaded = schema.load(payload.string("PayloadType") or "")
        facts = (loaded or {}).get("x-platforms")
        if not facts:
            continue
        here = {_FAMILY.get(name, name) for name, there in facts.items() if there}
        found = here if found is None else found & here
    return {"iOS", "macOS"} if found is None else found
