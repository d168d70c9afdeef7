"""Exchange (ActiveSync, Web Services), CalDAV, CardDAV and subscribed calendars: whether the right service answers.

Sources: RFC 6764 (well-known addresses), MS-ASHTTP (OPTIONS), Apple's pages on the payloads.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from profiler.live.http import Answer, request
from profiler.live.probe import Probe, Settings, StepFailedError
from profiler.live.wire import WireError
from profiler.model.account import Authentication, Security

if TYPE_CHECKING:
    import socket

    from profiler.live.endpoint import Endpoint
    from profiler.live.wire import Wire

_SERVICES: dict[str, tuple[str, str, str]] = {
    "exchange": ("OPTIONS", "/Microsoft-Server-ActiveSync", "Exchange ActiveSync"),
    "ews": ("GET", "/EWS/Exchange.asmx", "Exchange Web Services"),
    "caldav": ("PROPFIND", "/.well-known/caldav", "CalDAV"),
    "carddav": ("PROPFIND", "/.well-known/carddav", "CardDAV"),
    "subscribed-calendar": ("GET", "/", "calendar"),
}
_PRINCIPAL = b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><current-user-principal/></prop></propfind>'
_GOOD = {200, 204, 207, 401, 405}
_REDIRECTS = {301, 302, 303, 307, 308}
_MOST_REDIRECTS = 5
_UNAUTHORIZED, _FORBIDDEN = 401, 403


class WebProbe(Probe):
    """The steps of a service over HTTPS."""

    def __init__(self, endpoint: Endpoint, settings: Settings) -> None:
        self._is_exchange = endpoint.protocol in ("exchange", "ews")
        push = ("push",) if self._is_exchange else ()
        self.names = ("dns", "connect", "tls", "certificate", "greeting", "authentication", *push, "login")
        super().__init__(endpoint, settings)
        self._method, path, self._service = _SERVICES[endpoint.protocol]
        self._path = endpoint.path or path

    async def converse(self, sock: socket.socket) -> None:
        """Everything after the connection."""
        if self.door.security is Security.NONE:
            wire = await self.wire(sock)
            self.note_clear("Turn SSL on for this account in the profile")
        else:
            wire = await self.encrypted(sock)
        answer = await self._greeting(wire)
        if answer is None:
            return
        self._judge_schemes(answer)
        if self._is_exchange:
            self.ledger.ok("push", "Exchange tells the device of new mail at once")
        await self._sign_in(wire, answer)

    async def _greeting(self, wire: Wire) -> Answer | None:
        """Ask the service who it is, following redirects on the same server; None when they lead elsewhere."""
        todo = f"Check the server name, port and path of the {self._service} account in the profile"
        async with self.step("greeting", "answer over HTTP", todo):
            answer = await self._ask(wire)
            for _ in range(_MOST_REDIRECTS):
                if answer.status not in _REDIRECTS:
                    break
                host, port, path = self._redirect(answer)
                if host != self.endpoint.host or port not in (None, self.door.port):
                    self.ledger.ok("greeting", f"{self._service} is handed on to {host}")
                    for name in ("authentication", "login"):
                        self.ledger.skipped(name, f"To be answered by {host}")
                    return None
                self._path = path
                answer = await self._ask(await self._another())
            if answer.status not in _GOOD:
                message = f"No {self._service} at {self._path}: the server answers HTTP {answer.status}"
                raise StepFailedError("greeting", message, todo)
        versions = answer.header("ms-asprotocolversions")
        self.ledger.ok(
            "greeting",
            f"{self._service} answers at {self._path} (HTTP {answer.status})"
            + (f", versions {versions}" if versions else ""),
        )
        return answer

    def _redirect(self, answer: Answer) -> tuple[str | None, int | None, str]:
        """Read host, port and path (with the query) of where an answer leads. Raises WireError."""
        here = f"https://{self.endpoint.host}{self._path}"
        try:
            target = urlsplit(urljoin(here, answer.header("location")))
            port = target.port
        except ValueError:
            raise WireError("it hands on to what is no web address") from None
        path = (target.path or "/") + (f"?{target.query}" if target.query else "")
        return target.hostname, port, path

    def _judge_schemes(self, answer: Answer) -> None:
        offered = ", ".join(answer.schemes) or "none"
        wanted = (
            ("bearer",)
            if self.endpoint.authentication is Authentication.OAUTH
            else ("basic", "digest", "ntlm", "negotiate")
        )
        if answer.status != _UNAUTHORIZED:
            self.ledger.ok("authentication", "The server asks for no sign-in at this address")
        elif set(answer.schemes).intersection(wanted):
            self.ledger.ok("authentication", f"The server offers {offered}")
        elif wanted == ("bearer",):
            todo = "Turn OAuth off in the profile, or have modern authentication switched on at the server"
            raise StepFailedError(
                "authentication", f"The profile asks for OAuth, the server offers {offered}", todo
            )
        else:
            todo = "Use OAuth in the profile if the provider asks for it, else ask the provider"
            raise StepFailedError(
                "authentication", f"The server takes no password, it offers {offered}", todo
            )

    async def _sign_in(self, wire: Wire, answer: Answer) -> None:
        reason = self.no_password_here(wire)
        if self.endpoint.authentication is Authentication.OAUTH:
            reason = "The user signs in on the provider's web page (OAuth)"
        elif not reason and "basic" not in answer.schemes:
            reason = "The server does not offer Basic, the only method this program can use here"
        if reason:
            self.ledger.skipped("login", reason)
            return
        async with self.step("login", "answer to the sign-in", "Try again later"):
            signed = await self._ask(await self._another(), self.endpoint.password)
        if signed.status == _UNAUTHORIZED:
            todo = "Check the password, and the form of the user name (address, name, or DOMAIN\\name)"
            raise StepFailedError(
                "login", "The server does not accept this user name and password (HTTP 401)", todo
            )
        if signed.status == _FORBIDDEN:
            todo = "Have the administrator allow it for this user, and for mobile devices"
            raise StepFailedError("login", f"The user may not use {self._service} (HTTP 403)", todo)
        self.ledger.ok("login", f"Signed in as {self.endpoint.username} (HTTP {signed.status})")

    async def _another(self) -> Wire:
        sock = await self.again()
        if sock is None:
            raise StepFailedError("greeting", "The server takes no second connection", "Try again later")
        return await self.wire(sock, tls=self.door.security is not Security.NONE)

    async def _ask(self, wire: Wire, password: str | None = None) -> Answer:
        headers = {"Depth": "0", "Content-Type": "application/xml"} if self._method == "PROPFIND" else {}
        if password is not None:
            token = base64.b64encode(f"{self.endpoint.username}:{password}".encode()).decode("ascii")
            headers["Authorization"] = f"Basic {token}"
        body = _PRINCIPAL if self._method == "PROPFIND" else b""
        return await request(wire, self._method, self.endpoint.host, self._path, headers, body)
