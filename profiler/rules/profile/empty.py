"""prof-empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.profile import identity
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-empty",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    bad="""
    <key>PayloadContent</key>
    <array/>
    """,
    good="",
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """The profile has no payload.

    It installs and does nothing but take a line in the settings. An encrypted profile has its payloads in
    EncryptedPayloadContent.

    """
    if run.payloads or run.document.encrypted or not identity.is_configuration(root):
        return
    content = root.get("PayloadContent")
    if content is not None and content.value:
        return
    yield Finding(
        content or root,
        "the profile has no payload: installing it changes nothing",
        at_key=content is not None,
        help="add a payload, or do not install it",
    )
