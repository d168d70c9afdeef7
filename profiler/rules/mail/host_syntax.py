"""mail-host-syntax."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profiler.document.edits import Edit, Fix, insert_entry, replace_value
from profiler.model.account import EAS, EWS, MAIL
from profiler.rules.mail import hosts, servers
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.model.account import Account, Server
    from profiler.rules.run import Run

_LAST_PORT = 65535
_PORT = re.compile(r":[0-9]{1,5}\Z")


@rule(
    "mail-host-syntax",
    severity=Severity.ERROR,
    source="https://www.rfc-editor.org/rfc/rfc1123#page-13",
    scope=Scope.ACCOUNT,
    types=(MAIL, EAS, EWS),
    when="unusual host",
    also=(Severity.WARNING,),
    bad="""
    <key>EmailAddress</key>
    <string>kari@example.net</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@example.net</string>
    <key>OutgoingMailServerHostName</key>
    <string>https://smtp.example.net/</string>
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
    """What stands for a server is no host name.

    A device looks the text up as it is. With a scheme, a path, a port, a space or an @ in it no server is
    found, and the account never connects. Exchange ActiveSync has no key for a port, so one may follow its host.
    """
    for server, node in servers.with_host(account, run):
        text = node.value.strip().removesuffix(".")
        name = _PORT.sub("", text) if account.type == EAS else text  # which has no key for the port
        if hosts.is_ip(server.host) or hosts.is_ip(name):
            continue
        fault = hosts.fault(name)
        if fault:
            message = f"{servers.side(server)} host {text!r} {fault}, so no device finds it"
            hint = "write the name alone, such as mail.example.com"
            if server.keys.port:
                hint += "; the port has a key of its own"
            yield Finding(node, message, _fix(account, server, node, run), help=hint)
        elif "_" in text:
            message = f"{servers.side(server)} host {text!r} holds an underscore, which no public certificate may name"
            yield Finding(
                node, message, severity=Severity.WARNING, help="use a name of letters, digits and hyphens"
            )


def _fix(account: Account, server: Server, node: Node, run: Run) -> Fix | None:
    """The name inside a URL, its port moved to the port key; None where the name is anybody's guess."""
    name = node.value.strip().rpartition("://")[2].partition("/")[0].removesuffix(".")
    name, colon, digits = name.partition(":")
    if hosts.fault(name) or "." not in name or (colon and not _is_port(digits)):
        return None
    if not server.keys.port:
        return Fix(f"use the host name {name}", (replace_value(node, name + colon + digits),))
    edits: tuple[Edit, ...] = (replace_value(node, name),)
    port = account.payload.get(server.keys.port)
    if digits and port is None:
        edits += (
            insert_entry(account.payload, server.keys.port, int(digits), run.content, after=server.keys.host),
        )
    elif digits and server.port != int(digits):
        return None
    return Fix(f"use the host name {name}", edits)


def _is_port(text: str) -> bool:
    return _PORT.match(f":{text}") is not None and 0 < int(text) <= _LAST_PORT
