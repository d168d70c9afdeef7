"""mail-name-is-address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run


@rule(
    "mail-name-is-address",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    keys=("EmailAccountName",),
    bad="""
    <key>EmailAccountName</key>
    <string>kari@example.com</string>
    """,
    good="""
    <key>EmailAccountName</key>
    <string>Kari Nordmann</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The sender name is the address or a server.

    Recipients see it in place of a person's name. It is what generators write when they do not know the name;
    left out, a person who installs the profile by hand is asked for it.
    """
    name = account.name.strip().casefold()
    if not name or run.is_placeholder(account.name):
        return
    hosts_named = {server.host for server in account.servers if server.host}
    if name == account.address.casefold() or name in hosts_named:
        what = "a server" if name in hosts_named else "the address"
        message = (
            f"EmailAccountName is {what} ({account.name.strip()}), and recipients see it as the sender's name"
        )
        node = account.payload.get("EmailAccountName")
        yield Finding(
            node, message, help="write the person's name, or leave the key out so that the device asks"
        )
