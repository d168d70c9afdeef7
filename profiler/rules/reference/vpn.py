"""Per-app VPN: accounts name the VPNUUID of a payload that may be in another profile.

Source: https://developer.apple.com/documentation/devicemanagement/applayervpn.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from profiler.model.account import CALDAV, CARDDAV, EAS, GOOGLE, LDAP, MAIL, SUBSCRIBED_CALENDAR
from profiler.rules.reference.identity import folded

if TYPE_CHECKING:
    from profiler.document.plist import Node
    from profiler.rules.run import Run

APP_LAYER = "com.apple.vpn.managed.applayer"
VPN_TYPES = (APP_LAYER, "com.apple.vpn.managed")
ACCOUNT_TYPES = (MAIL, EAS, GOOGLE, CALDAV, CARDDAV, SUBSCRIBED_CALENDAR, LDAP)


@lru_cache(maxsize=2)
def offered(run: Run) -> frozenset[str]:
    """The VPNUUIDs of the per-app VPNs of a file, folded."""
    return frozenset(folded(one.string("VPNUUID")) for one in run.payloads_of(APP_LAYER)) - {""}


def wanted(payload: Node, run: Run) -> str:
    """The VPNUUID an account names, folded; "" for none, for one to be filled in later, and for one this file offers."""
    text = payload.string("VPNUUID") or ""
    uuid = folded(text)
    return "" if not uuid or run.is_placeholder(text) or uuid in offered(run) else uuid


def misnamed(uuid: str, run: Run) -> Node | None:
    """The VPN payload that has this as its PayloadUUID."""
    return _by_uuid(run).get(uuid)


@lru_cache(maxsize=2)
def _by_uuid(run: Run) -> dict[str, Node]:
    return {folded(one.string("PayloadUUID")): one for one in reversed(run.payloads_of(*VPN_TYPES))}
