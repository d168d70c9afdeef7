"""SMTP submission, as far as a check needs it (RFC 5321, 3207, 4954, 6409). No message is ever sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.live.dialog import NotSpokenError, RefusedError, sasl_answer
from profiler.live.offer import Offer
from profiler.live.wire import MOST_LINES, WireError

if TYPE_CHECKING:
    from profiler.live.wire import Wire

_ASKS_MORE = 334
_FIRST_REFUSAL = 400


class Smtp:
    """A conversation with a submission server."""

    title = "SMTP"
    upgrade = "STARTTLS"

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def greet(self) -> str:
        """Read the greeting."""
        code, text = await self._reply()
        if code >= _FIRST_REFUSAL:
            raise RefusedError(f"{code} {text}")
        return f"{code} {text}"

    async def capabilities(self) -> list[str]:
        """EHLO."""
        text = await self._command("EHLO [127.0.0.1]")
        return [line.upper() for line in text.split("\n")[1:]]

    async def start_tls(self, name: str) -> None:
        """STARTTLS."""
        await self._command("STARTTLS")
        await self._wire.start_tls(name)

    def offer(self, capabilities: list[str]) -> Offer:
        """AUTH, also in the old spelling with an equals sign."""
        words = [
            line.replace("=", " ", 1).split() for line in capabilities if line.startswith(("AUTH ", "AUTH="))
        ]
        return Offer(frozenset(word for line in words for word in line[1:]), command=False)

    async def sign_in(self, mechanism: str, user: str, password: str) -> None:
        """AUTH."""
        code, text = await self._ask(f"AUTH {mechanism}")
        turn = 0
        while code == _ASKS_MORE:
            code, text = await self._ask(sasl_answer(mechanism, turn, text, user, password))
            turn += 1

    async def offer_message(self, address: str) -> None:
        """Ask whether mail from the address to itself would be taken, and take the question back before any content."""
        try:
            await self._command(f"MAIL FROM:<{address}>")
            await self._command(f"RCPT TO:<{address}>")
        finally:
            await self._wire.send("RSET")

    async def leave(self) -> None:
        """QUIT."""
        await self._wire.send("QUIT")

    async def _command(self, command: str) -> str:
        return (await self._ask(command))[1]

    async def _ask(self, command: str) -> tuple[int, str]:
        await self._wire.send(command)
        code, text = await self._reply()
        if code >= _FIRST_REFUSAL:
            raise RefusedError(f"{code} {text}".replace("\n", " "))
        return code, text

    async def _reply(self) -> tuple[int, str]:
        lines: list[str] = []
        for _ in range(MOST_LINES):
            line = await self._wire.line()
            if not (line[:3].isascii() and line[:3].isdigit()) or line[3:4] not in ("-", " ", ""):
                raise NotSpokenError(line)
            lines.append(line[4:])
            if line[3:4] != "-":
                return int(line[:3]), "\n".join(lines)
        raise WireError(f"the server sent more than {MOST_LINES} lines for one command")
