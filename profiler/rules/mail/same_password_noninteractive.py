"""mail-same-password-noninteractive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run

_KEY = "OutgoingPasswordSameAsIncomingPassword"


@rule(
    "mail-same-password-noninteractive",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    keys=("OutgoingPasswordSameAsIncomingPassword",),
    needs=(Needs.TARGET,),
    target="ios:17.0,mdm",
    bad="""
    <key>OutgoingPasswordSameAsIncomingPassword</key>
    <true/>
    """,
    good="""
    <key>OutgoingPasswordSameAsIncomingPassword</key>
    <false/>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """One password for both servers is asked for, where nobody is asked.

    Apple supports OutgoingPasswordSameAsIncomingPassword only where a person installs the profile, and names
    device management as the case where it does not work: sending will ask for a password of its own, or fail.
    """
    if run.delivers_mdm and account.payload.boolean(_KEY):
        message = f"{_KEY} is true, which has no effect on a profile from a management service"
        hint = "tell people that Mail asks for the password twice, or use a payload that signs in by itself"
        yield Finding(account.payload.get(_KEY), message, help=hint)
