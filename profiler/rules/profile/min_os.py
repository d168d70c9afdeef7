"""prof-min-os."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-min-os",
    severity=Severity.NOTE,
    source="https://github.com/apple/device-management",
    violations=("newer-than-target",),
    needs=(Needs.TARGET,),
    target="ios:12.4",
    types=("com.apple.eas.account",),
    bad="""
    <key>EnableNotes</key>
    <true/>
    """,
    good="",
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A key or payload is newer than the oldest system that has to work.

    Older devices ignore it without a word, so part of the fleet goes without the setting.

    """
    for violation in run.violations.get("newer-than-target", ()):
        hint = "do without it on older devices, or name a later version in --target"
        yield Finding(violation.node, violation.message, at_key=bool(violation.key), help=hint)
