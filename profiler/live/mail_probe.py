"""IMAP, POP and SMTP servers: TLS as the profile says, greeting, capabilities, ways to sign in, push, submission, sign-in."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from profiler.live.dialog import Dialog, NotSpokenError, RefusedError
from profiler.live.imap import Imap
from profiler.live.pop import Pop
from profiler.live.probe import NoTlsError, Probe, Settings, StepFailedError
from profiler.live.reasons import translate
from profiler.live.smtp import Smtp
from profiler.live.wire import TooOldTlsError, Wire, WireError
from profiler.model.account import Authentication, Security

if TYPE_CHECKING:
    import socket

    from profiler.live.endpoint import Endpoint
    from profiler.live.offer import Offer

_DIALOGS: dict[str, type[Dialog]] = {"imap": Imap, "pop": Pop, "smtp": Smtp}
_PATIENCE = 1.0  # seconds of silence before finding out whether a server waits for TLS
_WE_SPEAK = ("PLAIN", "LOGIN", "CRAM-MD5")
_FETCH = (
    "No push: the device fetches new mail on a schedule (Settings > Apps > Mail > Mail Accounts > Fetch New "
    "Data); with Automatically only while charging and on Wi-Fi"
)
_FAMILIAR = (
    "IDLE",
    "XAPPLEPUSHSERVICE",
    "SPECIAL-USE",
    "STARTTLS",
    "STLS",
    "LOGINDISABLED",
    "SASL-IR",
    "PIPELINING",
    "SIZE",
)


class MailProbe(Probe):
    """The steps of a mail server."""

    def __init__(self, endpoint: Endpoint, settings: Settings) -> None:
        shared = ("dns", "connect", "tls", "certificate", "greeting", "capabilities", "authentication")
        self.names = (*shared, "submission" if endpoint.protocol == "smtp" else "push", "login")
        super().__init__(endpoint, settings)
        self._kind = _DIALOGS[endpoint.protocol]

    async def converse(self, sock: socket.socket) -> None:
        """Everything after the connection."""
        security = self.door.security
        if security is Security.TLS:
            wire, dialog = await self._implicit(sock)
        elif security is Security.EITHER:
            wire, dialog = await self._implicit_or_upgraded(sock)
        else:
            wire, dialog = await self._clear(sock)
            if security is Security.STARTTLS:
                await self._upgrade(wire, dialog)
        capabilities = await self._capabilities(dialog)
        if wire.session is None:
            can_upgrade = self._kind.upgrade in _words(capabilities)
            self.note_clear(
                "Turn UseSSL on in the profile"
                + (": the server offers STARTTLS on this port" if can_upgrade else "")
            )
        offer = dialog.offer(capabilities)
        self._judge_offer(offer, wire)
        if self.endpoint.protocol != "smtp":
            self._judge_push(capabilities)
        signed_in = await self._sign_in(wire, dialog, offer)
        if self.endpoint.protocol == "smtp":
            await self._submit(dialog, signed_in=signed_in)
        elif signed_in and self.endpoint.protocol == "imap":  # some servers tell of push only to users
            self._judge_push(await self._capabilities(dialog))
        with suppress(WireError):  # some servers hang up first
            await dialog.leave()

    # TLS

    async def _implicit(self, sock: socket.socket) -> tuple[Wire, Dialog]:
        try:
            wire = await self.encrypted(sock)
        except NoTlsError:
            if await self._greets_in_clear() is None:
                raise
            raise StepFailedError(
                "tls",
                f"The server speaks clear text on port {self.door.port}, where the device starts with TLS",
                "Have TLS switched on for this port, or use the provider's TLS port",
            ) from None
        dialog = self._kind(wire)
        await self._greeting(dialog)
        return wire, dialog

    async def _implicit_or_upgraded(self, sock: socket.socket) -> tuple[Wire, Dialog]:
        """TLS from the first byte; if the server does not know what to make of it, STARTTLS."""
        try:
            wire = await self.encrypted(sock)
        except NoTlsError:
            other = await self.again()
            if other is None:
                raise
            wire, dialog = await self._clear(other)
            await self._upgrade(wire, dialog)
            return wire, dialog
        dialog = self._kind(wire)
        await self._greeting(dialog)
        return wire, dialog

    async def _clear(self, sock: socket.socket) -> tuple[Wire, Dialog]:
        """Begin in clear text; a server that stays silent may be waiting for TLS, which is found out meanwhile."""
        wire = await self.wire(sock)
        dialog = self._kind(wire)
        greeting = asyncio.create_task(self._greeting(dialog))
        suspicion = asyncio.create_task(self._waits_for_tls())
        try:
            await asyncio.wait({greeting, suspicion}, return_when=asyncio.FIRST_COMPLETED)
            if not greeting.done() and suspicion.result():
                raise StepFailedError(
                    "tls",
                    f"The server expects TLS from the first byte on port {self.door.port}, the profile does not",
                    "Set UseSSL to true with the provider's TLS port (993, 995, 465), or use the port for STARTTLS",
                )
            await greeting
        finally:
            for task in (greeting, suspicion):
                task.cancel()
            await asyncio.gather(greeting, suspicion, return_exceptions=True)
        return wire, dialog

    async def _waits_for_tls(self) -> bool:
        await asyncio.sleep(min(_PATIENCE, self.settings.timeout / 2))
        sock = await self.again()
        if sock is None:
            return False
        try:
            async with asyncio.timeout(self.settings.timeout):
                await self.wire(sock, tls=True)
        except TooOldTlsError:
            return True
        except (WireError, TimeoutError):
            return False
        return True

    async def _greets_in_clear(self) -> str | None:
        sock = await self.again()
        if sock is None:
            return None
        try:
            async with asyncio.timeout(min(2, self.settings.timeout)):
                return await self._kind(await self.wire(sock)).greet()
        except RefusedError as refusal:
            return str(refusal)
        except (WireError, NotSpokenError, TimeoutError):
            return None

    async def _upgrade(self, wire: Wire, dialog: Dialog) -> None:
        before = await self._capabilities(dialog)
        title = self._kind.upgrade
        if title not in _words(before) and "(CAPA is not answered)" not in before:
            raise StepFailedError(
                "tls",
                f"The server offers no {title} on port {self.door.port}, so the connection cannot be encrypted",
                "Have it switched on, or use the provider's port for TLS from the first byte",
            )
        async with self.step("tls", f"turn to TLS after {title}", "Have the server's TLS settings checked"):
            try:
                await dialog.start_tls(self.endpoint.host)
            except TooOldTlsError as error:
                raise self.too_old(error) from None
            except (RefusedError, NotSpokenError) as refusal:
                raise WireError(f"it said {self.quote(str(refusal))}") from None
        self.note_tls(wire, title)

    # The protocol

    async def _greeting(self, dialog: Dialog) -> None:
        title = dialog.title
        async with self.step(
            "greeting", "greet", f"Check that this is the port of an {title} server and that it is up"
        ):
            try:
                said = await dialog.greet()
            except NotSpokenError as error:
                raise StepFailedError(
                    "greeting",
                    f"The server answers, but does not speak {title}: {self.quote(str(error))}",
                    "Check the port in the profile",
                ) from None
            except RefusedError as refusal:
                raise StepFailedError(
                    "greeting",
                    f"The server turns everybody away: {self.quote(str(refusal))}",
                    "Try again later; if it stays so, ask the provider",
                ) from None
        self.ledger.ok("greeting", f"{title} server: {self.quote(said)}")

    async def _capabilities(self, dialog: Dialog) -> list[str]:
        async with self.step(
            "capabilities", "list what it can do", "Ask the provider whether the server is well"
        ):
            try:
                found = await dialog.capabilities()
            except (RefusedError, NotSpokenError) as error:
                raise WireError(f"it said {self.quote(str(error))}") from None
        known = [word for word in _FAMILIAR if word in _words(found)]
        self.ledger.ok(
            "capabilities",
            f"{len(found)} capabilities" + (f", among them {', '.join(known)}" if known else ""),
        )
        return found

    def _judge_offer(self, offer: Offer, wire: Wire) -> None:
        asked = self.endpoint.authentication
        if asked is Authentication.NONE:
            self.ledger.ok("authentication", "The profile asks for no sign-in")
        elif offer.mechanism(asked) is None:
            raise StepFailedError("authentication", *offer.problem(asked, clear=wire.session is None))
        else:
            self.ledger.ok("authentication", f"The profile asks for {asked}, the server offers {offer}")

    def _judge_push(self, capabilities: list[str]) -> None:
        if self.endpoint.protocol == "pop":
            self.ledger.warning(
                "push",
                f"{_FETCH}. POP suits one device only: mail read here may not appear on others",
                "Use IMAP if the provider offers it",
            )
        elif "XAPPLEPUSHSERVICE" in capabilities:
            self.ledger.ok("push", "The server offers push to Apple devices: new mail arrives at once")
        else:
            self.ledger.ok("push", _FETCH)

    async def _sign_in(self, wire: Wire, dialog: Dialog, offer: Offer) -> bool:
        mechanism = offer.mechanism(self.endpoint.authentication)
        if self.endpoint.authentication is Authentication.NONE:
            self.ledger.skipped("login", "The profile asks for no sign-in")
            return False
        reason = self.no_password_here(wire)
        if self.endpoint.authentication is Authentication.OAUTH:
            reason = "The user signs in on the provider's web page (OAuth)"
        if not reason and not self.endpoint.username:
            reason = "No user name: the profile holds none, the device asks for it"
        if not reason and mechanism not in ("", *_WE_SPEAK):
            reason = f"{mechanism} is offered; this program cannot sign in with it"
        if reason:
            self.ledger.skipped("login", reason)
            return False
        user, password = self.endpoint.username, self.endpoint.password or ""
        if any(character in user + password for character in "\r\n\0"):
            raise StepFailedError(
                "login", "The user name or password holds a line break", "Enter it again without one"
            )
        async with self.step("login", "answer to the sign-in", "Try again later"):
            try:
                await dialog.sign_in(mechanism or "", user, password)
            except (RefusedError, NotSpokenError) as refusal:
                message, todo = translate(str(refusal))
                raise StepFailedError("login", f"{message}: {self.quote(str(refusal))}", todo) from None
        self.ledger.ok("login", f"Signed in as {user}" + (f" with {mechanism}" if mechanism else ""))
        return True

    async def _submit(self, dialog: Dialog, *, signed_in: bool) -> None:
        free = self.endpoint.authentication is Authentication.NONE
        if not isinstance(dialog, Smtp) or not (signed_in or free) or "@" not in self.endpoint.address:
            self.ledger.ok(
                "submission",
                "The server takes submissions after a sign-in; --login tries it, without sending mail",
            )
            return
        if any(character in "<>" or not character.isprintable() for character in self.endpoint.address):
            todo = "Correct the address in the profile"
            raise StepFailedError("submission", "The address holds a character that no address has", todo)
        async with self.step("submission", "say whether it takes mail", "Try again later"):
            try:
                await dialog.offer_message(self.endpoint.address)
            except (RefusedError, NotSpokenError) as refusal:
                raise StepFailedError(
                    "submission",
                    f"The server would not take mail from {self.endpoint.address}: {self.quote(str(refusal))}",
                    "Turn authentication on for outgoing mail, and use the address that belongs to the account"
                    if free
                    else "Use the address that belongs to the account, or ask the provider whether it may send",
                ) from None
        self.ledger.ok("submission", f"The server takes mail from {self.endpoint.address}; nothing was sent")


def _words(capabilities: list[str]) -> list[str]:
    """Give the name of each capability, without what follows it."""
    return [line.split()[0] for line in capabilities if line.strip()]
