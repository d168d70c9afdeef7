"""life-identifier-changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.rules.lifecycle.update import plan_of
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "life-identifier-changed",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    needs=(Needs.INSTALLED,),
    installed="""
    <key>PayloadOrganization</key>
    <string>Example</string>
    <key>PayloadIdentifier</key>
    <string>com.example.kari</string>
    """,
    bad="""
    <key>PayloadOrganization</key>
    <string>Example</string>
    <key>PayloadIdentifier</key>
    <string>com.example.work</string>
    """,
    good="""
    <key>PayloadOrganization</key>
    <string>Example</string>
    <key>PayloadIdentifier</key>
    <string>com.example.kari</string>
    """,
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """The profile would be installed beside the old one instead of updating it.

    By the top-level PayloadIdentifier alone a device decides whether a profile replaces one that is there (documented). With
    another one the old profile stays, and every account appears twice.
    """
    plan = plan_of(run)
    node = root.get("PayloadIdentifier")
    if plan is None or node is None or plan.old.identifier == plan.new.identifier:
        return
    message = f"PayloadIdentifier is {plan.new.identifier}, the installed profile has {plan.old.identifier}: both would stay"
    fix = Fix(f"restore {plan.old.identifier}", (replace_value(node, plan.old.identifier),), Safety.UNSAFE)
    yield Finding(node, message, fix)
