"""prof-uuid-form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.rules.profile import identity
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_FORM = re.compile(r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\Z")
_PLAIN = re.compile(r"[0-9A-Fa-f]{32}\Z")


@rule(
    "prof-uuid-form",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/commonpayloadkeys",
    also=(Severity.WARNING,),
    bad="""
    <key>PayloadUUID</key>
    <string>0e7f3a5492b15c3d8a647b1c5d9e2f03</string>
    """,
    good="""
    <key>PayloadUUID</key>
    <string>0e7f3a54-92b1-5c3d-8a64-7b1c5d9e2f03</string>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A PayloadUUID is not written as a UUID: 8-4-4-4-12 hexadecimal digits.

    Apple says that only its being unique counts. Keys that refer to a payload demand the form, though, so
    one that is referred to in another form is a warning: the reference may not be found.

    """
    for node in run.identified:
        found = node.get("PayloadUUID")
        value = found.value.strip() if found is not None and found.kind == "string" else ""
        if found is None or not value or _FORM.match(value) or run.is_placeholder(value):
            continue
        referenced = identity.is_referenced(value, run)
        fix = None
        if found.start >= 0 and not referenced:
            fix = Fix("write a UUID", (replace_value(found, _wanted(value, node, run)),), Safety.UNSAFE)
        message = f"PayloadUUID {value} is not written as a UUID"
        if referenced:
            message += ", and another key refers to it"
        yield Finding(found, message, fix, severity=Severity.WARNING if referenced else None)


def _wanted(value: str, node: Node, run: Run) -> str:
    if _PLAIN.match(value):
        return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"
    return identity.own_uuid(node, run)
