"""Names to addresses and records, bounded in time, without blocking other probes.

Host names go through the operating system, which knows /etc/hosts, VPNs and private zones. `PROFILER_RESOLVER=HOST[:PORT]`
sends every question, those included, to one DNS server instead.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from profiler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    import dns.asyncresolver

VARIABLE = "PROFILER_RESOLVER"
_MOST_RECORDS = 32


class NameNotFoundError(Exception):
    """The name does not exist, or has no record of the kind; `exists` tells which."""

    def __init__(self, message: str, *, exists: bool = False) -> None:
        super().__init__(message)
        self.exists = exists


class NoAnswerError(Exception):
    """The resolver gave no usable answer."""


@dataclass(frozen=True, order=True)
class Service:
    """One SRV record (RFC 2782); `host` is empty where the domain says the service is not offered."""

    priority: int
    weight: int
    host: str
    port: int


class Resolver:
    """Asks one DNS server, or the system's; every answer comes within `timeout` seconds."""

    def __init__(self, server: str | None = None, *, timeout: float = 10) -> None:
        self.timeout = timeout
        chosen = server if server is not None else os.environ.get(VARIABLE, "")
        self._server = _host_and_port(chosen) if chosen else None
        self._resolver: dns.asyncresolver.Resolver | None = None

    async def addresses(self, host: str) -> list[str]:
        """IPv4 and IPv6 addresses of a host, IPv6 last. Raises NameNotFoundError or NoAnswerError."""
        literal = _literal(host)
        if literal:
            return [literal]
        if host.rstrip(".").lower() == "localhost" or self._server is None:
            return await _within(self.timeout, lambda: _system_addresses(host))
        found: list[str] = []
        errors: list[Exception] = []
        answers = await asyncio.gather(
            *(self._texts(host, kind) for kind in ("A", "AAAA")), return_exceptions=True
        )
        for answer in answers:
            if isinstance(answer, list):
                found += answer
            elif isinstance(answer, Exception):
                errors.append(answer)
        if found:
            return found
        raise next((error for error in errors if isinstance(error, NoAnswerError)), errors[0])

    async def mx(self, domain: str) -> list[str]:
        """Mail exchangers, best first; an empty list for a null MX (RFC 7505)."""
        records = sorted((int(r.preference), _name(r.exchange)) for r in await self._ask(domain, "MX"))
        return [host for _, host in records if host]

    async def srv(self, name: str) -> list[Service]:
        """SRV records, best first."""
        records = await self._ask(name, "SRV")
        return sorted(Service(r.priority, -r.weight, _name(r.target), r.port) for r in records)

    async def txt(self, name: str) -> list[str]:
        """TXT records, each with its parts joined."""
        records = await self._ask(name, "TXT")
        return [b"".join(r.strings).decode("utf-8", "replace") for r in records]

    async def _texts(self, name: str, kind: str) -> list[str]:
        return [str(record.address) for record in await self._ask(name, kind)]

    async def _ask(self, name: str, kind: str) -> list[Any]:
        import dns.exception  # noqa: PLC0415 - slow to import, and a check of a literal address asks nothing
        import dns.resolver  # noqa: PLC0415

        try:
            resolver = self._resolver = self._resolver or self._make()
            answer = await resolver.resolve(name, kind, search=False, lifetime=self.timeout)
        except dns.resolver.NXDOMAIN:
            raise NameNotFoundError(f"the name {name} does not exist") from None
        except dns.resolver.NoAnswer:
            raise NameNotFoundError(f"{name} has no {kind} record", exists=True) from None
        except dns.exception.Timeout:
            raise NoAnswerError(f"no DNS server answered within {self.timeout:g} seconds") from None
        except (dns.exception.DNSException, OSError, ValueError) as error:
            raise NoAnswerError(f"DNS gave no usable answer for {name} ({type(error).__name__})") from None
        return list(answer)[:_MOST_RECORDS]

    def _make(self) -> dns.asyncresolver.Resolver:
        import dns.asyncresolver  # noqa: PLC0415

        if self._server is None:
            return dns.asyncresolver.Resolver()
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers = [self._server[0]]
        resolver.port = self._server[1]
        return resolver


def _host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or _literal(text):
        host, port = text, "53"
    address = _literal(host.strip("[]"))
    if not address or not (port.isascii() and port.isdigit()):
        raise UsageError(f"{VARIABLE}={text} is not an address", hint="write 192.0.2.53 or 127.0.0.1:5353")
    return address, int(port)


def _literal(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ""


def _name(name: Any) -> str:
    return str(name).rstrip(".").lower()


def _system_addresses(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise NoAnswerError(f"the system's resolver gave no answer for {host}") from None
        raise NameNotFoundError(f"the name {host} has no address") from None
    except (UnicodeError, ValueError):
        raise NameNotFoundError(f"{host} is not a host name") from None
    return list(
        dict.fromkeys(
            str(entry[4][0]) for entry in sorted(found, key=lambda entry: entry[0] != socket.AF_INET)
        )
    )


async def _within(seconds: float, work: Callable[[], list[str]]) -> list[str]:
    """Run blocking work in a thread of its own, which is left behind when it takes too long."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[list[str]] = loop.create_future()

    def settle(result: list[str] | None, error: Exception | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result or [])

    def run() -> None:
        result, problem = None, None
        try:
            result = work()
        except (NameNotFoundError, NoAnswerError) as error:
            problem = error
        except OSError as error:
            problem = NoAnswerError(str(error))
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, problem)

    threading.Thread(target=run, daemon=True, name="resolve").start()
    try:
        async with asyncio.timeout(seconds):
            return await future
    except TimeoutError:
        raise NoAnswerError(f"the system's resolver did not answer within {seconds:g} seconds") from None
