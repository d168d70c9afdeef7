"""How long a check of many accounts takes, compared with its slowest account (the promise: no more than a tenth longer)."""

from __future__ import annotations

import asyncio
import contextlib
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.measuring import in_turn, time_row
from profiler.live.anchors import Anchors
from profiler.live.check import Target, check_together
from profiler.live.endpoint import Door, Endpoint, Side
from profiler.live.probe import Settings
from profiler.live.resolver import Resolver
from profiler.model.account import Security
from profiler.trust.store import Trust

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measuring import Options, Row

ACCOUNTS = 20
SLOWEST_SECONDS = 1.0


def measure(options: Options) -> Iterator[Row]:
    """Check 20 accounts whose servers greet after 0.05 to 1 seconds, and the slowest of them alone."""
    delays = [SLOWEST_SECONDS * number / ACCOUNTS for number in range(1, ACCOUNTS + 1)]
    together, alone = in_turn(
        1 if options.short else 3, partial(_seconds, delays), partial(_seconds, [SLOWEST_SECONDS])
    )
    yield time_row(f"check {ACCOUNTS} accounts at once", together, alone, "its slowest account alone", 1.1)


def _seconds(delays: list[float]) -> float:
    return asyncio.run(_check(delays))


async def _check(delays: list[float]) -> float:
    servers = [await asyncio.start_server(_greeting_after(delay), "127.0.0.1", 0) for delay in delays]
    targets = [
        Target(f"user{number}@example.com", (_endpoint(server.sockets[0].getsockname()[1]),))
        for number, server in enumerate(servers)
    ]
    nobody = Anchors(Trust("nobody", ()), Trust("nobody", ()))
    settings = Settings(Resolver("127.0.0.1:9", timeout=0.5), lambda: nobody)
    begun = time.perf_counter()
    reports = await check_together(targets, settings, lambda: None)
    took = time.perf_counter() - begun
    for server in servers:
        server.close()
    if any(report.failed for report in reports):
        raise RuntimeError("a step failed, so this measures nothing")
    return took


def _endpoint(port: int) -> Endpoint:
    return Endpoint(Side.INCOMING, "imap", "127.0.0.1", (Door(port, Security.NONE),))


def _greeting_after(delay: float) -> Any:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.CancelledError, OSError):  # the end of a round
            await asyncio.sleep(delay)
            writer.write(b"* OK ready\r\n")
            while line := await reader.readline():
                tag = line.split()[0]
                writer.write(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + tag + b" OK done\r\n")
        writer.close()

    return handler
