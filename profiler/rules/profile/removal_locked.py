"""prof-removal-locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_SUPERVISED = frozenset({"ios", "ipados", "tvos"})


@rule(
    "prof-removal-locked",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    keys=("PayloadRemovalDisallowed",),
    needs=(Needs.TARGET,),
    target="ios",
    bad="""
    <key>PayloadRemovalDisallowed</key>
    <true/>
    """,
    good="""
    <key>PayloadRemovalDisallowed</key>
    <false/>
    """,
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """PayloadRemovalDisallowed is true, but the device is not supervised.

    Unsupervised iPhones, iPads and Apple TVs ignore it: their users can remove the profile.

    """
    if root.boolean("PayloadRemovalDisallowed") is not True:
        return
    for target in run.targets:
        if target.platform in _SUPERVISED and not target.supervised:
            message = f"PayloadRemovalDisallowed is ignored on {target.name} without supervision: users can remove the profile"
            hint = "supervise the devices, or tell users to keep the profile"
            yield Finding(root.value["PayloadRemovalDisallowed"], message, help=hint)
            return
