"""life-eas-user-choices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.lifecycle.update import accounts, name_of, update_of
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "life-eas-user-choices",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/exchangeactivesync",
    needs=(Needs.INSTALLED,),
    types=("com.apple.eas.account",),
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
    """Updating an Exchange account resets what its user chose.

    Which of mail, contacts, calendars, reminders and notes are on, and how many days are synced, go back to what the profile says
    (documented).
    """
    for both in accounts(update_of(run)):
        if both.new.kind == "exchange":
            message = f"With this update the services and days to sync that the user of {name_of(both.new)} chose are reset"
            yield Finding(
                both.new.payload,
                message,
                help="set Enable... and MailNumberOfPastDaysToSync to what users need",
            )
