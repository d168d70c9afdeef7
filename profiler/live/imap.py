"""IMAP, as far as a check needs it (RFC 9051, 2595)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.live.dialog import NotSpokenError, RefusedError, sasl_answer
from profiler.live.offer import Offer
from profiler.live.wire import MOST_LINES, WireError

if TYPE_CHECKING:
    from profiler.live.wire import Wire


class Imap:
    """A conversation with an IMAP server."""

    title = "IMAP"
    upgrade = "STARTTLS"

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._commands = 0

    async def greet(self) -> str:
        """Read the greeting."""
        line = await self._wire.line()
        kind = line[:6].upper()
        if kind.startswith("* BYE"):
            raise RefusedError(line[5:].strip())
        if not kind.startswith(("* OK", "* PREA")):
            raise NotSpokenError(line)
        return line[2:]

    async def capabilities(self) -> list[str]:
        """Ask CAPABILITY."""
        untagged, _ = await self._command("CAPABILITY")
        found = next((line for line in untagged if line.upper().startswith("* CAPABILITY ")), "")
        return found.upper().split()[2:]

    async def start_tls(self, name: str) -> None:
        """STARTTLS."""
        await self._command("STARTTLS")
        await self._wire.start_tls(name)

    def offer(self, capabilities: list[str]) -> Offer:
        """AUTH=..., and LOGIN unless LOGINDISABLED."""
        mechanisms = frozenset(word[5:] for word in capabilities if word.startswith("AUTH="))
        forbidden = "LOGINDISABLED" in capabilities
        return Offer(mechanisms, command=not forbidden, forbidden=forbidden)

    async def sign_in(self, mechanism: str, user: str, password: str) -> None:
        """AUTHENTICATE, or LOGIN with literals, which carry any character."""
        tag = self._next_tag()
        if mechanism:
            await self._wire.send(f"{tag} AUTHENTICATE {mechanism}")
        else:
            await self._wire.send(f"{tag} LOGIN {{{len(user.encode())}}}")
        for turn in range(3):
            prompt = await self._until(tag, prompt_ends=True)
            if prompt is None:
                return
            if mechanism:
                await self._wire.send(sasl_answer(mechanism, turn, prompt, user, password))
            elif turn == 0:
                await self._wire.send(f"{user} {{{len(password.encode())}}}")
            else:
                await self._wire.send(password)
        if await self._until(tag, prompt_ends=True) is not None:
            raise RefusedError("the server keeps asking for more")

    async def leave(self) -> None:
        """LOGOUT."""
        await self._wire.send(f"{self._next_tag()} LOGOUT")

    async def _until(self, tag: str, *, prompt_ends: bool) -> str | None:
        for _ in range(MOST_LINES):
            line = await self._wire.line()
            if prompt_ends and line.startswith("+"):
                return line[1:].strip()
            if line.startswith(tag + " "):
                self._judge(line[len(tag) + 1 :])
                return None
        raise WireError(f"the server sent more than {MOST_LINES} lines for one command")

    async def _command(self, command: str) -> tuple[list[str], str]:
        tag = self._next_tag()
        await self._wire.send(f"{tag} {command}")
        untagged: list[str] = []
        for _ in range(MOST_LINES):
            line = await self._wire.line()
            if line.startswith(tag + " "):
                self._judge(line[len(tag) + 1 :])
                return untagged, line
            if not line.startswith(("*", "+")):
                raise WireError(f"the server's answer to {command} is not IMAP")
            untagged.append(line)
        raise WireError(f"the server sent more than {MOST_LINES} lines for one command")

    def _judge(self, answer: str) -> None:
        status, _, text = answer.partition(" ")
        if status.upper() != "OK":
            raise RefusedError(text)

    def _next_tag(self) -> str:
        self._commands += 1
        return f"A{self._commands}"
