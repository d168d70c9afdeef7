"""mail-host-local."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL
from profiler.rules.mail import destination, hosts, servers
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run


@rule(
    "mail-host-local",
    severity=Severity.WARNING,
    source="https://www.rfc-editor.org/rfc/rfc6762#section-3",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="unusual host",
    needs=(Needs.TARGET,),
    target="ios:17.0,manual",
    options={"ignore": "sig-missing"},
    bad="""
    <key>EmailAddress</key>
    <string>kari@example.net</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerHostName</key>
    <string>mailserver.local</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@example.net</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.example.net</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """A server has a name that works on one device or one network only.

    A name without a dot, or one in .local, is found in the office and nowhere else; localhost is the device
    itself, and no iPhone runs a mail server. On a Mac localhost may be right: a bridge such as Proton's
    listens there. Asked only when it is known where the profile goes.
    """
    places = run.targets.platforms
    if not places:
        return
    for server, node in servers.with_host(account, run):
        if not hosts.is_local(server.host):
            continue
        if hosts.is_loopback(server.host):
            if places == destination.MAC:
                continue
            effect = "is the device itself, where no mail server runs"
        elif hosts.fault(server.host):
            continue  # mail-host-syntax: it is found nowhere
        else:
            effect = "is found on its own network only, so mail stops elsewhere"
        yield Finding(
            node,
            f"{servers.side(server)} host {server.host} {effect}",
            help="use a name that public DNS knows",
        )
