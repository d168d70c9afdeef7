"""Files written: planned together, refused together, each replaced in one step."""

from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from profiler.errors import ProfilerError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


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

    A file that existed keeps its permission bits; one that holds a secret gets mode 0600. A link stays one.
    """
    try:
        path = path.resolve() if path.is_symlink() else path
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = 0o600 if secret else _mode_of(path)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
            Path(temporary).chmod(mode)
            Path(temporary).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise
    except OSError as error:
        raise ProfilerError(f"{path}: cannot be written: {error.strerror or error}") from None


def _mode_of(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _existing_parent(path: Path) -> Path:
    parent = path.resolve().parent
    while not parent.exists() and parent != parent.parent:
        parent = parent.parent
    return parent
