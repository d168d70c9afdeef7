"""life-server-changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.lifecycle.update import accounts, first, name_of, update_of
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.model.account import Server
    from profiler.rules.run import Run


@rule(
    "life-server-changed",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    needs=(Needs.INSTALLED,),
    types=first("com.apple.caldav.account"),
    installed="""
    <key>CalDAVPort</key>
    <integer>443</integer>
    """,
    bad="""
    <key>CalDAVPort</key>
    <integer>8443</integer>
    """,
    good="""
    <key>CalDAVPort</key>
    <integer>443</integer>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """Port, encryption or sign-in of a server differ from the installed profile.

    The device connects anew and may ask for the password (inferred).
    """
    for both in accounts(update_of(run)):
        if both.old.kind != both.new.kind:
            continue
        for old, new in zip(both.old.servers, both.new.servers, strict=True):
            node = _changed(old, new, both.new.payload)
            if node is not None:
                host = new.host or f"the {new.protocol} server"
                message = f"Port, encryption or sign-in of {host} differ: devices may ask for the password of {name_of(both.new)}"
                yield Finding(node, message, help="tell users to expect it")


def _changed(old: Server, new: Server, payload: Node) -> Node | None:
    if old.port != new.port:
        return payload.get(new.keys.port) or payload
    if old.security is not new.security:
        return payload.get(new.keys.ssl) or payload
    if old.authentication is not new.authentication:
        return payload.get(new.keys.authentication or "OAuth") or payload
    return None
