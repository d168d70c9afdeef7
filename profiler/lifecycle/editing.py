"""A profile's text under edits: one value after the other, everything else byte for byte as it was."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any

from profiler.document import edits, plist
from profiler.document.document import Document
from profiler.document.edits import Edit, Fix
from profiler.document.source import from_bytes
from profiler.errors import ProfilerError, UsageError

if TYPE_CHECKING:
    from profiler.document.plist import KeyPath, Node
    from profiler.document.source import Source

_UTF16 = (
    (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0", b"", "utf-16-le"),
    (b"\0<", b"", "utf-16-be"),
)


class Text:
    """The property list of a profile, without its signature, while it is being changed.

    A binary one is rewritten as XML first, because that is what Apple asks for and what a person can review. `data` are the bytes
    of the file as it stands.
    """

    def __init__(self, source: Source) -> None:
        self.name = source.name
        layers = [layer for layer in (source.signed, *source.inner) if layer is not None]
        data = (layers[-1].content or b"") if layers else source.data
        if source.binary:
            data = _as_xml(source)
        self._read(data)

    def _read(self, data: bytes) -> None:
        self.data = data
        self.document = Document(from_bytes(data, self.name))
        if self.document.root is None:
            raise ProfilerError(f"{self.name}: cannot be read", hint="`profiler lint` says where it breaks")

    @property
    def root(self) -> Node:
        """The top level."""
        root = self.document.root
        assert root is not None  # noqa: S101 - _read refuses anything else
        return root

    def find(self, path: KeyPath) -> Node | None:
        """The value at a path, None when there is none."""
        node: Node | None = self.root
        for key in path:
            if node is None:
                return None
            if not isinstance(key, int):
                node = node.get(key)
            elif node.kind == "array" and key < len(node.value):
                node = node.value[key]
            else:
                return None
        return node

    def set(self, path: KeyPath, value: Any, *, after: str = "") -> None:
        """Write a value. Nothing happens when it is there already; a new key goes behind `after`, or in order.

        Raises UsageError when there is no place for it, or when it holds what no property list can.
        """
        check_text(value, path_text(path))
        node = self.find(path)
        if node is not None:
            if not same_value(node, value):
                self._apply(edits.replace_value(node, value))
            return
        parent, key = self.find(path[:-1]), path[-1]
        content = self.document.source.content
        if parent is not None and parent.kind == "dict" and isinstance(key, str):
            self._apply(
                edits.insert_entry(parent, key, value, content, after=_neighbour(parent, key, after, content))
            )
        elif parent is not None and parent.kind == "array" and key == len(parent.value):
            self._apply(edits.append_item(parent, value, content))
        elif len(path) > 1 and parent is None and isinstance(key, str):
            self.set(path[:-1], {key: value})
        else:
            raise UsageError(f"{path_text(path)}: there is no place for such a value in the profile")

    def add(self, path: KeyPath, value: Any, *, first: bool) -> None:
        """Add an item to an array, at its start or its end; make the array when it is not there."""
        check_text(value, path_text(path))
        array = self.find(path)
        if array is None or array.kind != "array":
            self.set(path, [value])
            return
        write = edits.prepend_item if first else edits.append_item
        self._apply(write(array, value, self.document.source.content))

    def remove(self, path: KeyPath) -> None:
        """Delete a key, however often it is written; nothing happens when it is not there."""
        while (node := self.find(path)) is not None:
            self._apply(edits.delete_entry(node, self.document.source.content))
            if isinstance(path[-1], int):
                return

    def _apply(self, edit: Edit) -> None:
        source = self.document.source
        text = edit.text
        if source.encoding.lower() not in ("utf-8", "utf8"):
            text = text.encode("ascii", "xmlcharrefreplace").decode("ascii")
        content, _ = edits.apply(source.content, [Fix("", (edit._replace(text=text),))])
        if content != source.content:
            self._read(_encoded(content, self.data))


def same_value(node: Node, value: Any) -> bool:
    """Whether a node holds exactly this value, kind included."""
    if isinstance(value, dict):
        return (
            node.kind == "dict"
            and list(node.value) == list(value)
            and all(same_value(node.value[key], item) for key, item in value.items())
        )
    if isinstance(value, list):
        return (
            node.kind == "array" and len(node.value) == len(value) and all(map(same_value, node.value, value))
        )
    return type(node.value) is type(value) and bool(node.value == value)


def check_text(value: Any, where: str) -> None:
    """Raise UsageError for text with characters that XML cannot hold; the text itself is not repeated."""
    if isinstance(value, dict):
        for key, item in value.items():
            check_text(key, where)
            check_text(item, where)
    elif isinstance(value, list):
        for item in value:
            check_text(item, where)
    elif isinstance(value, str) and not all(_is_xml(character) for character in value):
        raise UsageError(f"{where}: holds a character that no profile can, a control character for instance")


def path_text(path: KeyPath) -> str:
    """A key path as people write it: PayloadContent[0].PayloadUUID."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def _is_xml(character: str) -> bool:
    """Characters of XML 1.0 (https://www.w3.org/TR/xml/#charsets); a carriage return would come back as a line break."""
    code = ord(character)
    return character in "\t\n" or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000  # noqa: PLR2004


def _as_xml(source: Source) -> bytes:
    root = Document(source).root
    if root is None:
        raise ProfilerError(f"{source.name}: cannot be read", hint="`profiler lint` says what is wrong")
    try:
        return plist.dump(root.plain())
    except (ValueError, TypeError, OverflowError):
        raise ProfilerError(f"{source.name}: holds values that cannot be written as XML") from None


def _encoded(content: bytes, before: bytes) -> bytes:
    """Text of a UTF-16 file is edited as UTF-8; put it back."""
    for start, mark, codec in _UTF16:
        if before.startswith(start):
            return mark + content.decode().encode(codec)
    return content


def _neighbour(parent: Node, key: str, after: str, content: bytes) -> str:
    """Behind which key a new one goes: the one asked for, or its place in a dictionary that is sorted; else the last."""
    if after in parent.value:
        return after
    keys = sorted(parent.value, key=lambda name: parent.value[name].start)
    before = [name for name in keys if name.lower() < key.lower()]
    ordered = keys == sorted(keys, key=str.lower) and content
    return before[-1] if ordered and before else ""
