"""References between payloads of a profile, and those that point at nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from profiler.document.plist import Node

# Keys that name another payload of the same profile by its PayloadUUID, alone or in an array.
_KEY = re.compile(
    r"(?:Certificate|CertificateAnchor|Identification|Identity|CertPayload)UUIDs?\Z", re.IGNORECASE
)
_VPN = "VPNUUID"
_APP_LAYER_VPN = "com.apple.vpn.managed.applayer"


class Reference(NamedTuple):
    """A value that names another payload. `vpn` references name a VPN, which may be in another profile."""

    key: str
    node: Node
    vpn: bool

    @property
    def target(self) -> str:
        """What it points at; UUIDs are compared without regard to letter case."""
        return str(self.node.value).strip().casefold()


def references(payload: Node) -> Iterator[Reference]:
    """Every reference in a payload; empty ones point nowhere on purpose."""
    is_vpn_itself = payload.string("PayloadType") == _APP_LAYER_VPN
    for node in payload.walk():
        if node.kind != "string" or not node.value.strip():
            continue
        key = node.key if isinstance(node.key, str) else node.parent.key if node.parent is not None else None
        if key == _VPN and node.parent is payload and not is_vpn_itself:
            yield Reference(key, node, vpn=True)
        elif isinstance(key, str) and _KEY.search(key):
            yield Reference(key, node, vpn=False)


class Targets(NamedTuple):
    """What references may name: the PayloadUUIDs of a profile, and the VPNUUIDs of its per-app VPNs."""

    payloads: frozenset[str]
    vpns: frozenset[str]


def targets(payloads: Sequence[Node]) -> Targets:
    """What references may name in a profile of these payloads."""
    uuids = (payload.string("PayloadUUID") or "" for payload in payloads)
    vpns = (
        payload.string(_VPN) or "" for payload in payloads if payload.string("PayloadType") == _APP_LAYER_VPN
    )
    return Targets(_folded(uuids), _folded(vpns))


def _folded(names: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, (name.strip().casefold() for name in names)))


def newly_broken(old: Node | None, new: Node, before: Targets, after: Targets) -> list[Reference]:
    """References of a payload that point at nothing now and did not do so in the installed version.

    A VPN counts as missing only when the installed profile brought it along: else it may come from another profile.
    """
    previous = list(references(old)) if old is not None else []
    broken_before = {
        (one.key, one.target) for one in previous if not one.vpn and one.target not in before.payloads
    }
    used_own_vpn = any(one.vpn and one.target in before.vpns for one in previous)
    found = []
    for one in references(new):
        if one.vpn:
            if used_own_vpn and one.target not in after.vpns:
                found.append(one)
        elif one.target not in after.payloads and (one.key, one.target) not in broken_before:
            found.append(one)
    return found
