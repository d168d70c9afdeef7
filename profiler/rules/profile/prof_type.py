"""prof-type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.rules.profile import identity
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-type",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    bad="""
    <key>PayloadType</key>
    <string>Configuraton</string>
    """,
    good="""
    <key>PayloadType</key>
    <string>Configuration</string>
    """,
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """The PayloadType of the profile is not Configuration.

    It is the only value a device installs. A file whose type is that of a payload is a part of a profile:
    the payload belongs in the PayloadContent of one. The envelope of an over-the-air enrolment (Profile
    Service) is exempt.

    """
    node = root.get("PayloadType")
    if node is None or node.kind != "string" or not node.value.strip():
        return
    value = node.value
    if value in (identity.CONFIGURATION, identity.OVER_THE_AIR) or run.is_placeholder(value):
        return
    if root.get("PayloadContent") is None or "." in value:
        hint = "put it into the PayloadContent of a profile whose PayloadType is Configuration"
        yield Finding(node, f"{value} is the type of a payload; a profile's is Configuration", help=hint)
        return
    fix = Fix("write Configuration", (replace_value(node, identity.CONFIGURATION),), Safety.SAFE)
    yield Finding(node, f"PayloadType of the profile is {value!r}; devices install Configuration only", fix)
