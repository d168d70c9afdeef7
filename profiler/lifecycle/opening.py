"""Profiles opened for comparison: files or folders, and what is inside encrypted ones when a key is given."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from profiler.document.document import Document
from profiler.document.source import from_bytes, read
from profiler.errors import ProfilerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from profiler.document.source import Source

SUFFIX = ".mobileconfig"


def open_profile(path: Path, keys: Sequence[RSAPrivateKey] = ()) -> Document:
    """Read a profile, `-` for standard input. Raises ProfilerError when it cannot be read or no key fits."""
    return open_source(read(path), keys)


def open_source(source: Source, keys: Sequence[RSAPrivateKey] = ()) -> Document:
    """Parse a source; with keys, decrypt the payloads of an encrypted one. Raises ProfilerError when no key fits."""
    document = Document(source)
    if not keys or not (document.encrypted or source.enveloped is not None):
        return document
    from profiler.trust import encrypt  # noqa: PLC0415 - only when a key is given

    opened = Document(from_bytes(encrypt.decrypt(source.data, keys), source.name))
    if not document.encrypted:
        return opened
    document.decrypted = opened.root.get("PayloadContent") if opened.root is not None else None
    return document


def profiles_below(folder: Path) -> Iterator[Path]:
    """Every profile in a folder and those below it, sorted. Raises ProfilerError for a folder that cannot be read."""
    for place, folders, names in os.walk(folder, onerror=_unreadable):
        folders.sort()
        yield from (Path(place) / name for name in sorted(names) if name.lower().endswith(SUFFIX))


def _unreadable(error: OSError) -> None:
    raise ProfilerError(f"{error.filename}: cannot be read: {error.strerror}") from None
