"""Host names that no public certificate names, because they mean something inside one network only.

Sources: RFC 6762 (.local), RFC 8375 (.home.arpa), RFC 6761, the ICANN resolution on .internal of 2024, RFC 1918.
"""

from __future__ import annotations

_SUFFIXES = (
    ".local", ".internal", ".home.arpa", ".lan", ".intranet", ".corp", ".private", ".localdomain", ".test",
)  # fmt: skip


def is_internal(host: str) -> bool:
    """Whether a host (lower case) is a single label, has a suffix for private use, or is a private IP address."""
    if not host or host == "localhost":
        return False
    if host.replace(".", "").isdigit() or ":" in host:
        return _is_private_address(host.strip("[]"))
    return "." not in host or host.endswith(_SUFFIXES)


def _is_private_address(host: str) -> bool:
    import ipaddress  # noqa: PLC0415 - only for hosts that look like addresses

    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_private and not address.is_loopback
