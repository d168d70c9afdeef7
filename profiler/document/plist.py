"""Property lists with places: nodes and what they know, the values of XML's elements, and values back to XML."""

from __future__ import annotations

import binascii
import datetime
import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from profiler.document.source import Source

DEPTH_LIMIT = 64
NODE_LIMIT = 200_000

KeyPath = tuple[str | int, ...]


def path_text(path: KeyPath) -> str:
    """A key path as people write it: PayloadContent[0].PayloadUUID."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


# Compiled where they are used: most files hold strings and switches only.
_INTEGER = r"(?a)\s*[+-]?(?:0[xX][0-9a-fA-F]{1,32}|[0-9]{1,40})\s*\Z"
_REAL = r"(?a)\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*\Z"
_DATE = r"(?a)\s*(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z\s*\Z"


class Node:
    """A value as it was written.

    `kind` is one of dict, array, string, integer, real, boolean, data, date; `value` is a dict of nodes, a list of nodes or a
    Python scalar (None when the text is no value of its kind). `start` and `end` are byte offsets of the element in
    `Source.content`, -1 in a binary file. `key` is the node's place in its parent: a string, an index, None for the root;
    `key_start` is the offset of its `<key>`. Of a key written twice the last value counts, as in Apple's parser and plistlib;
    the document lists both among its problems.
    """

    __slots__ = ("end", "key", "key_start", "kind", "parent", "start", "value")

    def __init__(
        self,
        kind: str,
        value: Any,
        start: int,
        key: str | int | None,
        key_start: int,
        parent: Node | None,
        end: int = -1,
    ) -> None:
        self.kind = kind
        self.value = value
        self.start = start
        self.end = end
        self.key = key
        self.key_start = key_start
        self.parent = parent

    def __repr__(self) -> str:
        return f"<Node {self.kind} at {self.path}>"

    @property
    def path(self) -> KeyPath:
        """Keys and indexes from the root to here."""
        keys: list[str | int] = []
        node: Node | None = self
        while node is not None and node.key is not None:
            keys.append(node.key)
            node = node.parent
        return tuple(reversed(keys))

    def get(self, key: str) -> Node | None:
        """The node under a key, None when there is none or this is no dictionary."""
        return self.value.get(key) if self.kind == "dict" else None

    def string(self, key: str) -> str | None:
        """The text under a key, None when absent or of another kind."""
        node = self.get(key)
        return node.value if node is not None and node.kind == "string" else None

    def integer(self, key: str) -> int | None:
        """The number under a key: an integer, or a real without a fraction; None otherwise."""
        node = self.get(key)
        if node is None or node.value is None:
            return None
        if node.kind == "integer":
            return int(node.value)
        return int(node.value) if node.kind == "real" and float(node.value).is_integer() else None

    def boolean(self, key: str) -> bool | None:
        """The switch under a key, 0 and 1 included as devices coerce them; None otherwise."""
        node = self.get(key)
        if node is None:
            return None
        if node.kind == "boolean" or (node.kind == "integer" and node.value in (0, 1)):
            return bool(node.value)
        return None

    def data(self, key: str) -> bytes | None:
        """The bytes under a key, None when absent or of another kind."""
        node = self.get(key)
        return node.value if node is not None and node.kind == "data" else None

    def children(self) -> list[Node]:
        """The nodes directly below, in order."""
        if self.kind == "dict":
            return list(self.value.values())
        return list(self.value) if self.kind == "array" else []

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in document order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            if node.kind in ("dict", "array"):
                stack.extend(reversed(node.children()))

    def plain(self) -> Any:
        """The value without places, as plistlib would give it."""
        if self.kind == "dict":
            return {key: node.plain() for key, node in self.value.items()}
        if self.kind == "array":
            return [node.plain() for node in self.value]
        return self.value


class Problem(NamedTuple):
    """Something the parser met that a rule reports: the rule's id, a message, the bytes, and the nodes concerned."""

    rule: str
    message: str
    start: int
    end: int
    node: Node | None = None
    first: Node | None = None


class Parsed(NamedTuple):
    """What a parse gives: the root (None when nothing could be read), problems, and the heads of the XML.

    `containers` are the dictionaries and arrays of the tree, as far as the reader kept them.
    """

    root: Node | None
    problems: list[Problem]
    doctype: tuple[str | None, str | None] | None = None
    declared: str | None = None
    containers: tuple[Node, ...] | list[Node] = ()


class Stop(Exception):  # noqa: N818 - ends a parse, caught where it begins
    """What makes the rest of a file unreadable."""

    def __init__(self, rule: str, message: str, offset: int) -> None:
        super().__init__(message)
        self.problem = Problem(rule, message, offset, offset)


def parse(source: Source) -> Parsed:
    """Read the content of a source. Never raises: what is wrong is in `problems`."""
    if source.unreadable:
        return Parsed(None, [Problem("doc-unreadable", source.unreadable, -1, -1)])
    if source.binary:
        from profiler.document import binary  # noqa: PLC0415 - binary files are rare

        return binary.parse(source.content)
    from profiler.document import xml  # noqa: PLC0415 - most files are in the plain form

    return xml.parse(source)


def dump(value: Any) -> bytes:
    """A value as an XML property list: tabs, keys in the order given. Raises ValueError for text that XML cannot hold."""
    import plistlib  # noqa: PLC0415 - only writers need it

    return plistlib.dumps(value, sort_keys=False)


def _integer(text: str) -> int:
    if re.match(_INTEGER, text) is None:
        raise ValueError
    digits = text.strip()
    value = int(digits, 16 if "x" in digits.lower() else 10)
    if not -(2**63) <= value < 2**64:
        raise ValueError
    return value


def _real(text: str) -> float:
    if re.match(_REAL, text) is None:
        raise ValueError
    value = float(text)
    if not math.isfinite(value):
        raise ValueError
    return value


def _true(text: str) -> bool:
    if text.strip():
        raise ValueError
    return True


def _false(text: str) -> bool:
    return not _true(text)


def _data(text: str) -> bytes:
    return binascii.a2b_base64("".join(text.split()), strict_mode=True) if text else b""


def _date(text: str) -> datetime.datetime:
    match = re.match(_DATE, text)
    if match is None:
        raise ValueError
    return datetime.datetime(*map(int, match.groups()))  # type: ignore[arg-type] # noqa: DTZ001 - plist dates are UTC


CONVERT: dict[str, Callable[[str], Any]] = {
    "integer": _integer, "real": _real, "true": _true, "false": _false, "data": _data, "date": _date,
}  # fmt: skip
