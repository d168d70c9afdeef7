"""del-accounts-locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import CALDAV, CARDDAV, EAS, EWS, GOOGLE, MAIL, Account, Authentication
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.model.account import Server
    from profiler.rules.run import Run

_KEY = "allowAccountModification"
_ASKING = frozenset({MAIL, EAS, EWS, GOOGLE, CALDAV, CARDDAV})
_ADDRESSED = frozenset({MAIL, EAS, EWS})
_EXCHANGE = """
    <dict>
        <key>PayloadType</key>
        <string>com.apple.eas.account</string>
    </dict>
    <dict>
        <key>PayloadType</key>
        <string>com.apple.applicationaccess</string>
        <key>allowAccountModification</key>
        <{}/>
    </dict>
"""


@rule(
    "del-accounts-locked",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/restrictions",
    scope=Scope.PAYLOAD,
    types=("com.apple.applicationaccess",),
    keys=(_KEY,),
    bad=_EXCHANGE.format("false"),
    good=_EXCHANGE.format("true"),
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """Accounts are locked, and one of them still needs something from the user.

    With allowAccountModification false nobody can change accounts in Settings. What the profile leaves to a question (user
    name, address, password, sign-in) may have no place to be given once the first question is over. Apple does not say which
    questions the restriction stops.
    """
    if payload.boolean(_KEY) is not False:
        return
    open_questions = [(account, left) for account in run.accounts if (left := _left_open(account))]
    if open_questions:
        asked = ", ".join(dict.fromkeys(word for _, left in open_questions for word in left))
        related = tuple(
            (account.payload, f"leaves open: {', '.join(left)}") for account, left in open_questions
        )
        message = f"{_KEY} is false, and the profile leaves to the user what there may be no place to enter: {asked}"
        yield Finding(
            payload.get(_KEY),
            message,
            related=related,
            help="send the restriction after users have signed in",
        )


def _left_open(account: Account) -> list[str]:
    """What the device has to ask for before the account works, for receiving or for sending."""
    asking = [one for one in account.servers if one.authentication not in (Authentication.NONE, None)]
    if account.type not in _ASKING or not asking:
        return []
    words = ["address"] if account.type in _ADDRESSED and not account.address else []
    for server in asking:
        words += _asked_by(server, account)
    return list(dict.fromkeys(words))


def _asked_by(server: Server, account: Account) -> Iterator[str]:
    if server.authentication == Authentication.OAUTH:
        yield "sign-in"
        return
    if not server.username:
        yield "user name"
    shared = server is account.outgoing and account.payload.boolean("OutgoingPasswordSameAsIncomingPassword")
    certificate = account.payload.get("PayloadCertificateUUID") or account.payload.get("Certificate")
    if not server.has_password and not shared and certificate is None:
        yield "password"
