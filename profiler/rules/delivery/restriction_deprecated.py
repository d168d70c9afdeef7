"""del-restriction-deprecated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_INTELLIGENCE = "com.apple.configuration.intelligence.settings"
_APPS = "com.apple.configuration.app.settings"
# Key -> the version that deprecates it, and the declaration in its place.
_REPLACED = {
    "allowMailSummary": ("26.4", _INTELLIGENCE),
    "allowMailSmartReplies": ("26.4", _INTELLIGENCE),
    "blockedAppBundleIDs": ("27", _APPS),
    "allowListedAppBundleIDs": ("27", _APPS),
}


@rule(
    "del-restriction-deprecated",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/restrictions",
    scope=Scope.PAYLOAD,
    types=("com.apple.applicationaccess",),
    keys=_REPLACED,
    needs=(Needs.TARGET,),
    target="ios:26.4,mdm,supervised",
    bad="""
    <key>allowMailSummary</key>
    <false/>
    """,
    good="""
    <key>allowMailSummary</key>
    <true/>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """A restriction of Mail has been replaced by a declaration.

    Declarative management has taken over these settings since version 26.4, and lists of apps since 27; the old keys may go in a
    later version. Only where all devices aimed at are that new, and for values that change something.
    """
    for key, (version, declaration) in _REPLACED.items():
        node = payload.get(key)
        if node is None or not run.targets or node.value is True or node.value == []:
            continue
        if all(target.version is not None and not target.older_than(version) for target in run.targets):
            message = f"{key} is deprecated since version {version} of the system"
            yield Finding(node, message, at_key=True, help=f"use the declaration {declaration}")
