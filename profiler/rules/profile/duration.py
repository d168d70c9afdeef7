"""prof-duration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_HOUR = 3600


@rule(
    "prof-duration",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    keys=("DurationUntilRemoval",),
    bad="""
    <key>DurationUntilRemoval</key>
    <integer>30</integer>
    """,
    good="""
    <key>DurationUntilRemoval</key>
    <integer>31536000</integer>
    """,
)
def check(root: Node, _run: Run) -> Iterator[Finding]:
    """The profile removes itself within the hour.

    DurationUntilRemoval counts seconds. Zero, less or a few of them is an hour, day or year mistaken for
    seconds: the account disappears with its mail.

    """
    node = root.get("DurationUntilRemoval")
    if node is None or node.kind not in ("integer", "real") or node.value is None or node.value >= _HOUR:
        return
    message = f"DurationUntilRemoval is {node.value:g} seconds: the account and its mail go within the hour"
    yield Finding(
        node, message, help="write seconds, for example 2592000 for thirty days, or leave the key out"
    )
