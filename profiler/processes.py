"""Work shared among processes: results in order, and one item that ends its process is named and costs no other."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")
R = TypeVar("R")

_CHUNK = 50
_MOST = 61  # Windows waits for no more


def spread(
    work: Callable[[T], R],
    items: Iterable[T],
    *,
    workers: int,
    start: Callable[[], None],
    died: Callable[[T], R],
    pack: Callable[[list[R]], list[R]] = list,
) -> Iterator[R]:
    """Yield `work(item)` for each item, in order; `died(item)` for one that ended the process it was worked on in.

    Each process calls `start` first, and `pack` on the results that travel together. What goes to the processes can be pickled.
    What `work` raises ends everything.
    """
    task = partial(_each, work, pack)
    stream = iter(items)
    chunks = iter(lambda: list(islice(stream, _CHUNK)), [])
    while True:
        busy: deque[tuple[list[T], Future[list[R]]]] = deque()
        pool = _pool(workers, start)
        try:
            while True:
                while len(busy) < workers * 2 and (chunk := next(chunks, None)) is not None:
                    busy.append((chunk, _submitted(pool, task, chunk)))
                if not busy:
                    pool.shutdown()
                    return
                results = busy[0][1].result()
                busy.popleft()
                yield from results
        except BrokenProcessPool:
            pool.shutdown()
            for chunk, future in busy:
                yield from future.result() if future.exception() is None else _alone(task, chunk, start, died)
        except BaseException:
            _end(pool)
            raise


def _alone(
    task: Callable[[list[T]], list[R]], chunk: list[T], start: Callable[[], None], died: Callable[[T], R]
) -> Iterator[R]:
    """One item after another in one process, another one after each that dies, so that it is known which item it was."""
    pool = _pool(1, start)
    try:
        for item in chunk:
            try:
                with _uninterrupted():
                    future = pool.submit(task, [item])
                results = future.result()
            except BrokenProcessPool:
                pool.shutdown()
                pool = _pool(1, start)
                results = [died(item)]
            yield from results
        pool.shutdown()
    except BaseException:
        _end(pool)
        raise


def _pool(workers: int, start: Callable[[], None]) -> ProcessPoolExecutor:
    method = "fork" if sys.platform == "linux" else "spawn"
    context = multiprocessing.get_context(method)
    return ProcessPoolExecutor(min(workers, _MOST), mp_context=context, initializer=_begin, initargs=(start,))


def _begin(start: Callable[[], None]) -> None:
    """In a new process: Ctrl-C ends it at once, and only the first process speaks."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    start()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """While processes are made, keep Ctrl-C waiting: one that meets it half made could miss it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _submitted(
    pool: ProcessPoolExecutor, task: Callable[[list[T]], list[R]], chunk: list[T]
) -> Future[list[R]]:
    try:
        with _uninterrupted():
            return pool.submit(task, chunk)
    except BrokenProcessPool as error:
        failed: Future[list[R]] = Future()
        failed.set_exception(error)
        return failed


def _each(work: Callable[[T], R], pack: Callable[[list[R]], list[R]], chunk: list[T]) -> list[R]:
    return pack([work(item) for item in chunk])


def _end(pool: ProcessPoolExecutor) -> None:
    """After an error, Ctrl-C or when nobody listens any more: processes that are still at work end now."""
    for process in multiprocessing.active_children():
        process.kill()
    with suppress(OSError):  # the pool may be closing its pipes already, because its processes died
        pool.shutdown(cancel_futures=True)
