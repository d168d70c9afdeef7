"""mail-same-password-other-user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL, Authentication
from profiler.rules.mail import logins
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run

_KEY = "OutgoingPasswordSameAsIncomingPassword"


@rule(
    "mail-same-password-other-user",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    keys=("OutgoingPasswordSameAsIncomingPassword",),
    bad="""
    <key>OutgoingMailServerUsername</key>
    <string>office@example.com</string>
    """,
    good="""
    <key>OutgoingMailServerUsername</key>
    <string>kari@example.com</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """Two users are to sign in with one password.

    OutgoingPasswordSameAsIncomingPassword sends the incoming password with the outgoing user name. Two logins
    rarely share a password, so sending probably fails. A name with and without its domain is one user.
    """
    incoming, outgoing = account.incoming, account.outgoing
    if (
        outgoing is None
        or not account.payload.boolean(_KEY)
        or not incoming.username
        or not outgoing.username
    ):
        return
    if Authentication.NONE in (incoming.authentication, outgoing.authentication):
        return
    if logins.same_user(incoming.username, outgoing.username):
        return
    if run.is_placeholder(incoming.username) or run.is_placeholder(outgoing.username):
        return
    node = account.payload.get(outgoing.keys.username)
    message = f"One password for two users: {incoming.username} receives, {outgoing.username} sends"
    yield Finding(
        node, message, help=f"use one user name, or set {_KEY} to false so that the device asks twice"
    )
