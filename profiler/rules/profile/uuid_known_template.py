"""prof-uuid-known-template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.rules.profile import identity
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_KNOWN = {
    "72E152E2-D285-4588-9741-25BDD50C4D11": "Mailu",
    "56DB43A5-D29E-4609-A908-DCE94D0BE48E": "Mailu",
    "A5115AD5-3A86-4C4F-B964-576A757409AB": "MDEC",
    "E99CC7F7-6E38-4A1D-97DC-232143F67BC1": "MDEC",
    "36132147-235E-4663-ADA8-2664C67C4DD2": "a sample of SAP Privileges",
}


@rule(
    "prof-uuid-known-template",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/commonpayloadkeys",
    bad="""
    <key>PayloadUUID</key>
    <string>56db43a5-d29e-4609-a908-dce94d0be48e</string>
    """,
    good="""
    <key>PayloadUUID</key>
    <string>AC6C1847-8D31-58C5-9921-704F6A275CD2</string>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A PayloadUUID comes from a public template that writes the same one for everybody.

    It has to be unique in the world. Two services that were set up from one template make profiles that a
    device may take for one another.

    """
    for node in run.identified:
        found = node.get("PayloadUUID")
        if found is None or found.kind != "string":
            continue
        origin = _KNOWN.get(found.value.strip().upper())
        if origin is None:
            continue
        fix = None
        if found.start >= 0 and not identity.is_referenced(found.value, run):
            fix = Fix(
                "give it a UUID of its own",
                (replace_value(found, identity.own_uuid(node, run)),),
                Safety.UNSAFE,
            )
        yield Finding(found, f"PayloadUUID {found.value} is the one that {origin} writes for everybody", fix)
