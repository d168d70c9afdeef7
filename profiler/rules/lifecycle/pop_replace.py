"""life-pop-replace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.lifecycle.update import accounts, name_of, update_of
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "life-pop-replace",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    needs=(Needs.INSTALLED,),
    types=("com.apple.mail.managed",),
    installed="""
    <key>EmailAccountType</key>
    <string>EmailTypePOP</string>
    <key>IncomingMailServerHostName</key>
    <string>pop.example.com</string>
    <key>IncomingMailServerPortNumber</key>
    <integer>995</integer>
    <key>PreventMove</key>
    <false/>
    """,
    bad="""
    <key>EmailAccountType</key>
    <string>EmailTypePOP</string>
    <key>IncomingMailServerHostName</key>
    <string>pop.example.com</string>
    <key>IncomingMailServerPortNumber</key>
    <integer>995</integer>
    <key>PreventMove</key>
    <true/>
    """,
    good="""
    <key>EmailAccountType</key>
    <string>EmailTypePOP</string>
    <key>IncomingMailServerHostName</key>
    <string>pop.example.com</string>
    <key>IncomingMailServerPortNumber</key>
    <integer>995</integer>
    <key>PreventMove</key>
    <false/>
    """,
    options={"ignore": "mail-pop"},
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """Updating a profile with a POP account may lose mail that is on the device only.

    People report that devices remove the account and make it again when its profile is updated. A POP server may have handed out
    its mail and deleted it, so there is nothing left to download.
    """
    for both in accounts(update_of(run)):
        if both.new.kind == "pop" == both.old.kind:
            message = f"With this update mail of {name_of(both.old)} that is on the device only may be lost"
            node = both.new.payload.get("EmailAccountType") or both.new.payload
            yield Finding(
                node, message, help="move to IMAP as a second account, or have users save their mail first"
            )
