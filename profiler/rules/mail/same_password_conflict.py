"""mail-same-password-conflict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, delete_entry
from profiler.model.account import MAIL, Authentication
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run

_KEY = "OutgoingPasswordSameAsIncomingPassword"


@rule(
    "mail-same-password-conflict",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    keys=("OutgoingPassword",),
    bad="""
    <key>OutgoingPasswordSameAsIncomingPassword</key>
    <true/>
    <key>IncomingPassword</key>
    <string>$FLEET_SECRET_INCOMING</string>
    <key>OutgoingPassword</key>
    <string>$FLEET_SECRET_OUTGOING</string>
    """,
    good="""
    <key>OutgoingPasswordSameAsIncomingPassword</key>
    <true/>
    <key>IncomingPassword</key>
    <string>$FLEET_SECRET_INCOMING</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """A password for sending is given that the device does not use.

    With OutgoingPasswordSameAsIncomingPassword the incoming password is reported to win over
    OutgoingPassword. When the two differ, sending signs in with a password nobody expected.
    """
    payload = account.payload
    outgoing = payload.get("OutgoingPassword")
    if not payload.boolean(_KEY) or outgoing is None or not outgoing.value:
        return
    if outgoing.value == payload.string("IncomingPassword"):
        return
    if account.outgoing is not None and account.outgoing.authentication is Authentication.NONE:
        return
    switch = payload.get(_KEY)
    assert switch is not None  # noqa: S101 - a switch that is true has a node
    other = "differs from" if account.incoming.has_password else "is given without"
    yield Finding(
        outgoing,
        f"OutgoingPassword {other} the incoming password, but {_KEY} makes the device use the incoming one",
        Fix("remove OutgoingPassword", (delete_entry(outgoing, run.content),)),
        at_key=True,
        related=((switch, "says that one password serves both"),),
    )
