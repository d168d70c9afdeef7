"""ref-vpn-missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from profiler.rules.across import Place, Remark, place_of
from profiler.rules.reference.vpn import ACCOUNT_TYPES, misnamed, offered, wanted
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_HELP = "install the profile with the per-app VPN first, or correct VPNUUID"


class Vpns(NamedTuple):
    """Of one file: the VPNUUIDs it offers, and those its accounts want and it does not offer, with their places."""

    offered: frozenset[str]
    wanted: tuple[tuple[str, str, Place], ...]


@rule(
    "ref-vpn-missing",
    severity=Severity.NOTE,
    also=(Severity.WARNING,),
    source="https://developer.apple.com/documentation/devicemanagement/applayervpn",
    scope=Scope.PAYLOAD,
    types=ACCOUNT_TYPES,
    keys=("VPNUUID",),
    bad="""
    <key>VPNUUID</key>
    <string>E9D2B4A6-7C1F-4E0A-B3D8-6F5A9C8E7B10</string>
    """,
    good="""
    <key>PreventMove</key>
    <false/>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """An account goes through a per-app VPN that is not in the file.

    Until a profile with that VPN is installed the account has no way to its server. It is often another profile, so this is a
    note; with --set-complete, which says that all files given belong to one device, it is a warning when no file has it.
    """
    uuid = wanted(payload, run)
    if uuid and not run.context.complete and misnamed(uuid, run) is None:
        node = payload.get("VPNUUID")
        yield Finding(node, _message(payload, "this file"), help=_HELP)


def collect(run: Run) -> Vpns:
    """What `compare` needs of one file: nothing unless all files given belong to one device."""
    if not run.context.complete:
        return Vpns(frozenset(), ())
    missing = []
    for payload in run.payloads_of(*ACCOUNT_TYPES):
        uuid = wanted(payload, run)
        node = payload.get("VPNUUID")
        if uuid and node is not None and misnamed(uuid, run) is None:
            missing.append((uuid, _message(payload, "any of the files"), place_of(node, run)))
    return Vpns(frozenset(offered(run)), tuple(missing))


def compare(files: Sequence[tuple[str, Vpns]]) -> list[tuple[str, Remark]]:
    """Accounts whose VPN none of the files, (path, facts) each, offers: (path, finding) in the order of the files."""
    known = frozenset().union(*(facts.offered for _, facts in files))
    return [
        (path, Remark(place, message, _HELP, Severity.WARNING))
        for path, facts in files
        for uuid, message, place in facts.wanted
        if uuid not in known
    ]


def _message(payload: Node, where: str) -> str:
    return f"The account needs the per-app VPN {payload.string('VPNUUID')}, which is not in {where}"
