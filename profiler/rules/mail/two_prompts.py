"""mail-two-prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, insert_entry, replace_value
from profiler.model.account import MAIL, Authentication
from profiler.rules.mail import hosts, logins
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account, Server
    from profiler.rules.run import Run

_KEY = "OutgoingPasswordSameAsIncomingPassword"


@rule(
    "mail-two-prompts",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    bad="""
    <key>OutgoingPasswordSameAsIncomingPassword</key>
    <false/>
    """,
    good="""
    <key>OutgoingPasswordSameAsIncomingPassword</key>
    <true/>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The person who installs the profile has to type one password twice.

    Both servers belong to one provider and one user, so the password is the same.
    OutgoingPasswordSameAsIncomingPassword spares the second question where the profile is installed by hand.
    """
    incoming, outgoing = account.incoming, account.outgoing
    if outgoing is None or run.delivers_mdm or account.payload.boolean(_KEY):
        return
    if not (_asks(incoming, run) and _asks(outgoing, run)):
        return
    if not logins.same_user(incoming.username, outgoing.username):
        return
    if hosts.domain(incoming.host) != hosts.domain(outgoing.host):
        return
    switch = account.payload.get(_KEY)
    if switch is None:
        edit = insert_entry(
            account.payload, _KEY, value=True, content=run.content, after=outgoing.keys.username
        )
    else:
        edit = replace_value(switch, value=True)
    safety = Safety.SAFE if run.targets.delivers_manually else Safety.UNSAFE
    at = switch or account.payload.get(outgoing.keys.username)
    message = "The device asks for the same password twice, for receiving and for sending"
    yield Finding(at, message, Fix(f"set {_KEY} to true", (edit,), safety))


def _asks(server: Server, run: Run) -> bool:
    """Whether the device asks for the password of a user and host that stand in the profile."""
    if server.authentication in (None, Authentication.NONE) or server.has_password:
        return False
    return bool(server.username and server.host) and not run.is_placeholder(server.username)
