"""One connection to one address and port, or why there is none."""

from __future__ import annotations

import asyncio
import errno
import socket

_LAST_PORT = 65535
_NO_ROUTE = {errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
_REASONS = {
    errno.ECONNREFUSED: "refuses the connection",
    errno.EHOSTUNREACH: "cannot be reached",
    errno.ECONNRESET: "breaks the connection off",
}


async def knock(address: str, port: int, timeout: float) -> socket.socket | str:  # noqa: ASYNC109 - the answer says it
    """Connect within `timeout` seconds, or say why not; empty when this computer has no network of that family."""
    if not 0 < port <= _LAST_PORT:
        return "does not exist: ports go from 1 to 65535"
    try:
        sock = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        return ""
    sock.setblocking(False)
    try:
        async with asyncio.timeout(timeout):
            await asyncio.get_running_loop().sock_connect(sock, (address, port))
    except TimeoutError:
        sock.close()
        return f"does not answer within {timeout:g} seconds (filtered, or down)"
    except OSError as error:
        sock.close()
        if error.errno in _NO_ROUTE:
            return ""
        return _REASONS.get(error.errno or 0, f"cannot be reached ({error.strerror})")
    except BaseException:
        sock.close()
        raise
    return sock
