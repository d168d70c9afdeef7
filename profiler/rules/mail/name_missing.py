"""mail-name-missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL
from profiler.rules.reference.identification import is_filled_in
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run


@rule(
    "mail-name-missing",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    leave_out=("EmailAccountName",),
    bad="""
    <key>EmailAddress</key>
    <string>kari@example.com</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@example.com</string>
    <key>EmailAccountName</key>
    <string>Kari Nordmann</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The account has no sender name.

    EmailAccountName is what recipients see beside the address. A person who installs by hand is asked for it;
    otherwise mail leaves with a bare address.
    """
    node = account.payload.get("EmailAccountName")
    if (node is None or node.value == "") and not is_filled_in(account.payload, run):
        state = "missing" if node is None else "empty"
        yield Finding(
            node or account.payload,
            f"EmailAccountName is {state}: recipients see a bare address unless the device asks for a name",
            help="set EmailAccountName to the name that recipients should see",
        )
