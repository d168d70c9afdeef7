"""What IMAP, POP and SMTP have in common for a check: greet, list capabilities, turn to TLS, sign in."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from profiler.live.offer import Offer
    from profiler.live.wire import Wire


class NotSpokenError(Exception):
    """The server answers, but not in this protocol."""


class RefusedError(Exception):
    """The server understood and said no; the text is the server's own."""


class Dialog(Protocol):
    """One conversation over one wire. Methods raise WireError, NotSpokenError or RefusedError."""

    title: str
    upgrade: str  # the capability that announces TLS

    def __init__(self, wire: Wire) -> None: ...

    async def greet(self) -> str:
        """Read the greeting."""

    async def capabilities(self) -> list[str]:
        """Ask what the server can do."""

    async def start_tls(self, name: str) -> None:
        """Ask for TLS and turn to it."""

    def offer(self, capabilities: list[str]) -> Offer:
        """Read the ways to sign in from the capabilities."""

    async def sign_in(self, mechanism: str, user: str, password: str) -> None:
        """Sign in with a SASL mechanism, or with the protocol's own command when it is empty."""

    async def leave(self) -> None:
        """Say goodbye, without waiting for the answer."""


def sasl_answer(mechanism: str, turn: int, challenge: str, user: str, password: str) -> str:
    """Answer one challenge of PLAIN (RFC 4616), LOGIN or CRAM-MD5 (RFC 2195); challenge and answer are base64.

    `turn` counts from 0. Raises RefusedError for more challenges than any of them has, or one that is not base64.
    """
    if turn > 1:
        raise RefusedError("the server keeps asking for more")
    if mechanism == "PLAIN":
        answer = f"\0{user}\0{password}".encode()
    elif mechanism == "LOGIN":
        answer = (password if turn else user).encode()
    else:
        try:
            nonce = base64.b64decode(challenge, validate=True)
        except (binascii.Error, ValueError):
            raise RefusedError("the server's challenge is not base64") from None
        answer = f"{user} {hmac.new(password.encode(), nonce, 'md5').hexdigest()}".encode()
    return base64.b64encode(answer).decode("ascii")
