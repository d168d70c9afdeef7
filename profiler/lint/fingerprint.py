"""What makes this tool the tool it is: its own files, so that no result outlives a change of a rule."""

from __future__ import annotations

import os
import sys
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from profiler.model import schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.lint.store import Store

_PACKAGE = Path(__file__).parents[1]


def tool(store: Store) -> bytes:
    """A digest of the program, its data, Python, and the library that reads certificates.

    It is one of the contents of the files, which are the same on every machine. To read them costs more than linting a file, so
    the store remembers it by names, sizes and times.
    """
    folders = [str(_PACKAGE), schema.folder()]
    files = [(folder, *about) for folder in folders for about in sorted(_files(folder))]
    outside = f"{sys.version} {_cryptography()}"
    seen = blake2b(repr((outside, files)).encode(), digest_size=16).digest()
    found = store.get(seen)
    if found is not None:
        return found.data
    made = blake2b(outside.encode(), digest_size=16)
    for folder, path, _, _ in files:
        made.update(path.removeprefix(folder).encode())
        made.update(blake2b(Path(path).read_bytes()).digest())
    store.put(seen, "", made.digest())
    return made.digest()


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _files(entry.path)
            else:
                about = entry.stat()
                yield entry.path, about.st_mtime_ns, about.st_size


def _cryptography() -> str:
    """The file of the library that tells its version: importing it only to ask takes long."""
    spec = find_spec("cryptography")
    return Path(spec.origin).with_name("__about__.py").read_text() if spec and spec.origin else ""
