"""What a probe needs to know of one server of one account."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from profiler.model import placeholder
from profiler.model.account import STARTTLS_PORTS, TLS_PORTS, Authentication, Security

if TYPE_CHECKING:
    from profiler.model.account import Account, Server

LINE_PROTOCOLS = ("imap", "pop", "smtp")
DAV_PROTOCOLS = ("caldav", "carddav")

_TLS_PORT = {"imap": 993, "pop": 995, "ldap": 636}
_CLEAR_PORT = {"imap": 143, "pop": 110, "ldap": 389}
_SUBMISSION_PORTS = (25, 587, 465)


class Side(StrEnum):
    """Whether the device receives from the server or sends through it."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


@dataclass(frozen=True)
class Door:
    """A port and how it is spoken to."""

    port: int
    security: Security


@dataclass(frozen=True)
class Endpoint:
    """One server of one account; `doors` in the order a device tries them, `path` for protocols over HTTPS."""

    side: Side
    protocol: str
    host: str
    doors: tuple[Door, ...]
    authentication: Authentication | None = Authentication.PASSWORD
    username: str = ""
    address: str = ""
    path: str = ""
    password: str | None = field(default=None, repr=False)

    def at(self, door: Door) -> str:
        """HOST:PORT, as reports name it; an IPv6 address stands in brackets."""
        host = f"[{self.host}]" if self.host.count(":") > 1 and not self.host.startswith("[") else self.host
        return f"{host}:{door.port}"


def doors(protocol: str, port: int | None, *, tls: bool) -> tuple[Door, ...]:
    """Find the ports a device tries, and how it speaks to each, from what a profile says.

    Apple does not say whether UseSSL means TLS from the first byte or STARTTLS; its own samples pair it with 993 and with
    587, so the port decides and an unusual port is tried both ways. Without a port, incoming mail has the protocol's
    default and outgoing mail tries 25, 587 and 465.
    https://developer.apple.com/documentation/devicemanagement/mail
    """
    if port is None and protocol == "smtp":
        return tuple(Door(number, _security(protocol, number, tls=tls)) for number in _SUBMISSION_PORTS)
    default = (
        (_TLS_PORT.get(protocol, 443) if tls else _CLEAR_PORT.get(protocol, 80)) if port is None else port
    )
    return (Door(default, _security(protocol, default, tls=tls)),)


def _security(protocol: str, port: int, *, tls: bool) -> Security:
    if not tls:
        return Security.NONE
    if protocol not in LINE_PROTOCOLS or port in TLS_PORTS:
        return Security.TLS
    return Security.STARTTLS if port in STARTTLS_PORTS else Security.EITHER


def endpoints_of(account: Account) -> list[Endpoint]:
    """Turn the servers of an account into endpoints; a server that the profile does not name has an empty host."""
    shared = account.payload.boolean("OutgoingPasswordSameAsIncomingPassword") is True
    found = []
    for server in account.servers:
        side = Side.OUTGOING if server is account.outgoing else Side.INCOMING
        source = account.incoming if shared else server
        carried = account.payload.string(source.keys.password) if source.keys.password else None
        found.append(
            Endpoint(
                side,
                server.protocol,
                _host(account, server),
                doors(server.protocol, server.port, tls=server.security is not Security.NONE),
                server.authentication,
                server.username or account.address,
                account.address,
                _path(account, server),
                carried or None,
            )
        )
    return found


def _host(account: Account, server: Server) -> str:
    """Give the host; letter case matters in variables, and in a subscribed calendar's, which is a whole address."""
    written = (account.payload.string(server.keys.host) or "").strip() if server.keys.host else ""
    return written if server.protocol == "subscribed-calendar" or placeholder.marks(written) else server.host


def _path(account: Account, server: Server) -> str:
    key = {"caldav": "CalDAVPrincipalURL", "carddav": "CardDAVPrincipalURL", "ews": "Path"}.get(
        server.protocol, ""
    )
    return (account.payload.string(key) or "") if key else ""
