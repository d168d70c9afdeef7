"""dav-ssl-off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.model.account import CALDAV, CARDDAV, LDAP, Account
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run

_WHAT = {CALDAV: "Calendars", CARDDAV: "Contacts", LDAP: "Directory searches"}
# The usual ports without TLS: a switch alone would not reach a server there.
_CLEAR_PORTS = frozenset({80, 389, 8008})


@rule(
    "dav-ssl-off",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/caldav",
    scope=Scope.ACCOUNT,
    types=(CALDAV, CARDDAV, LDAP),
    keys=("CalDAVUseSSL", "CardDAVUseSSL", "LDAPAccountUseSSL"),
    bad="""
    <key>CalDAVUseSSL</key>
    <false/>
    """,
    good="""
    <key>CalDAVUseSSL</key>
    <true/>
    """,
)
def check(account: Account, _run: Run) -> Iterator[Finding]:
    """Calendars, contacts or directory searches would travel unencrypted.

    TLS is on unless a profile turns it off. Without it the password passes the network with every request, for anybody to read.
    """
    server = account.incoming
    node = account.payload.get(server.keys.ssl)
    if node is None or server.ssl is not False:
        return
    if server.port in _CLEAR_PORTS:
        fix = Fix(f"turn TLS on, and give the port for it in the place of {server.port}", (), Safety.MANUAL)
    else:
        fix = Fix("turn TLS on", (replace_value(node, True),), Safety.UNSAFE)
    yield Finding(node, f"{_WHAT[account.type]} would travel unencrypted: {server.keys.ssl} is false", fix)
