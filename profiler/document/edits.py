"""Changes to the text of a file: everything not named by an edit stays byte for byte."""

from __future__ import annotations

import binascii
import bisect
import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profiler.document.plist import Node


class Safety(StrEnum):
    """Whether a device behaves the same after a fix.

    SAFE: it does, or does what was plainly meant. UNSAFE: it may not; needs --unsafe-fixes. MANUAL: shown, never applied.
    """

    SAFE = "safe"
    UNSAFE = "unsafe"
    MANUAL = "manual"


class Edit(NamedTuple):
    """Replace the bytes from `start` to `end` of `Source.content` with `text` (UTF-8)."""

    start: int
    end: int
    text: str


class Fix(NamedTuple):
    """Edits that belong together, with a title a person reads and their safety."""

    title: str
    edits: tuple[Edit, ...] = ()
    safety: Safety = Safety.SAFE

    @property
    def has_place(self) -> bool:
        """Whether it can be made in a text: there are edits, and all are of values that have a place in one."""
        return bool(self.edits) and all(edit.start >= 0 for edit in self.edits)


def escape(text: str) -> str:
    """Text as it stands between tags (xml.sax.saxutils imports an HTTP client to do this)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def replace_value(node: Node, value: Any) -> Edit:
    """Write another value in the place of this one; an array or dictionary is indented like its surroundings."""
    return Edit(node.start, node.end, _element(value, ""))


def rename_key(node: Node, key: str, content: bytes) -> Edit:
    """Give the entry that holds this node another key."""
    start, end = _key_span(node, content)
    return Edit(start, end, f"<key>{escape(key)}</key>")


def delete_entry(node: Node, content: bytes) -> Edit:
    """Remove a value and its key, or an array item, with the white space before it."""
    start = node.key_start if node.key_start >= 0 else node.start
    while start > 0 and content[start - 1 : start].isspace():
        start -= 1
    return Edit(start, node.end, "")


def insert_entry(parent: Node, key: str, value: Any, content: bytes, *, after: str = "") -> Edit:
    """Add a key to a dictionary, behind the key `after` or else at the end, in the layout of its neighbours."""
    siblings: dict[str, Node] = parent.value
    if not siblings:
        return _into_empty(parent, f"<key>{escape(key)}</key>", value, content)
    sibling = siblings.get(after) or max(siblings.values(), key=lambda node: node.end)
    gap = _layout(sibling.key_start, content)
    between = content[_key_span(sibling, content)[1] : sibling.start].decode("utf-8", "replace")
    if between.strip():
        between = gap
    return Edit(sibling.end, sibling.end, f"{gap}<key>{escape(key)}</key>{between}{_element(value, gap)}")


def append_item(parent: Node, value: Any, content: bytes) -> Edit:
    """Add a value at the end of an array."""
    items: list[Node] = parent.value
    if not items:
        return _into_empty(parent, "", value, content)
    gap = _layout(items[-1].start, content)
    return Edit(items[-1].end, items[-1].end, gap + _element(value, gap))


def prepend_item(parent: Node, value: Any, content: bytes) -> Edit:
    """Add a value at the start of an array."""
    items: list[Node] = parent.value
    if not items:
        return _into_empty(parent, "", value, content)
    gap = _layout(items[0].start, content)
    return Edit(items[0].start, items[0].start, _element(value, gap) + gap)


def wrap_in_array(node: Node) -> tuple[Edit, Edit]:
    """Put a value into an array of its own."""
    return Edit(node.start, node.start, "<array>"), Edit(node.end, node.end, "</array>")


def apply(content: bytes, fixes: Iterable[Fix], encoding: str = "utf-8") -> tuple[bytes, int]:
    """Apply fixes in the order given, skipping one that touches bytes already taken; the text and how many were applied.

    What they write is in `encoding`, that of the content; letters it lacks become character references.
    """
    taken = _Taken()
    applied = 0
    for fix in fixes:
        edits = [edit for edit in fix.edits if edit not in taken.edits]
        if any(map(taken.clashes, edits)):
            continue
        for edit in edits:
            taken.add(edit)
        applied += 1
    pieces: list[bytes] = []
    place = 0
    for edit in sorted(taken.edits, key=lambda edit: (edit.start, edit.end)):
        pieces += content[place : edit.start], edit.text.encode(encoding, "xmlcharrefreplace")
        place = edit.end
    pieces.append(content[place:])
    return b"".join(pieces), applied


class _Taken:
    """Edits that are made, in order; and in order of place the ranges they replace, and the places where they insert."""

    def __init__(self) -> None:
        self.edits: dict[Edit, None] = {}
        self._ranges: list[tuple[int, int]] = []
        self._places: list[int] = []

    def add(self, edit: Edit) -> None:
        self.edits[edit] = None
        if edit.start == edit.end:
            bisect.insort(self._places, edit.start)
        else:
            bisect.insort(self._ranges, (edit.start, edit.end))

    def clashes(self, edit: Edit) -> bool:
        """Whether an edit touches what another one replaces, or inserts where another one does."""
        start, end = edit.start, edit.end
        before = bisect.bisect_left(self._ranges, (end,))
        if before and self._ranges[before - 1][1] > start:
            return True
        inside = (
            bisect.bisect_left(self._places, start)
            if start == end
            else bisect.bisect_right(self._places, start)
        )
        return inside < len(self._places) and self._places[inside] < max(end, start + 1)


def _key_span(node: Node, content: bytes) -> tuple[int, int]:
    if node.key_start < 0:  # of a binary file, where nothing has a place
        return -1, -1
    return node.key_start, content.index(b">", content.index(b"</", node.key_start)) + 1


def _layout(offset: int, content: bytes) -> str:
    """The line break and indentation before an offset, empty where elements stand on one line."""
    start = offset
    while start > 0 and content[start - 1 : start] in b" \t":
        start -= 1
    if content[start - 1 : start] != b"\n":
        return ""
    start -= 2 if content[start - 2 : start] == b"\r\n" else 1
    return content[start:offset].decode("ascii")


def _into_empty(parent: Node, key: str, value: Any, content: bytes) -> Edit:
    outer = _layout(parent.start, content)
    inner = outer + _unit(content) if outer else ""
    text = f"{inner}{key}{inner}" if key else inner
    return Edit(
        parent.start, parent.end, f"<{parent.kind}>{text}{_element(value, inner)}{outer}</{parent.kind}>"
    )


def _unit(content: bytes) -> str:
    return (
        "  "
        if b"\n  <" in content
        else "\t"
        if b"\n\t" in content
        else "    "
        if b"\n    <" in content
        else "\t"
    )


def _element(value: Any, gap: str) -> str:
    """A value as XML; every line after the first starts with `gap`, a line break and an indentation, or there is one line."""
    if isinstance(value, bool):
        return "<true/>" if value else "<false/>"
    if isinstance(value, str):
        return f"<string>{escape(value)}</string>"
    if isinstance(value, (dict, list)):
        return _collection(value, gap)
    if isinstance(value, bytes):
        return f"<data>{binascii.b2a_base64(value, newline=False).decode('ascii')}</data>"
    if isinstance(value, datetime.datetime):
        return f"<date>{value:%Y-%m-%dT%H:%M:%SZ}</date>"
    if isinstance(value, (int, float)):
        return f"<integer>{value}</integer>" if isinstance(value, int) else f"<real>{value!r}</real>"
    raise TypeError(f"a property list holds no {type(value).__name__}")


def _collection(value: dict[str, Any] | list[Any], gap: str) -> str:
    name = "dict" if isinstance(value, dict) else "array"
    if not value:
        return f"<{name}/>"
    inner = gap + "\t" if gap else ""
    if isinstance(value, dict):
        items = [f"<key>{escape(key)}</key>{inner}{_element(item, inner)}" for key, item in value.items()]
    else:
        items = [_element(item, inner) for item in value]
    return f"<{name}>{inner}{inner.join(items)}{gap}</{name}>"
