"""One HTTP/1.1 request over a wire, its answer bounded (RFC 9112)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from profiler.live.wire import WireError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from profiler.live.wire import Wire

LARGEST_BODY = 256 * 1024
_MOST_HEADERS = 100
_MOST_DIGITS = 20


@dataclass(frozen=True)
class Answer:
    """Status, headers (names in lower case; a name that comes twice has its values in order), body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """Give the first value of a header, empty when it is absent."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def schemes(self) -> list[str]:
        """The ways to sign in that the server offers (WWW-Authenticate), in lower case."""
        values = [value for key, value in self.headers if key == "www-authenticate"]
        words = [part.split()[0] for value in values for part in value.split(",") if part.strip()]
        return list(dict.fromkeys(word.lower() for word in words if "=" not in word))


async def request(
    wire: Wire,
    method: str,
    host: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> Answer:
    """Send a request and read the answer. Raises WireError, also for one that is too large or no HTTP."""
    if not path.startswith("/") or any(character <= " " or character == "\x7f" for character in path + host):
        raise WireError("the address holds a character that no web address has")
    sent = {"Host": host, "User-Agent": "profiler", "Connection": "close", **(headers or {})}
    if body:
        sent["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    await wire.send_bytes(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
    status = _status(await wire.line())
    found: list[tuple[str, str]] = []
    while line := await wire.line():
        name, _, value = line.partition(":")
        found.append((name.strip().lower(), value.strip()))
        if len(found) > _MOST_HEADERS:
            raise WireError(f"the server sent more than {_MOST_HEADERS} header lines")
    answer = Answer(status, tuple(found), b"")
    no_body = method == "HEAD" or status in (204, 304)
    return Answer(status, answer.headers, b"" if no_body else await _body(wire, answer))


def _status(line: str) -> int:
    version, _, rest = line.partition(" ")
    if not version.startswith("HTTP/1.") or not (rest[:3].isascii() and rest[:3].isdigit()):
        raise WireError("the answer is not HTTP")
    return int(rest[:3])


async def _body(wire: Wire, answer: Answer) -> bytes:
    if answer.header("transfer-encoding").lower() == "chunked":
        return await _chunks(wire)
    length = answer.header("content-length")
    if not length:
        return await wire.rest(LARGEST_BODY)
    if (
        not (length.isascii() and length.isdigit() and len(length) < _MOST_DIGITS)
        or int(length) > LARGEST_BODY
    ):
        raise WireError(f"the server sent more than {LARGEST_BODY // 1024} KiB")
    return await wire.exactly(int(length))


async def _chunks(wire: Wire) -> bytes:
    body = b""
    while True:
        size_text = (await wire.line()).partition(";")[0].strip()
        try:
            size = int(size_text, 16)
        except ValueError:
            raise WireError("the answer's chunks are not HTTP") from None
        if not 0 <= size <= LARGEST_BODY - len(body):
            raise WireError(f"the server sent more than {LARGEST_BODY // 1024} KiB")
        if size == 0:
            return body
        body += await wire.exactly(size)
        await wire.line()
