"""sec-untrusted-prompt."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Scope, Severity, rule
from profiler.rules.security.certificates import AUTHORITY_TYPES
from profiler.rules.security.internal import is_internal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.model.account import Account
    from profiler.rules.run import Run

_KEY = "allowUntrustedTLSPrompt"


@rule(
    "sec-untrusted-prompt",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/restrictions",
    scope=Scope.PAYLOAD,
    types=("com.apple.applicationaccess",),
    keys=(_KEY,),
    bad=f"""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.carddav.account</string>
        <key>CardDAVHostName</key>
        <string>contacts.example.internal</string>
    </dict>
    <dict>
        <key>PayloadType</key>
        <string>com.apple.applicationaccess</string>
        <key>{_KEY}</key>
        <false/>
    </dict>
    """,
    good=f"""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.carddav.account</string>
        <key>CardDAVHostName</key>
        <string>contacts.example.com</string>
    </dict>
    <dict>
        <key>PayloadType</key>
        <string>com.apple.applicationaccess</string>
        <key>{_KEY}</key>
        <false/>
    </dict>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """A server inside the company's network may be refused without a word.

    No public CA certifies such a name, and with allowUntrustedTLSPrompt false the device does not ask what to do about an unknown
    certificate. The CA may come by another profile.
    """
    if payload.boolean(_KEY) is not False or run.payloads_of(*AUTHORITY_TYPES):
        return
    hosts = _internal(run)
    if hosts:
        names = ", ".join(dict.fromkeys(host for host, _ in hosts))
        related = tuple({id(account): (account.payload, "an account there") for _, account in hosts}.values())
        message = (
            f"{_KEY} is false and the file has no CA certificate: {names} may be refused without a question"
        )
        yield Finding(
            payload.get(_KEY), message, related=related, help="add the CA that certifies these servers"
        )


@lru_cache(maxsize=2)
def _internal(run: Run) -> list[tuple[str, Account]]:
    """The servers inside the network, and whose they are."""
    return [
        (server.host, account)
        for account in run.accounts
        for server in account.servers
        if is_internal(server.host)
    ]
