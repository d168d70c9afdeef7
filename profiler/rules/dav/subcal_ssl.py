"""subcal-ssl."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, insert_entry, replace_value
from profiler.model.account import SUBSCRIBED_CALENDAR, Account
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run

_KEY = "SubCalAccountUseSSL"


@rule(
    "subcal-ssl",
    severity=Severity.WARNING,
    also=(Severity.ERROR,),
    source="https://developer.apple.com/documentation/devicemanagement/subscribedcalendars",
    scope=Scope.ACCOUNT,
    types=(SUBSCRIBED_CALENDAR,),
    leave_out=(_KEY,),
    bad="""
    <key>SubCalAccountDescription</key>
    <string>Holidays</string>
    """,
    good="""
    <key>SubCalAccountDescription</key>
    <string>Holidays</string>
    <key>SubCalAccountUseSSL</key>
    <true/>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """A subscribed calendar may be fetched unencrypted.

    SubCalAccountUseSSL is false when it is absent, unlike the switches of other calendars. What is in the calendar can be read
    on its way; with a password in the payload so can that, and it is an error.
    """
    ssl = account.incoming.ssl
    node = account.payload.get(_KEY)
    severity = Severity.ERROR if account.incoming.has_password else None
    if node is None:
        edit = insert_entry(account.payload, _KEY, True, run.content)
        fix = Fix(f"set {_KEY} to true", (edit,), Safety.UNSAFE)
        message = f"The calendar may be fetched unencrypted: {_KEY} is absent, which means false"
        yield Finding(account.payload, message, fix, severity=severity)
    elif ssl is False:
        fix = Fix(f"set {_KEY} to true", (replace_value(node, True),), Safety.UNSAFE)
        message = f"The calendar would be fetched unencrypted: {_KEY} is false"
        yield Finding(node, message, fix, severity=severity)
