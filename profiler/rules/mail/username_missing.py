"""mail-username-missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL, Authentication
from profiler.rules.reference.identification import is_filled_in
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account, Server
    from profiler.rules.run import Run


@rule(
    "mail-username-missing",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    needs=(Needs.TARGET,),
    target="ios:17.0,mdm",
    leave_out=(
        "IncomingMailServerUsername",
        "OutgoingMailServerUsername",
        "OutgoingPasswordSameAsIncomingPassword",
    ),
    bad="""
    <key>EmailAccountName</key>
    <string>Kari Nordmann</string>
    """,
    good="""
    <key>EmailAccountName</key>
    <string>Kari Nordmann</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@example.com</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@example.com</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The account has no user name, and nobody will be asked for one.

    A person who installs a profile by hand is asked for the user name. A management service installs it
    without asking, so the account cannot sign in. Where the incoming name is given and the outgoing one missing,
    mail-outgoing-user-missing says so.
    """
    if not run.delivers_mdm or account.incoming.username or is_filled_in(account.payload, run):
        return
    keys = [server.keys.username for server in account.servers if _lacks_user(account, server)]
    if not keys:
        return
    subject = f"{' and '.join(keys)} {'is' if len(keys) == 1 else 'are'} missing"
    message = f"{subject}, and a profile that comes from a management service does not ask for a user name"
    yield Finding(
        account.payload, message, help=f"set {' and '.join(keys)}, for example to the service's variable"
    )


def _lacks_user(account: Account, server: Server) -> bool:
    asks = server.authentication not in (None, Authentication.NONE)
    return asks and account.payload.get(server.keys.username) is None
