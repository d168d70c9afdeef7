"""life-mail-recreate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.lifecycle.update import accounts, name_of, update_of
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "life-mail-recreate",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    needs=(Needs.INSTALLED,),
    types=("com.apple.mail.managed",),
    installed="""
    <key>PreventMove</key>
    <false/>
    """,
    bad="""
    <key>PreventMove</key>
    <true/>
    """,
    good="""
    <key>PreventMove</key>
    <false/>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """Updating a profile with an IMAP account may make devices download its mail again.

    Apple does not say whether the mail of an account survives an update of its profile. People report that iPhones remove the
    account and make it again; for Macs nothing is known.
    """
    for both in accounts(update_of(run)):
        if both.new.kind == "imap" == both.old.kind:
            message = f"With this update devices may download the mail of {name_of(both.old)} again"
            yield Finding(both.new.payload, message, help="deliver it when users are on Wi-Fi")
