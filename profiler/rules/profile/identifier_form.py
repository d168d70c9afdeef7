"""prof-identifier-form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_FORM = re.compile(r"[\w-]+(?:\.[^.\s]+)+\Z")


@rule(
    "prof-identifier-form",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    bad="""
    <key>PayloadIdentifier</key>
    <string>Work mail</string>
    """,
    good="""
    <key>PayloadIdentifier</key>
    <string>com.example.kari</string>
    """,
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """An identifier is not in reverse-DNS form, or has spaces.

    Apple documents names such as com.example.mail. Others work, but two publishers choose the same one more
    easily, and then one profile replaces the other. It cannot be changed once the profile is installed: the
    new one would be a second profile.

    """
    for node in run.identified:
        found = node.get("PayloadIdentifier")
        value = found.value.strip() if found is not None and found.kind == "string" else ""
        if found is None or not value or _FORM.match(value):
            continue
        if len(value.split()) > 1:
            what = "has white space in it"
        elif node is root:
            what = "is not in reverse-DNS form, such as com.example.mail"
        else:
            continue
        if run.is_placeholder(value):
            continue
        yield Finding(
            found,
            f"PayloadIdentifier {value!r} {what}",
            help="choose another one before the first installation",
        )
