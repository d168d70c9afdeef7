"""prof-consent-default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-consent-default",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    keys=("ConsentText",),
    bad="""
    <key>ConsentText</key>
    <dict>
        <key>en</key>
        <string>You agree.</string>
    </dict>
    """,
    good="""
    <key>ConsentText</key>
    <dict>
        <key>default</key>
        <string>You agree.</string>
        <key>en</key>
        <string>You agree.</string>
    </dict>
    """,
)
def check(root: Node, _run: Run) -> Iterator[Finding]:
    """ConsentText has no default.

    A device shows the text in the user's language, else the default. Without a default a user of another
    language may be shown none, and consents to nothing.

    """
    node = root.get("ConsentText")
    if node is not None and node.kind == "dict" and "default" not in node.value:
        yield Finding(
            node,
            "ConsentText has no default: users of other languages may see no text",
            at_key=True,
            help="add the key default",
        )
