"""prov-desktop-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL, Account
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run

_MOBILE = frozenset({"ios", "ipados", "visionos"})
_BRIDGE_PORTS = frozenset({1143, 1025})
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})


@rule(
    "prov-desktop-only",
    severity=Severity.ERROR,
    source="https://proton.me/support/bridge",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    needs=(Needs.PROVIDERS, Needs.TARGET),
    target="ios",
    options={"ignore": "prov-app-password"},
    bad="""
    <key>EmailAddress</key>
    <string>kari@proton.me</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@proton.me</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@proton.me</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@example.com</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The provider can be reached by mail programs on a computer only.

    Its mail is decrypted by a bridge that runs on Macs and PCs. On an iPhone, iPad or Vision Pro nothing answers;
    people need the provider's own app there.
    """
    if not run.targets.platforms & _MOBILE:
        return
    provider = run.providers.find(account.domain) if account.domain else None
    bridge = any(server.host in _LOOPBACK and server.port in _BRIDGE_PORTS for server in account.servers)
    if bridge or (provider is not None and provider.desktop_only):
        name = provider.name if provider is not None else "A mail bridge on this very device"
        message = f"{name} cannot be reached from an iPhone or iPad: its bridge runs on computers only"
        yield Finding(account.payload, message, help="leave the account out and use the provider's own app")
