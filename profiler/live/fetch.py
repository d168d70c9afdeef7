"""Fetch a small document over HTTPS: the certificate is judged, redirects stay on HTTPS, size and time are bounded."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from profiler.live.http import Answer, request
from profiler.live.resolver import NameNotFoundError, NoAnswerError, Resolver
from profiler.live.wire import Wire, WireError

if TYPE_CHECKING:
    from collections.abc import Callable

    from profiler.live.anchors import Anchors

_MOST_REDIRECTS = 4
_OK = 200
_REDIRECTS = {301, 302, 303, 307, 308}


class FetchError(Exception):
    """There is no such document, or it cannot be trusted; the text says which."""


class Fetcher:
    """Fetches documents; `timeout` seconds for each, redirects included."""

    def __init__(
        self,
        resolver: Resolver,
        trusted: Callable[[], Anchors],
        *,
        timeout: float = 10,
        https_port: int = 443,
        http_port: int = 80,
    ) -> None:
        self._resolver = resolver
        self._trusted = trusted
        self._timeout = timeout
        self._ports = {"https": https_port, "http": http_port}

    async def get(self, url: str) -> bytes:
        """Return the document. Plain http only when `url` itself says so. Raises FetchError."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self._follow(url)
        except TimeoutError:
            raise FetchError(f"no answer within {self._timeout:g} seconds") from None

    async def _follow(self, url: str) -> bytes:
        for _ in range(_MOST_REDIRECTS):
            answer = await self._one(url)
            if answer.status == _OK:
                return answer.body
            if answer.status not in _REDIRECTS:
                raise FetchError(f"HTTP {answer.status}")
            try:
                target = urljoin(url, answer.header("location"))
            except ValueError:
                raise FetchError("it is handed on to what is no web address") from None
            if not target.startswith("https://"):
                raise FetchError("it is handed on to an address that is not https")
            url = target
        raise FetchError("it is handed on and on")

    async def _one(self, url: str) -> Answer:
        try:
            parts = urlsplit(url)
            port = parts.port or self._ports[parts.scheme]
        except (ValueError, KeyError):
            raise FetchError("its address is no web address") from None
        host = parts.hostname or ""
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            addresses = await self._resolver.addresses(host)
        except (NameNotFoundError, NoAnswerError) as error:
            raise FetchError(str(error)) from None
        sock = await _first(addresses, port)
        wire: Wire | None = None
        try:
            wire = await Wire.over(sock, tls_name=host if parts.scheme == "https" else None)
            if parts.scheme == "https":
                self._judge(wire, host)
            return await request(wire, "GET", host, path, {"Accept": "*/*"})
        except WireError as error:
            raise FetchError(str(error)) from None
        finally:
            if wire is not None:
                wire.close()
            else:
                sock.close()

    def _judge(self, wire: Wire, host: str) -> None:
        from profiler.live.certificate import judge  # noqa: PLC0415 - cryptography is slow to import

        problems = judge(wire.chain, host, self._trusted(), dt.datetime.now(dt.UTC)).problems
        if problems:
            raise FetchError(problems[0][0])


async def _first(addresses: list[str], port: int) -> socket.socket:
    """Connect to the first address that answers, trying them in turn."""
    loop = asyncio.get_running_loop()
    for address in addresses:
        try:
            sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        except OSError:  # this computer has no network of that family
            continue
        sock.setblocking(False)
        try:
            await loop.sock_connect(sock, (address, port))
        except OSError:
            sock.close()
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise FetchError("no connection")
