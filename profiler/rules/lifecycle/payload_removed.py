"""life-payload-removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.lifecycle.update import name_of, update_of
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "life-payload-removed",
    severity=Severity.WARNING,
    source="https://support.apple.com/guide/iphone/install-or-remove-configuration-profiles-iph6c493b19/ios",
    needs=(Needs.INSTALLED,),
    installed="""
    <dict>
    <key>PayloadType</key>
    <string>com.apple.caldav.account</string>
    </dict>
    <dict>
    <key>PayloadType</key>
    <string>com.apple.carddav.account</string>
    </dict>
    """,
    bad="""
    <dict>
    <key>PayloadType</key>
    <string>com.apple.caldav.account</string>
    </dict>
    """,
    good="""
    <dict>
    <key>PayloadType</key>
    <string>com.apple.caldav.account</string>
    </dict>
    <dict>
    <key>PayloadType</key>
    <string>com.apple.carddav.account</string>
    </dict>
    """,
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """An account of the installed profile is missing.

    An account that a profile made goes with its payload (documented), and takes what it holds on the device along.
    """
    plan = update_of(run)
    for planned in plan.payloads if plan is not None else ():
        old = planned.old.account if planned.old is not None else None
        if old is not None and (planned.new is None or planned.new.account is None):
            message = f"The {old.kind} account of {name_of(old)} in the installed profile is missing: devices remove it"
            yield Finding(root.get("PayloadContent"), message, help="put the payload back, or tell the users")
