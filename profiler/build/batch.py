"""A spec for every row of a table: as many users as there are, in the memory that a thousand need."""

from __future__ import annotations

import json
import os
import shutil
import sys
from array import array
from contextlib import contextmanager, suppress
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from profiler.build import users
from profiler.build.fill import fill
from profiler.build.maker import SUFFIX, Maker
from profiler.build.naming import check_address, file_name
from profiler.build.outcome import Failure
from profiler.build.spec import Spec, file_stem
from profiler.document import output
from profiler.errors import ProfilerError, UsageError
from profiler.model import placeholder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MANIFEST = "manifest.json"
# A pool costs about as much as building this many profiles (benchmarks/building.py).
_POOL_PAYS = 400
_PARTS = 8
_MASK = (1 << 64) - 1


class Batch(NamedTuple):
    """One run over a table of users."""

    spec: Spec
    table: Path
    folder: Path
    maker: Maker
    force: bool = False

    def check(self) -> int:
        """Refuse before the first profile is built, and return the number of users.

        Raises UsageError: a column that is not there, no user, two outputs with one name, a file in the way.
        """
        known = users.columns(self.table)
        for name, place in self.spec.columns().items():
            if name not in known and not placeholder.is_variable(f"{{{name}}}"):
                raise UsageError(
                    f"{self.spec.place(*place)}: {self.table.name} has no column {name!r}",
                    hint=f"its columns: {', '.join(known)}",
                )
        count = self._check_names()
        if not count:
            raise UsageError(
                f"{self.table}:1: holds no user", hint="write a row for each below the names of the columns"
            )
        return count

    def run(self, count: int, jobs: int = 0) -> Iterator[Outcome]:
        """Build and write every row, in the order of the table. Files that exist were refused by `check`."""
        workers = jobs or (os.cpu_count() or 1 if count >= _POOL_PAYS else 1)
        rows = users.read(self.table)
        if workers > 1 and (self.maker.sign is None or sys.platform == "linux"):
            yield from _in_pool(self, rows, workers)
        else:
            for row in rows:
                yield build_row(self, row)

    def paths(self, row: users.User) -> list[Path]:
        """Return where the profiles of a row go; none for a row that is broken."""
        try:
            filled = [fill(_names_only(profile), row.cells) for profile in self.spec.profiles]
            for account in (account for profile in filled for account in profile["accounts"]):
                check_address(account["address"])
            stems = [file_stem(self.spec, profile, per_user=True) for profile in filled]
        except ProfilerError:
            return []
        return [self.folder / (file_name(stem) + SUFFIX) for stem in stems]

    def _check_names(self) -> int:
        seen = array("Q")
        count = 0
        occupied = self.folder.is_dir()
        for row in users.read(self.table):
            count += 1
            for path in self.paths(row):
                seen.append(hash(path.name.casefold()) & _MASK)
                if occupied and path.exists():
                    output.check([path], force=self.force)
        # A part at a time: as objects all of them together would take more memory than everything else.
        for part in range(_PARTS):
            some = sorted(one for one in seen if one % _PARTS == part)
            if any(one == following for one, following in pairwise(some)):
                self._name_twins()
        output.check([self.folder / MANIFEST], force=self.force)
        return count

    def _name_twins(self) -> None:
        lines: dict[str, int] = {}
        for row in users.read(self.table):
            for path in self.paths(row):
                name = path.name.casefold()
                if name in lines:
                    raise UsageError(
                        f"{self.table}:{row.line}: would write {path.name}, as line {lines[name]} does",
                        hint="give each user an own address, and each profile of the spec an own file name (file = ...)",
                    )
                lines[name] = row.line


class Outcome(NamedTuple):
    """What became of a row: entries of the report, warnings in words, and the failure if there was one."""

    entries: tuple[dict[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()
    secret: bool = False
    failure: Failure | None = None


def build_row(batch: Batch, row: users.User) -> Outcome:
    """Build and write the profiles of one row: all of them or none."""
    if row.problem:
        return Outcome(failure=Failure(row.line, row.problem, row.hint))
    try:
        made = list(batch.maker.spec(batch.spec, row.cells))
        paths = [batch.folder / one.path for one in made]
        for path, one in zip(paths, made, strict=True):
            output.write(path, one.data, secret=one.built.secret)
    except ProfilerError as error:
        return Outcome(failure=Failure(row.line, error.message, error.hint))
    entries = tuple(one._replace(path=str(path)).entry() for path, one in zip(paths, made, strict=True))
    warnings = tuple(f"{found.message} [{found.rule}]" for one in made for found in one.warnings)
    return Outcome(entries, warnings, any(one.built.secret for one in made))


class Manifest:
    """The report of a batch, written while it runs and put in place at the end."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / MANIFEST
        self._temporary = folder / f".{MANIFEST}.{os.getpid()}"
        self._temporary.unlink(missing_ok=True)
        self._stream: TextIO = self._temporary.open("x", encoding="utf-8", newline="\n")
        self._stream.write('{"version": 1, "outputs": [')
        self._mark = "\n"
        self._failed: list[Failure] = []

    def add(self, outcome: Outcome) -> None:
        """Record what became of a row. Raises ProfilerError."""
        with self._named():
            for entry in outcome.entries:
                self._stream.write(self._mark + json.dumps(entry))
                self._mark = ",\n"
        if outcome.failure is not None:
            self._failed.append(outcome.failure)

    def close(self) -> None:
        """Finish the file and give it its name. Raises ProfilerError."""
        entries = ",\n".join(json.dumps(one.entry()) for one in self._failed)
        with self._named():
            self._stream.write('\n], "failed": [' + (f"\n{entries}\n" if entries else "") + "]}\n")
            self._stream.close()
            self._temporary.replace(self.path)

    def abandon(self) -> None:
        """Remove what was written so far."""
        with suppress(OSError):  # the disk may still be full
            self._stream.close()
        self._temporary.unlink(missing_ok=True)

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ProfilerError(f"{self.path}: cannot be written: {error.strerror or error}") from None

    def copy_to(self, stream: TextIO) -> None:
        """Write the finished manifest to a stream."""
        with self.path.open(encoding="utf-8") as source:
            shutil.copyfileobj(source, stream)


def _names_only(profile: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a profile table that decides about its file name."""
    accounts = [
        {"address": account["address"]} for account in profile.get("accounts", ()) if "address" in account
    ]
    kept: dict[str, Any] = {key: profile[key] for key in ("id", "file") if key in profile}
    return {**kept, "accounts": accounts[:1]}


_batch: Batch


def _start(batch: Batch) -> None:
    global _batch  # noqa: PLW0603 - one per process, made once
    _batch = batch


def _row(row: users.User) -> Outcome:
    return build_row(_batch, row)


def _died(row: users.User) -> Outcome:
    hint = "build this row alone, with --jobs 1: it may need more memory than there is"
    return Outcome(failure=Failure(row.line, "the process that built it died", hint))


def _in_pool(batch: Batch, rows: Iterable[users.User], workers: int) -> Iterator[Outcome]:
    from profiler import processes  # noqa: PLC0415 - only when there are many users

    yield from processes.spread(_row, rows, workers=workers, start=partial(_start, batch), died=_died)
