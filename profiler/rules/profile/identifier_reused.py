"""prof-identifier-reused."""

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
    "prof-identifier-reused",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/commonpayloadkeys",
    bad="""
    <dict>
        <key>PayloadIdentifier</key>
        <string>com.example.kari</string>
    </dict>
    """,
    good="""
    <dict>
        <key>PayloadIdentifier</key>
        <string>com.example.kari.mail-managed</string>
    </dict>
    """,
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """A payload has the identifier of the profile.

    A payload's identifier should be that of the profile and a suffix. Equal ones install, but tools and
    updates cannot tell the account from the profile that made it.

    """
    profile = root.string("PayloadIdentifier")
    if not profile or not profile.strip() or run.is_placeholder(profile):
        return
    for payload in run.payloads:
        node = payload.get("PayloadIdentifier")
        if node is None or node.value != profile or payload is root:
            continue
        fix = None
        if node.start >= 0:
            fix = Fix(
                "add a suffix", (replace_value(node, identity.identifier_for(payload, run)),), Safety.UNSAFE
            )
        message = f"PayloadIdentifier {profile} is that of the profile; a payload's has a suffix"
        yield Finding(
            node, message, fix, related=((root.value["PayloadIdentifier"], "the profile's is here"),)
        )
