"""Files written: planned together, refused together, each replaced in one step."""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from profiler.errors import ProfilerError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Output:
    """One file to write. `secret` gives it mode 0600; `replaces` names the input it may overwrite without --force."""

    path: Path
    data: bytes
    secret: bool = False
    replaces: Path | None = None


def check(paths: Sequence[Path], *, force: bool, replaces: Sequence[Path | None] = ()) -> None:
    """Refuse before the first byte is written: two outputs with one name, a file in the way, a folder that is none.

    Raises UsageError.
    """
    seen: set[str] = set()
    allowed = [None if path is None else path.resolve() for path in replaces]
    for index, path in enumerate(paths):
        name = str(path.resolve()).casefold()
        if name in seen:
            raise UsageError(
                f"{path}: two outputs have this name", hint="give them different names or folders"
            )
        seen.add(name)
        own_input = index < len(allowed) and allowed[index] == path.resolve()
        if path.is_dir():
            raise UsageError(f"{path}: is a folder")
        if _is_stream(path):
            continue
        if path.exists() and not force and not own_input:
            raise UsageError(f"{path}: exists already", hint="--force overwrites it")
        parent = _existing_parent(path)
        if not parent.is_dir():
            raise UsageError(f"{path}: {parent} is not a folder")
        if not os.access(parent, os.W_OK):
            raise ProfilerError(f"{path}: no permission to write in {parent}")


def write_all(outputs: Sequence[Output], *, force: bool = False) -> None:
    """Check every output, then write them. Raises UsageError or ProfilerError; nothing is written if one cannot be."""
    check([output.path for output in outputs], force=force, replaces=[output.replaces for output in outputs])
    for output in outputs:
        write(output.path, output.data, secret=output.secret)


def write(path: Path, data: bytes, *, secret: bool = False) -> None:
    """Replace `path` in one step: a temporary file in the same folder, then a rename. Raises ProfilerError.

    A file that existed keeps its permission bits; one that holds a secret gets mode 0600. A link stays one, and
    a pipe or device is written into.
    """
    try:
        target, mode = _existing(path)
        if target is None:
            path.write_bytes(data)
            return
        temporary = _beside(target, data, 0o600 if secret or mode is not None else 0o666)
        try:
            if mode is not None and not secret:
                os.chmod(temporary, mode)  # noqa: PTH101 - as below
            os.replace(temporary, target)  # noqa: PTH105 - tens of thousands of files: paths as text are cheaper
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108 - as above
            raise
    except OSError as error:
        raise ProfilerError(f"{path}: cannot be written: {error.strerror or error}") from None


def _is_stream(path: Path) -> bool:
    """Whether it is a pipe, a terminal or another device: there is nothing in it to lose."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _existing(path: Path) -> tuple[str | None, int | None]:
    """The file to replace, behind a link (None: no file but a stream), and its permission bits, if it exists."""
    target = str(path)
    try:
        found = os.lstat(path)
        if stat.S_ISLNK(found.st_mode):
            target = str(path.resolve())
            found = os.stat(path)  # noqa: PTH116 - as in write
    except FileNotFoundError:
        return target, None
    return target if stat.S_ISREG(found.st_mode) else None, found.st_mode & 0o777


def _beside(target: str, data: bytes, mode: int) -> str:
    """Write a new file in the folder of another, which is made when missing, and return its name."""
    folder, name = os.path.split(target)
    while True:
        temporary = os.path.join(folder, f".{name[:40]}.{os.getpid()}.{next(_numbers)}")  # noqa: PTH118 - as in write
        try:
            descriptor = os.open(temporary, _NEW, mode)
        except FileExistsError:
            continue
        except FileNotFoundError:
            if not folder or os.path.isdir(folder):  # noqa: PTH112 - as in write
                raise
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - as in write
            continue
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        except BaseException:
            os.close(descriptor)
            os.unlink(temporary)  # noqa: PTH108 - as in write
            raise
        os.close(descriptor)
        return temporary


_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_numbers = itertools.count()


def _existing_parent(path: Path) -> Path:
    parent = path.resolve().parent
    while not parent.exists() and parent != parent.parent:
        parent = parent.parent
    return parent
