"""One endpoint, step by step: name, connection, TLS, certificate, then what the protocol adds.

Every step has a deadline of its own, and all together have one too, so that no server, however it behaves, can keep a
check waiting.
"""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import ipaddress
import socket
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from profiler.live.knock import knock
from profiler.live.report import Ledger
from profiler.live.resolver import NameNotFoundError, NoAnswerError, Resolver
from profiler.live.wire import TooOldTlsError, Wire, WireError
from profiler.model import placeholder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from profiler.live.anchors import Anchors
    from profiler.live.endpoint import Door, Endpoint
    from profiler.live.report import Step

ALTOGETHER = 5  # the whole takes at most this many step deadlines
_MOST_ADDRESSES = 6
_MOST_OF_FAMILY = 3
_SHOWN = 120
_SAFE_TLS = ("TLSv1.2", "TLSv1.3")


@dataclass(frozen=True)
class Settings:
    """What all probes of a check share; `timeout` in seconds for a step."""

    resolver: Resolver
    trusted: Callable[[], Anchors]
    timeout: float = 10
    login: bool = False
    now: dt.datetime | None = None


class StepFailedError(Exception):
    """A step failed and the ones that build on it cannot be taken."""

    def __init__(self, step: str, message: str, todo: str) -> None:
        super().__init__(message)
        self.step = step
        self.message = message
        self.todo = todo


class NoTlsError(StepFailedError):
    """The server answered the start of TLS with something else, perhaps its greeting in clear text."""


