"""ref-vpn-mac."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, delete_entry
from profiler.model.account import CALDAV, CARDDAV, LDAP, MAIL
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "ref-vpn-mac",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.PAYLOAD,
    types=(MAIL, CALDAV, CARDDAV, LDAP),
    keys=("VPNUUID",),
    needs=(Needs.TARGET,),
    target="macos",
    options={"ignore": "ref-vpn-missing"},
    bad="""
    <key>VPNUUID</key>
    <string>E9D2B4A6-7C1F-4E0A-B3D8-6F5A9C8E7B10</string>
    """,
    good="",
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """A per-app VPN is given to an account on a Mac.

    macOS has no VPNUUID for mail, calendar, contacts and directory accounts, so that the account reaches its server without
    the VPN, or not at all.
    """
    node = payload.get("VPNUUID")
    platforms = run.targets.platforms
    if node is None or "macos" not in platforms:
        return
    fix = None
    if platforms == {"macos"}:
        fix = Fix("remove VPNUUID", (delete_entry(node, run.content),), Safety.SAFE)
    yield Finding(node, "VPNUUID has no effect on a Mac: the account will not go through the VPN", fix)
