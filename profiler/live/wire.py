"""A connection that reads lines and blocks within limits, and can turn to TLS. Deadlines are the caller's."""

from __future__ import annotations

import asyncio
import ssl
import sys
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    import socket

LONGEST_LINE = 64 * 1024
MOST_LINES = 500


class WireError(Exception):
    """The other side broke off or sent what no server of this kind sends; the text says what, in plain words."""


class TooOldTlsError(WireError):
    """The server speaks no TLS version that devices still accept."""


class Wire:
    """Bytes to and from one server. `tls` tells whether they are encrypted."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._buffer = bytearray()

    @classmethod
    async def over(cls, sock: socket.socket, *, tls_name: str | None = None) -> Wire:
        """Take over a connected socket; with a name, speak TLS from the first byte. Raises WireError."""
        if tls_name is None:
            return cls(*await asyncio.open_connection(sock=sock))
        try:
            return cls(*await asyncio.open_connection(sock=sock, ssl=_context(), server_hostname=tls_name))
        except OSError as error:
            raise _handshake_error(error) from None

    async def start_tls(self, name: str) -> None:
        """Encrypt from here on. Raises WireError, also when the server had sent something it should not have yet."""
        if self._buffer:
            raise WireError(
                "the server sent data between STARTTLS and the start of TLS, which could be an attack"
            )
        try:
            await self._writer.start_tls(_context(), server_hostname=name)
        except OSError as error:
            raise _handshake_error(error) from None

    @property
    def session(self) -> ssl.SSLObject | None:
        """The TLS session, None on a connection in clear text."""
        found: ssl.SSLObject | None = self._writer.get_extra_info("ssl_object")
        return found

    @property
    def chain(self) -> list[bytes]:
        """The certificates the server sent, its own first, in DER."""
        session = self.session
        if session is None:
            return []
        if sys.version_info >= (3, 13):
            return list(session.get_unverified_chain())
        inner = cast("Any", session)._sslobj  # noqa: SLF001 - public only from Python 3.13 on
        return [certificate.public_bytes(2) for certificate in inner.get_unverified_chain() or ()]  # 2 is DER

    async def send(self, line: str) -> None:
        """Send a line."""
        await self.send_bytes(line.encode() + b"\r\n")

    async def send_bytes(self, data: bytes) -> None:
        """Send bytes as they are. Raises WireError."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError:
            raise WireError("the server closed the connection") from None

    async def line(self) -> str:
        """Read a line, without its end. Raises WireError when it is too long or does not come to an end."""
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > LONGEST_LINE:
                raise WireError(f"the server sent a line of more than {LONGEST_LINE // 1024} KiB")
            if not await self._more():
                what = "in the middle of a line" if self._buffer else "without a word"
                raise WireError(f"the server closed the connection {what}")
        if end > LONGEST_LINE:
            raise WireError(f"the server sent a line of more than {LONGEST_LINE // 1024} KiB")
        line = bytes(self._buffer[:end]).removesuffix(b"\r")
        del self._buffer[: end + 1]
        return line.decode("utf-8", "replace")

    async def exactly(self, size: int) -> bytes:
        """Read so many bytes."""
        while len(self._buffer) < size:
            if not await self._more():
                raise WireError("the server closed the connection too early")
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    async def rest(self, limit: int) -> bytes:
        """Read until the other side closes, or raise WireError when that is more than `limit` bytes."""
        while len(self._buffer) <= limit:
            if not await self._more():
                data = bytes(self._buffer)
                self._buffer.clear()
                return data
        raise WireError(f"the server sent more than {limit // 1024} KiB")

    def close(self) -> None:
        """Drop the connection without waiting for the other side."""
        self._writer.transport.abort()

    async def _more(self) -> bool:
        try:
            data = await self._reader.read(LONGEST_LINE)
        except OSError:
            raise WireError("the server broke the connection off") from None
        self._buffer += data
        return bool(data)


def _context() -> ssl.SSLContext:
    """TLS as a device speaks it, except that the certificate is judged by us afterwards, in full, and not by OpenSSL."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    # Old versions and weak keys too, or the handshake would end before they can be named.
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


def _handshake_error(error: OSError) -> WireError:
    reason = (getattr(error, "reason", None) or "").replace("_", " ").lower()
    if "protocol version" in reason or "unsupported protocol" in reason or "wrong ssl version" in reason:
        return TooOldTlsError("the server offers only TLS 1.1 or older")
    if isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError):
        return WireError(f"the TLS handshake failed ({reason or 'no reason given'})")
    return WireError("the server closed the connection during the TLS handshake")