class Probe:
    """The steps every protocol shares. Protocols override `names` and `converse`."""

    names: tuple[str, ...] = ("dns", "connect", "tls", "certificate")

    def __init__(self, endpoint: Endpoint, settings: Settings) -> None:
        self.endpoint = endpoint
        self.settings = settings
        self.door: Door = endpoint.doors[0]
        self.ledger = Ledger(endpoint.side, endpoint.at(self.door), self.names)
        self._addresses: list[str] = []
        self._open: list[Wire] = []

    async def run(self) -> list[Step]:
        """Take all steps. Never raises for what a server does."""
        whole = self.settings.timeout * ALTOGETHER
        try:
            async with asyncio.timeout(whole):
                await self._resolve()
                await self.converse(await self._connect())
        except StepFailedError as failure:
            self.ledger.failed(failure.step, failure.message, failure.todo)
        except TimeoutError:
            name = next((name for name in self.names if not self.ledger.has(name)), self.names[-1])
            self.ledger.failed(
                name,
                f"The server is too slow: the whole check took more than {whole:g} seconds",
                "Try again later, or allow more with --timeout",
            )
        finally:
            for wire in self._open:
                wire.close()
        return self.ledger.steps()

    async def converse(self, sock: socket.socket) -> None:
        """Everything after the connection: TLS, certificate and the protocol's own steps."""
        raise NotImplementedError

    @asynccontextmanager
    async def step(self, name: str, doing: str, todo: str) -> AsyncIterator[None]:
        """Run the body within the deadline of a step; what goes wrong in it becomes the step's failure."""
        try:
            async with asyncio.timeout(self.settings.timeout):
                yield
        except TimeoutError:
            message = f"The server did not {doing} within {self.settings.timeout:g} seconds"
            raise StepFailedError(name, message, todo) from None
        except WireError as error:
            raise StepFailedError(name, f"The server did not {doing}: {error}", todo) from None

    def quote(self, said: str) -> str:
        """Quote what a server said, in one line and shortened; a password it repeats, in whatever form, is left out."""
        for secret in _forms(self.endpoint):
            said = said.replace(secret, "***")
        said = " ".join(said.splitlines())
        return f"«{said[:_SHOWN]}…»" if len(said) > _SHOWN else f"«{said}»"

    async def _resolve(self) -> None:
        host = self.endpoint.host
        try:
            async with asyncio.timeout(self.settings.timeout):
                self._addresses = await self.settings.resolver.addresses(host)
        except NameNotFoundError as error:
            todo = "Check the spelling of the server name in the profile against the provider's help pages"
            raise StepFailedError("dns", f"No server can be found: {error}", todo) from None
        except (NoAnswerError, TimeoutError) as error:
            reason = str(error) or f"no answer within {self.settings.timeout:g} seconds"
            todo = "Check this computer's network and DNS; the device may be fine"
            raise StepFailedError("dns", f"{host} cannot be looked up: {reason}", todo) from None
        self.ledger.ok("dns", f"{host} is {', '.join(self._addresses[:_MOST_ADDRESSES])}")

    async def _connect(self) -> socket.socket:
        """Knock at every door over both IP families at once, and go on with the first in the device's order."""
        firsts = _of_both_families(self._addresses)
        tries = [(door, address) for door in self.endpoint.doors for address in firsts]
        results = await asyncio.gather(
            *(knock(address, door.port, self.settings.timeout) for door, address in tries)
        )
        opened = [
            (door, address, sock)
            for (door, address), sock in zip(tries, results, strict=True)
            if isinstance(sock, socket.socket)
        ]
        for _, _, spare in opened[1:]:
            spare.close()
        if not opened:
            raise StepFailedError("connect", *self._nobody_home(tries, results))
        self.door, address, sock = opened[0]
        self._addresses = [address]
        self.ledger.server = self.endpoint.at(self.door)
        here = [
            (other, result) for (door, other), result in zip(tries, results, strict=True) if door == self.door
        ]
        self._note_connection(address, here)
        return sock

    def _note_connection(self, address: str, here: list[tuple[str, socket.socket | str]]) -> None:
        port = self.door.port
        message = f"Port {port} answers at {address}"
        if len(self.endpoint.doors) > 1:
            tried = ", ".join(str(door.port) for door in self.endpoint.doors)
            message += f" (the profile names no port; a device tries {tried})"
        alive = {_family(other) for other, result in here if isinstance(result, socket.socket)}
        for other, reason in here:
            if isinstance(reason, socket.socket) or (reason and ipaddress.ip_address(other).is_loopback):
                continue
            family = _family(other)
            if not reason:
                message += f"; {other} was not tried, this computer has no {family}"
                continue
            means = (
                "devices lose time there" if family in alive else f"a device with {family} only gets no mail"
            )
            todo = "Have the server answer there as well, or take this address out of DNS"
            self.ledger.warning("connect", f"{message}, but {other} {reason}: {means}", todo)
            return
        self.ledger.ok("connect", message)

    def _nobody_home(
        self, tries: list[tuple[Door, str]], results: list[socket.socket | str]
    ) -> tuple[str, str]:
        said = {
            f"{address} port {door.port} {result or 'cannot be reached from this network'}"
            for (door, address), result in zip(tries, results, strict=True)
        }
        message = "No connection: " + "; ".join(sorted(said))
        if any("refuses" in str(result) for result in results):
            return message, "Check the port in the profile; if it is right, the server's mail service is down"
        return message, "Check the port in the profile, firewalls on the way, and whether the server is up"

    async def again(self) -> socket.socket | None:
        """Make another connection to where the first one went."""
        sock = await knock(self._addresses[0], self.door.port, self.settings.timeout)
        return sock if isinstance(sock, socket.socket) else None

    async def wire(self, sock: socket.socket, *, tls: bool = False) -> Wire:
        """Speak over a socket, with TLS from the first byte or in clear text."""
        try:
            wire = await Wire.over(sock, tls_name=self.endpoint.host if tls else None)
        except BaseException:
            sock.close()
            raise
        self._open.append(wire)
        return wire

    async def encrypted(self, sock: socket.socket) -> Wire:
        """Speak TLS from the first byte; records the steps `tls` and `certificate`."""
        todo = "Check with the provider that this port is the one for TLS"
        async with self.step("tls", "answer with TLS", todo):
            try:
                wire = await self.wire(sock, tls=True)
            except TooOldTlsError as error:
                raise self.too_old(error) from None
            except WireError as error:
                raise NoTlsError("tls", f"The server did not answer with TLS: {error}", todo) from None
        self.note_tls(wire, "TLS from the first byte")
        return wire

    def too_old(self, error: TooOldTlsError) -> StepFailedError:
        """Say that the server's TLS is of the past."""
        todo = "Have TLS 1.2 and 1.3 switched on at the server"
        return StepFailedError("tls", f"No safe TLS: {error}; devices ask for TLS 1.2", todo)

    def note_tls(self, wire: Wire, how: str) -> None:
        """Record the steps `tls` and `certificate` of an encrypted connection."""
        session = wire.session
        if session is None:
            raise StepFailedError("tls", "The connection is not encrypted", "Try again")
        if session.version() not in _SAFE_TLS:
            raise self.too_old(TooOldTlsError(f"the server speaks {session.version()}"))
        cipher = session.cipher()
        self.ledger.ok("tls", f"{how}, {session.version()}, {cipher[0] if cipher else 'unknown cipher'}")
        from profiler.live.certificate import judge  # noqa: PLC0415 - cryptography is slow to import

        now = self.settings.now or dt.datetime.now(dt.UTC)
        verdict = judge(wire.chain, self.endpoint.host, self.settings.trusted(), now)
        if verdict.problems:
            self.ledger.failed("certificate", *_joined(verdict.problems))
        elif verdict.cautions:
            self.ledger.warning("certificate", *_joined(verdict.cautions))
        else:
            self.ledger.ok("certificate", verdict.summary)

    def note_clear(self, todo: str) -> None:
        """Record the steps `tls` and `certificate` of a connection the profile wants in clear text."""
        message = "The profile asks for no TLS: passwords and mail travel readable to everyone on the way"
        self.ledger.warning("tls", message, todo)
        self.ledger.skipped("certificate", "No certificate without TLS")

    def no_password_here(self, wire: Wire) -> str:
        """Tell why a password must not be sent over this connection; empty when it may."""
        if wire.session is None:
            return "The connection is not encrypted, so no password was sent"
        if self.ledger.status("certificate") == "failed":
            return "The server's certificate is not right, so no password was sent to it"
        if not self.settings.login:
            return "Not asked for; --login tries the user name and password"
        for what, text in (("user name", self.endpoint.username), ("password", self.endpoint.password or "")):
            if placeholder.is_variable(text):
                return f"The {what} is a variable that device management fills in"
        if self.endpoint.password is None:
            return "No password: the profile holds none, and --password names none"
        return ""


def _joined(pairs: list[tuple[str, str]]) -> tuple[str, str]:
    return "; ".join(message for message, _ in pairs), "; ".join(dict.fromkeys(todo for _, todo in pairs))


def _family(address: str) -> str:
    return "IPv6" if ":" in address else "IPv4"


def _of_both_families(addresses: list[str]) -> list[str]:
    fours = [address for address in addresses if ":" not in address]
    sixes = [address for address in addresses if ":" in address]
    return [*fours[:_MOST_OF_FAMILY], *sixes[:_MOST_OF_FAMILY]]


def _forms(endpoint: Endpoint) -> list[str]:
    """List the password as it is and as SASL PLAIN and LOGIN encode it."""
    if not endpoint.password:
        return []
    plain = f"\0{endpoint.username}\0{endpoint.password}"
    encoded = [base64.b64encode(text.encode()).decode("ascii") for text in (plain, endpoint.password)]
    return [*encoded, endpoint.password]
