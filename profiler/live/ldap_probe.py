"""LDAP: whether a directory answers, over TLS, and knows the user (RFC 4511)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.live.probe import Probe, StepFailedError
from profiler.live.wire import WireError
from profiler.model.account import Security

if TYPE_CHECKING:
    import socket

    from profiler.live.wire import Wire

_SEQUENCE, _INTEGER, _OCTETS, _BIND, _BOUND, _SIMPLE = 0x30, 0x02, 0x04, 0x60, 0x61, 0x80
_LARGEST = 64 * 1024
_WRONG_CREDENTIALS, _NEEDS_TLS, _LONG = 49, 13, 0x80


class LdapProbe(Probe):
    """The steps of a directory server."""

    names = ("dns", "connect", "tls", "certificate", "greeting", "login")

    async def converse(self, sock: socket.socket) -> None:
        """Everything after the connection."""
        if self.door.security is Security.NONE:
            wire = await self.wire(sock)
            self.note_clear("Turn LDAPAccountUseSSL on in the profile")
        else:
            wire = await self.encrypted(sock)
        async with self.step("greeting", "answer as a directory", "Check the server name in the profile"):
            code, said = await _bind(wire, 1, "", "")
        self.ledger.ok(
            "greeting", "LDAP server" + (f" that wants a sign-in: {self.quote(said)}" if code else "")
        )
        reason = self.no_password_here(wire)
        if not reason and not self.endpoint.username:
            reason = "No user name: the profile holds none"
        if reason:
            self.ledger.skipped("login", reason)
            return
        async with self.step("login", "answer to the sign-in", "Try again later"):
            code, said = await _bind(wire, 2, self.endpoint.username, self.endpoint.password or "")
        if code == _WRONG_CREDENTIALS:
            todo = "Check the password; many directories want the full name (uid=anna,ou=people,dc=example,dc=com)"
            raise StepFailedError(
                "login",
                f"The directory does not accept this user name and password: {self.quote(said)}",
                todo,
            )
        if code:
            raise StepFailedError(
                "login",
                f"The directory refuses the sign-in (code {code}): {self.quote(said)}",
                "Ask its administrator",
            )
        self.ledger.ok("login", f"Signed in as {self.endpoint.username}")


async def _bind(wire: Wire, number: int, name: str, password: str) -> tuple[int, str]:
    """Bind with a name and password, or anonymously; give the result code and the server's words."""
    body = _tlv(_INTEGER, b"\x03") + _tlv(_OCTETS, name.encode()) + _tlv(_SIMPLE, password.encode())
    await wire.send_bytes(_tlv(_SEQUENCE, _tlv(_INTEGER, bytes([number])) + _tlv(_BIND, body)))
    tag, message = await _read(wire)
    parts = _parts(message)
    if tag != _SEQUENCE or len(parts) < 2 or parts[1][0] != _BOUND:  # noqa: PLR2004 - message number and operation
        raise WireError("the answer is not LDAP")
    fields = _parts(parts[1][1])
    if len(fields) < 3:  # noqa: PLR2004 - code, name, words
        raise WireError("the answer is not LDAP")
    return int.from_bytes(fields[0][1], "big"), fields[2][1].decode("utf-8", "replace")


def _tlv(tag: int, value: bytes) -> bytes:
    size = len(value)
    length = bytes([size]) if size < _LONG else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + value


async def _read(wire: Wire) -> tuple[int, bytes]:
    tag, size = await wire.exactly(2)
    if size >= _LONG:
        count = size - _LONG
        size = int.from_bytes(await wire.exactly(count), "big") if 0 < count <= 4 else _LARGEST + 1  # noqa: PLR2004
    if size > _LARGEST:
        raise WireError("the answer is not LDAP")
    return tag, await wire.exactly(size)


def _parts(data: bytes) -> list[tuple[int, bytes]]:
    found = []
    while len(data) >= 2:  # noqa: PLR2004 - tag and length
        tag, size, start = data[0], data[1], 2
        if size >= _LONG:
            start += size - _LONG
            size = int.from_bytes(data[2:start], "big")
        found.append((tag, data[start : start + size]))
        data = data[start + size :]
    return found
