"""ASN.1 elements in BER and DER (X.690): a lazy reader bounded in size, depth and count, and a small writer.

Elements of indefinite length are walked once, to find their end, and keep what was found; all others are
opened only when somebody asks for their children. So the cost follows what is read, not what the file holds.
"""

from __future__ import annotations

from functools import lru_cache

MAX_SIZE = 64 * 1024 * 1024
MAX_DEPTH = 32
MAX_ELEMENTS = 200_000

INTEGER, BIT_STRING, OCTET_STRING, NULL, OID, SEQUENCE, SET = 0x02, 0x03, 0x04, 0x05, 0x06, 0x30, 0x31
_CONSTRUCTED = 0x20


class TlvError(ValueError):
    """Bytes that are no ASN.1, with the offset (from 0) of the byte where reading stopped."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(f"{message} (at byte {offset})")
        self.message = message
        self.offset = offset


class Reader:
    """The bytes and what has been spent on them; `ber` tells whether something met is not allowed in DER."""

    __slots__ = ("ber", "count", "data")

    def __init__(self, data: bytes) -> None:
        if len(data) > MAX_SIZE:
            raise TlvError(f"more than {MAX_SIZE // 1024 // 1024} MiB", MAX_SIZE)
        self.data = data
        self.count = 0
        self.ber = False

    def element(self, start: int, limit: int, depth: int = 0) -> Element:  # noqa: C901 - all errors of a header
        """Read the element that begins at `start` and must end by `limit`. Raises TlvError."""
        data = self.data
        self.count += 1
        if self.count > MAX_ELEMENTS:
            raise TlvError(f"more than {MAX_ELEMENTS} elements", start)
        if depth > MAX_DEPTH:
            raise TlvError(f"nested more than {MAX_DEPTH} deep", start)
        if start + 2 > limit:
            raise TlvError("ends in the middle of an element", start)
        tag, length, content = data[start], data[start + 1], start + 2
        if tag & 0x1F == 0x1F:  # noqa: PLR2004 - X.690 8.1.2.4: the long form of a tag
            raise TlvError("a tag number above 30", start)
        if tag == 0:
            raise TlvError("an end-of-contents mark where none belongs", start)
        if length == 0x80:  # noqa: PLR2004 - X.690 8.1.3.6: the indefinite form
            return self._indefinite(tag, start, limit, depth)
        if length > 0x80:  # noqa: PLR2004 - X.690 8.1.3.5: the long form
            size = length & 0x7F
            if size > 6 or content + size > limit:  # noqa: PLR2004 - 2^48 bytes are enough
                raise TlvError("a length that cannot be read", start + 1)
            length = int.from_bytes(data[content : content + size], "big")
            if length < 0x80 or not data[content]:  # noqa: PLR2004 - DER takes the shortest form
                self.ber = True
            content += size
        if content + length > limit:
            raise TlvError(f"a length of {length} bytes, which is more than there are", start + 1)
        return Element(self, tag, (start, content, content + length, content + length), depth, None)

    def _indefinite(self, tag: int, start: int, limit: int, depth: int) -> Element:
        if not tag & _CONSTRUCTED:
            raise TlvError("an indefinite length on a primitive element", start)
        self.ber = True
        data, position = self.data, start + 2
        children = []
        while data[position : position + 2] != b"\0\0" or position + 2 > limit:
            child = self.element(position, limit, depth + 1)
            children.append(child)
            position = child.end
        return Element(self, tag, (start, start + 2, position, position + 2), depth, children)


class Element:
    """One element: `tag`, and the offsets of its header, of its content and of the byte after it."""

    __slots__ = ("_children", "content", "depth", "end", "reader", "start", "stop", "tag")

    def __init__(
        self,
        reader: Reader,
        tag: int,
        span: tuple[int, int, int, int],
        depth: int,
        children: list[Element] | None,
    ) -> None:
        self.reader = reader
        self.tag = tag
        self.start, self.content, self.stop, self.end = span
        self.depth = depth
        self._children = children

    @property
    def indefinite(self) -> bool:
        """Whether the end is marked instead of counted."""
        return self.end != self.stop

    @property
    def value(self) -> bytes:
        """The bytes between its header and its end."""
        return self.reader.data[self.content : self.stop]

    @property
    def children(self) -> list[Element]:
        """The elements inside a constructed element."""
        if self._children is None:
            if not self.tag & _CONSTRUCTED:
                raise TlvError("a primitive element where a constructed one belongs", self.start)
            found = []
            position, stop = self.content, self.stop
            while position < stop:
                child = self.reader.element(position, stop, self.depth + 1)
                found.append(child)
                position = child.end
            self._children = found
        return self._children

    def expect(self, tag: int, what: str) -> Element:
        """Return this element if it has the tag. Raises TlvError naming what is missing."""
        if self.tag != tag:
            raise TlvError(f"tag 0x{self.tag:02x} instead of {what}", self.start)
        return self

    def only(self, what: str) -> Element:
        """Return the single child of an explicit tag."""
        if len(self.children) != 1:
            raise TlvError(f"{len(self.children)} elements instead of one {what}", self.start)
        return self.children[0]

    def oid(self) -> str:
        """Read an object identifier in dotted form."""
        self.expect(OID, "an object identifier")
        try:
            return _dotted(self.value)
        except ValueError:
            raise TlvError("an object identifier that cannot be read", self.start) from None

    def integer(self) -> int:
        """Read an integer."""
        self.expect(INTEGER, "an integer")
        if self.content == self.stop:
            raise TlvError("an empty integer", self.start)
        return int.from_bytes(self.value, "big", signed=True)

    def octets(self) -> bytes:
        """Join a byte string, whole or in parts (X.690 8.7.3)."""
        if not self.tag & _CONSTRUCTED:
            return self.value
        self.reader.ber = True
        for part in self.children:
            if part.tag & ~_CONSTRUCTED != OCTET_STRING:
                raise TlvError(f"tag 0x{part.tag:02x} instead of a byte string", part.start)
        return b"".join([part.octets() for part in self.children])

    def der(self, tag: int | None = None) -> bytes:
        """Return it with counted, shortest lengths; `tag` replaces its own.

        Where nothing but DER has been met so far its bytes are taken as they are, so open the children first.
        """
        own = self.tag if tag is None else tag
        if not self.reader.ber:
            return encode(own, self.value)
        if not self.tag & _CONSTRUCTED:
            return encode(own, self.value)
        if self.tag == OCTET_STRING | _CONSTRUCTED:
            return encode(OCTET_STRING, self.octets())
        return encode(own, b"".join([child.der() for child in self.children]))

    def raw(self) -> bytes:
        """Return its bytes as they are, or as DER where its end is marked instead of counted."""
        return self.der() if self.indefinite else self.reader.data[self.start : self.end]


@lru_cache(maxsize=256)
def _dotted(value: bytes) -> str:
    if not value or value[-1] & 0x80 or len(value) > 64:  # noqa: PLR2004 - no identifier in use comes near
        raise ValueError
    arcs, number = [], 0
    for byte in value:
        number = number << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(number)
            number = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def encode(tag: int, *parts: bytes) -> bytes:
    """Write one DER element around the parts."""
    content = b"".join(parts)
    length = len(content)
    if length < 0x80:  # noqa: PLR2004 - X.690 8.1.3.4: the short form
        return bytes((tag, length)) + content
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size, "big") + content


@lru_cache(maxsize=256)
def encode_oid(dotted: str) -> bytes:
    """Write an object identifier."""
    first, second, *rest = map(int, dotted.split("."))
    content = bytearray()
    for arc in (first * 40 + second, *rest):
        shifts = range((max(arc.bit_length(), 1) - 1) // 7 * 7, -1, -7)
        content += bytes(arc >> shift & 0x7F | (0x80 if shift else 0) for shift in shifts)
    return encode(OID, bytes(content))


def encode_integer(number: int) -> bytes:
    """Write an integer in its shortest form."""
    size = (~number if number < 0 else number).bit_length() // 8 + 1
    return encode(INTEGER, number.to_bytes(size, "big", signed=True))
