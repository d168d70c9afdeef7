"""prof-identifier-apple-namespace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-identifier-apple-namespace",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    keys=("PayloadIdentifier",),
    bad="""
    <key>PayloadIdentifier</key>
    <string>com.apple.mail.work</string>
    """,
    good="""
    <key>PayloadIdentifier</key>
    <string>com.example.kari</string>
    """,
)
def check(root: Node, _run: Run) -> Iterator[Finding]:
    """The identifier of the profile begins with com.apple.

    It looks like a profile of Apple's or of a management service, to people and to tools that sort by it.
    Payloads may: Apple Configurator itself names them so.

    """
    node = root.get("PayloadIdentifier")
    if node is not None and node.kind == "string" and node.value.strip().lower().startswith("com.apple."):
        hint = "use a name under a domain of your own before the first installation"
        yield Finding(node, f"PayloadIdentifier {node.value.strip()} is in Apple's name space", help=hint)
