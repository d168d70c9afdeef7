"""prof-unknown-type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety
from profiler.model import schema
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_SIMILAR = 0.8
_PREFIX = "com.apple."


@rule(
    "prof-unknown-type",
    severity=Severity.WARNING,
    source="https://github.com/apple/device-management",
    also=(Severity.ERROR,),
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.mail.manged</string>
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
    """Apple documents no payload of this type.

    A misspelt type installs nothing, or stops the installation. A type newer than this program is the other
    explanation. Types outside com.apple. are settings of apps, which a Mac writes into the preferences of
    that name, and no finding; unless such a payload sets nothing, or a name only continues that of a
    payload type whose keys are fixed: then no device can do anything with it, and it is an error.

    """
    for violation in run.violations.get("unknown-type", ()):
        node, near = violation.node, _near(violation.payload_type, violation.suggestion)
        if near:
            fix = Fix(f"write {near}", (), Safety.MANUAL)
            yield Finding(
                node, f"Apple documents no payload type {violation.payload_type}; did you mean {near}?", fix
            )
        elif documented := _continues(violation.payload_type):
            message = f"{violation.payload_type} is no payload type; it only begins like {documented}, and nothing reads it"
            yield Finding(node, message, severity=Severity.ERROR)
        else:
            yield Finding(
                node, f"Apple documents no payload type {violation.payload_type}", help="check its spelling"
            )
    for payload in run.payloads:
        kind = payload.get("PayloadType")
        name = kind.value if kind is not None and kind.kind == "string" else ""
        foreign = name and not name.startswith("com.apple.") and not run.is_placeholder(name)
        if foreign and all(key.startswith("Payload") for key in payload.value) and schema.load(name) is None:
            message = (
                f"Apple documents no payload type {name}, and the payload sets no preference of an app either"
            )
            yield Finding(kind, message, severity=Severity.ERROR)


def _near(name: str, suggestion: str) -> str:
    """The suggestion when it is close in more than the part that all names share."""
    from difflib import SequenceMatcher  # noqa: PLC0415 - only for a mistake

    if not suggestion:
        return ""
    one, other = name.lower().removeprefix(_PREFIX), suggestion.lower().removeprefix(_PREFIX)
    return suggestion if SequenceMatcher(None, one, other).ratio() >= _SIMILAR else ""


def _continues(name: str) -> str:
    """The documented type with fixed keys whose last word a name goes on with, "" when there is none."""
    folded = name.lower()
    found = [
        known
        for known in schema.payload_types()
        if folded.startswith(known.lower()) and folded[len(known) :][:1] != "."
    ]
    closed = [known for known in found if (schema.load(known) or {}).get("additionalProperties") is False]
    return max(closed, key=len, default="")
