"""Results on disk, in one file of a folder. Whatever is wrong with it, there is only nothing in it: it is never an error."""

from __future__ import annotations

import os
import sqlite3
import time
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

# The number is that of the layout: another one is another file.
_NAME = "lint-1.sqlite3"
_TABLE = """
CREATE TABLE IF NOT EXISTS entry (key BLOB PRIMARY KEY, moment TEXT NOT NULL, used INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS entry_used ON entry (used);
"""
_DAY = 86_400  # seconds
_UNUSED_DAYS = 30
_LARGEST = 256 * 1024 * 1024  # bytes
_TOGETHER = 500
_PATIENCE = 1.0  # seconds to wait for another process
_CHECK = 8  # bytes that tell that data is whole and belongs to its key


def digest(content: bytes) -> bytes:
    """What content is known by."""
    return blake2b(content, digest_size=16).digest()


class Found(NamedTuple):
    """What is kept under a key, and the time it is true at, "" for always."""

    moment: str
    data: bytes


class Store:
    """Data by key. `trouble` says why nothing can be kept; "" when it can."""

    def __init__(self, folder: Path) -> None:
        self.trouble = ""
        self._today = int(time.time()) // _DAY
        self._waiting: list[tuple[bytes, str, int, bytes]] = []
        self._db: sqlite3.Connection | None = None
        self._path = folder / _NAME
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._db = self._opened()
        except OSError as error:
            self.trouble = f"{folder}: {error.strerror or error}"
        except sqlite3.Error as error:
            self.trouble = f"{self._path}: {error}"

    def get(self, key: bytes) -> Found | None:
        """What is kept under a key."""
        for moment, data in self._ask("SELECT moment, data FROM entry WHERE key = ?", [key]):
            if isinstance(data, bytes) and data[:_CHECK] == _check(key, data[_CHECK:]):
                return Found(str(moment), data[_CHECK:])
        return None

    def moments(self, keys: Sequence[bytes]) -> Iterator[tuple[bytes, str]]:
        """Those of the keys that something is kept under, with the time it is true at."""
        for start in range(0, len(keys), _TOGETHER):
            some = keys[start : start + _TOGETHER]
            marks = ",".join("?" * len(some))
            yield from self._ask(f"SELECT key, moment FROM entry WHERE key IN ({marks})", some)  # noqa: S608 - question marks

    def put(self, key: bytes, moment: str, data: bytes) -> None:
        """Keep data under a key."""
        self._waiting.append((key, moment, self._today, _check(key, data) + data))
        if len(self._waiting) >= _TOGETHER:
            self._write()

    def touch(self, key: bytes, others: Iterable[bytes]) -> None:
        """Say that what is kept under the keys is of use today; the others are touched only when the first was not yet."""
        if self._ask("SELECT 1 FROM entry WHERE key = ? AND used <> ?", [key, self._today]):
            keys = [(self._today, one) for one in (key, *others)]
            self._change("UPDATE entry SET used = ? WHERE key = ?", keys)

    def close(self) -> None:
        """Write what waits and drop what nobody used for long."""
        if self._waiting:
            self._write()
            self._prune()
        if self._db is not None:
            self._db.close()
            self._db = None

    def _opened(self) -> sqlite3.Connection:
        try:
            return _connect(self._path)
        except sqlite3.OperationalError:  # locked, or no place to write: not broken
            raise
        except sqlite3.DatabaseError:
            self._remove()
            return _connect(self._path)

    def _remove(self) -> None:
        for suffix in ("", "-journal"):
            self._path.with_name(_NAME + suffix).unlink(missing_ok=True)

    def _write(self) -> None:
        self._change("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?)", self._waiting)
        self._waiting = []

    def _prune(self) -> None:
        self._change("DELETE FROM entry WHERE used < ?", [(self._today - _UNUSED_DAYS,)])
        while self._db is not None and self._size() > _LARGEST:
            half = "SELECT rowid FROM entry ORDER BY used, rowid LIMIT (SELECT (count(*) + 1) / 2 FROM entry)"
            self._change(f"DELETE FROM entry WHERE rowid IN ({half})", [()])  # noqa: S608 - our own words

    def _size(self) -> int:
        sizes = [
            next(iter(self._ask(f"PRAGMA {name}")), (0,))[0]
            for name in ("page_count", "freelist_count", "page_size")
        ]
        return int((sizes[0] - sizes[1]) * sizes[2])

    def _ask(self, question: str, values: Sequence[bytes | int] = ()) -> list[tuple[Any, ...]]:
        if self._db is None:
            return []
        try:
            return self._db.execute(question, values).fetchall()
        except sqlite3.Error as error:
            self._give_up(error)
            return []

    def _change(self, change: str, rows: Iterable[tuple[bytes | str | int, ...]]) -> None:
        if self._db is None:
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(change, rows)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            self._give_up(error)

    def _give_up(self, error: sqlite3.Error) -> None:
        """Go on without: another process holds the file, the disk is full, the folder read-only; a broken file is removed."""
        if self._db is not None:
            self._db.close()
            self._db = None
        if not isinstance(error, sqlite3.OperationalError):
            try:
                self._remove()
            except OSError:
                return


def _connect(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_CREAT, 0o600))
    db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    try:
        db.execute("PRAGMA cache_size = -256")  # KiB: entries are read once
        db.execute("PRAGMA synchronous = OFF")  # who loses a cache with the power has lost little
        db.executescript(_TABLE)
    except sqlite3.Error:
        db.close()
        raise
    return db


def _check(key: bytes, data: bytes) -> bytes:
    return blake2b(data, key=key, digest_size=_CHECK).digest()
