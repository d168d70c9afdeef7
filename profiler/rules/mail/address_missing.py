"""mail-address-missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL
from profiler.rules.reference.identification import is_filled_in
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run


@rule(
    "mail-address-missing",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    needs=(Needs.TARGET,),
    target="ios:17.0,mdm",
    leave_out=("EmailAddress", "OutgoingPasswordSameAsIncomingPassword"),
    bad="""
    <key>EmailAccountName</key>
    <string>Kari Nordmann</string>
    """,
    good="""
    <key>EmailAccountName</key>
    <string>Kari Nordmann</string>
    <key>EmailAddress</key>
    <string>kari@example.com</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The account has no address, and nobody will be asked for one.

    A person who installs a profile by hand is asked for what is missing. A management service installs it
    without asking, so the account has no sender address and cannot be used.
    """
    if not run.delivers_mdm or is_filled_in(account.payload, run):
        return
    if account.payload.get("EmailAddress") is None:
        message = (
            "EmailAddress is missing, and a profile that comes from a management service does not ask for it"
        )
        yield Finding(
            account.payload,
            message,
            help="set EmailAddress, for example to the management service's variable for it",
        )
