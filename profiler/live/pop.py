"""POP3, as far as a check needs it (RFC 1939, 2449, 2595, 5034)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.live.dialog import NotSpokenError, RefusedError, sasl_answer
from profiler.live.offer import Offer
from profiler.live.wire import MOST_LINES, WireError

if TYPE_CHECKING:
    from profiler.live.wire import Wire

_UNKNOWN = "(CAPA is not answered)"


class Pop:
    """A conversation with a POP server."""

    title = "POP"
    upgrade = "STLS"

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def greet(self) -> str:
        """Read the greeting."""
        line = await self._wire.line()
        if line.upper().startswith("-ERR"):
            raise RefusedError(line[4:].strip())
        if not line.upper().startswith("+OK"):
            raise NotSpokenError(line)
        return line

    async def capabilities(self) -> list[str]:
        """Ask CAPA; a server that does not know it has only what every POP server has."""
        try:
            await self._command("CAPA")
        except RefusedError:
            return [_UNKNOWN]
        lines: list[str] = []
        for _ in range(MOST_LINES):
            line = await self._wire.line()
            if line == ".":
                return lines
            lines.append(line.upper())
        raise WireError(f"the server sent more than {MOST_LINES} lines for one command")

    async def start_tls(self, name: str) -> None:
        """STLS."""
        await self._command("STLS")
        await self._wire.start_tls(name)

    def offer(self, capabilities: list[str]) -> Offer:
        """SASL mechanisms, and USER with PASS."""
        sasl = next((line.split()[1:] for line in capabilities if line.split()[:1] == ["SASL"]), [])
        return Offer(frozenset(sasl), command="USER" in capabilities or _UNKNOWN in capabilities)

    async def sign_in(self, mechanism: str, user: str, password: str) -> None:
        """AUTH, or USER and PASS."""
        if not mechanism:
            await self._command(f"USER {user}")
            await self._command(f"PASS {password}")
            return
        answer = await self._command(f"AUTH {mechanism}")
        turn = 0
        while answer.startswith("+ ") or answer == "+":
            answer = await self._command(sasl_answer(mechanism, turn, answer[1:].strip(), user, password))
            turn += 1

    async def leave(self) -> None:
        """QUIT."""
        await self._wire.send("QUIT")

    async def _command(self, command: str) -> str:
        await self._wire.send(command)
        line = await self._wire.line()
        if not line.startswith("+"):
            raise RefusedError(line.removeprefix("-ERR").strip())
        return line
