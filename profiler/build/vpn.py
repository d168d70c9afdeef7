"""Per-app VPN that accounts refer to.

Keys: https://developer.apple.com/documentation/devicemanagement/applayervpn; VPNUUID is a name of its own, not the UUID of
the payload.
"""

from __future__ import annotations

from typing import Any

from profiler.build.naming import uuid_of


def vpn_uuid(name: str, table: dict[str, Any], identifier: str) -> str:
    """Return what VPNUUID of an account must be: that of another profile, or one that follows from the identifier here."""
    return str(table["uuid"]) if "uuid" in table else uuid_of(f"{identifier}.vpn.{name}.VPNUUID")


def vpn_payload(name: str, table: dict[str, Any], identifier: str) -> dict[str, Any]:
    """Return the keys of a per-app VPN payload."""
    return {
        "PayloadType": "com.apple.vpn.managed.applayer",
        "PayloadDisplayName": table.get("name", f"VPN {name}"),
        "UserDefinedName": table.get("name", name),
        "VPNUUID": vpn_uuid(name, table, identifier),
    }
