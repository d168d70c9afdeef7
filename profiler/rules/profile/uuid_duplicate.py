"""prof-uuid-duplicate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.model import placeholder
from profiler.rules.profile import identity
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-uuid-duplicate",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/commonpayloadkeys",
    bad="""
    <dict>
        <key>PayloadUUID</key>
        <string>AC6C1847-8D31-58C5-9921-704F6A275CD2</string>
    </dict>
    """,
    good="""
    <dict>
        <key>PayloadUUID</key>
        <string>12B64F68-096C-56E4-B6EB-ABFA83F0B09C</string>
    </dict>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """The same PayloadUUID stands twice in the file.

    macOS refuses such a profile, and references to the UUID are ambiguous. Values to be filled in are compared
    as they are written: equal variables become equal UUIDs, and a mark that nobody filled in is one.

    """
    first: dict[str, Node] = {}
    for node in run.identified:
        found = node.get("PayloadUUID")
        value = found.value.strip().upper() if found is not None and found.kind == "string" else ""
        if found is None or not value:
            continue
        if value not in first:
            first[value] = found
            continue
        fix = None
        if (
            found.start >= 0
            and not identity.is_referenced(value, run)
            and not placeholder.is_template(found.value)
        ):
            fix = Fix(
                "give it a UUID of its own",
                (replace_value(found, identity.own_uuid(node, run)),),
                Safety.UNSAFE,
            )
        message = f"PayloadUUID {found.value} is used twice; macOS refuses the profile"
        yield Finding(found, message, fix, related=((first[value], "the first one is here"),))
