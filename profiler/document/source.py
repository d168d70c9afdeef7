"""The bytes of a file, what envelope they came in, and where a byte stands: the only reader of profiles."""

from __future__ import annotations

import bisect
import codecs
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from profiler.errors import ProfilerError

if TYPE_CHECKING:
    from pathlib import Path

    from profiler.document.cms import EnvelopedData, SignedData

SIZE_LIMIT = 16 * 1024 * 1024
_NESTING_LIMIT = 4
_FAR = 4096


class Envelope(StrEnum):
    """What a profile came wrapped in."""

    XML = "xml"
    BINARY = "binary"
    SIGNED = "signed"
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"


class Position(NamedTuple):
    """A place in a text: line and column from 1 (columns count characters), byte offset from 0."""

    line: int
    column: int
    offset: int


class Source:
    """A file under examination.

    `data` is the file, `content` the property list in it: the same bytes for XML and binary, the inside of a signed file, UTF-8
    for a UTF-16 one (`recoded`). Offsets of nodes count bytes of `content`. `signed` is the outermost CMS structure, `inner` the
    signatures found inside it, `unreadable` says why there is no content.
    """

    __slots__ = (
        "_lines",
        "content",
        "data",
        "encoding",
        "enveloped",
        "inner",
        "lead",
        "name",
        "recoded",
        "signed",
        "unreadable",
    )

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self.data = data
        self.content = b""
        self.lead = 0
        self.encoding = "utf-8"
        self.recoded = False
        self.signed: SignedData | None = None
        self.inner: tuple[SignedData, ...] = ()
        self.enveloped: EnvelopedData | None = None
        self.unreadable = ""
        self._lines = [(0, 1)]

    @property
    def envelope(self) -> Envelope:
        """The outermost wrapping; whether the payloads are encrypted is known to the document only."""
        if self.signed is not None:
            return Envelope.SIGNED
        if self.enveloped is not None:
            return Envelope.ENCRYPTED
        if self.unreadable:
            return Envelope.UNREADABLE
        return Envelope.BINARY if self.binary else Envelope.XML

    @property
    def binary(self) -> bool:
        """Whether the content is a binary property list, which has no lines."""
        return self.content.startswith(b"bplist")

    @property
    def editable(self) -> bool:
        """Whether the content is the text of the file itself, so that an edit can be made in place."""
        return (self.content is self.data or (self.recoded and self.signed is None)) and not self.binary

    def encoded(self, content: bytes) -> bytes:
        """The file for a changed content: of a UTF-16 one in UTF-16 again, with its byte order and mark."""
        if not self.recoded:
            return content
        mark = self.data[:2] if self.data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else b""
        order = "be" if self.data.startswith((codecs.BOM_UTF16_BE, b"\0")) else "le"
        return mark + content.decode().encode(f"utf-16-{order}")

    def position(self, offset: int) -> Position:
        """Line and column of a byte of the content."""
        start = self.content.rfind(b"\n", 0, offset) + 1
        line = self.content[start:offset].decode(self.encoding, "replace")
        return Position(self.line_number(start), len(line.lstrip("\ufeff")) + 1, offset)

    def line_number(self, offset: int) -> int:
        """The line of a byte of the content, counted from the nearest place that was counted before."""
        known = self._lines
        nearest = known[bisect.bisect_right(known, (offset, sys.maxsize)) - 1]
        line = nearest[1] + self.content.count(b"\n", nearest[0], offset)
        if offset - nearest[0] > _FAR:
            bisect.insort(known, (offset, line))
        return line


def read(path: Path | str) -> Source:
    """Read a file, `-` for standard input. Raises ProfilerError when there is no such file or it cannot be read."""
    return from_bytes(read_bytes(path), str(path))


def read_bytes(path: Path | str) -> bytes:
    """The bytes of a file, `-` for standard input. Raises ProfilerError."""
    try:
        if str(path) == "-":
            if sys.stdin is None:
                raise ProfilerError("standard input is closed")
            return sys.stdin.buffer.read()
        with open(path, "rb", buffering=0) as stream:  # noqa: PTH123 - a Path for each of many files takes as long as reading it
            return stream.read()
    except OSError as error:
        raise ProfilerError(f"{path}: cannot be read: {error.strerror or error}") from None


def from_bytes(data: bytes, name: str = "-") -> Source:
    """Open the envelope of any bytes. Never raises: `unreadable` says what is wrong with them."""
    source = Source(name, data)
    if len(data) > SIZE_LIMIT:
        source.unreadable = f"the file is larger than {SIZE_LIMIT // 1024 // 1024} MiB; no profile is"
    elif _may_be_cms(data):
        _open_cms(source)
    else:
        _set_content(source, data)
    return source


def _may_be_cms(data: bytes) -> bool:
    if data.startswith((b"<?xml", b"<!", b"<plist", b"bplist")):
        return False
    from profiler.document import cms  # noqa: PLC0415 - most files are not signed

    return cms.looks_like(data)


def _open_cms(source: Source) -> None:
    from profiler.document import cms  # noqa: PLC0415

    content: bytes | None = source.data
    layers: list[SignedData] = []
    try:
        while content is not None and len(layers) <= _NESTING_LIMIT and _may_be_cms(content):
            opened = cms.read(content)
            if isinstance(opened, cms.EnvelopedData):
                source.enveloped = opened
                source.unreadable = (
                    "the whole file is encrypted; Apple encrypts only the payloads, inside a property list"
                )
                content = None
                break
            layers.append(opened)
            content = opened.content
            if content is None:
                source.unreadable = "the signature is detached: the file holds no profile"
    except cms.CmsError as error:
        if not layers:
            source.unreadable = f"not a readable CMS structure: {error}"
            return
        source.unreadable = f"the signed content is not a profile: {error}"
        content = None
    if layers:
        source.signed, source.inner = layers[0], tuple(layers[1:])
    if content is not None:
        _set_content(source, content)


def _set_content(source: Source, data: bytes) -> None:
    if data.startswith(b"bplist"):
        source.content = data
        return
    text = _utf16(data)
    if text is not None:
        source.content, source.recoded = text, True
    else:
        source.content = data
    source.lead = _lead(source.content)
    if source.lead < 0:
        source.unreadable = (
            "empty" if not data.strip() else "neither an XML nor a binary property list, nor a signed one"
        )


def _utf16(data: bytes) -> bytes | None:
    """The text of a UTF-16 file as UTF-8, None for anything else."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        codec = "utf-16"
    elif data.startswith(b"<\0"):
        codec = "utf-16-le"
    elif data.startswith(b"\0<"):
        codec = "utf-16-be"
    else:
        return None
    try:
        return data.decode(codec).encode()
    except UnicodeError:
        return None


def _lead(content: bytes) -> int:
    """How many bytes stand before the XML; -1 when there is none. A comment may stand first where no header follows."""
    head = content[:8192]
    if content.startswith(b"<"):
        return max(head.find(b"<?xml"), 0) if content.startswith((b"<!--", b"<?php", b"<br")) else 0
    for mark in (b"<?xml", b"<!DOCTYPE", b"<plist", b"<dict"):
        place = head.find(mark)
        if place >= 0:
            return place
    return len(content) - len(content.lstrip()) if content.lstrip().startswith(b"<") else -1
