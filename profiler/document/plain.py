"""The plain form of XML property lists that nearly every generator writes, read faster than expat can call Python.

Only a file with nothing unusual in it is read here: UTF-8, the usual heads, no attributes, CDATA or entities but XML's five,
no key twice, every value well formed. For anything else `read` gives up, and the full parser says what there is to say. Both give
the same tree (tests/document/test_plain.py). Two regular expressions, one for an entry of a dictionary and one for an item of an
array, take the place of three calls from expat for every element.

The text is decoded as Latin-1, one character for each byte, so that places in it are offsets of bytes.
"""

from __future__ import annotations

import re
from functools import cache

from profiler.document.plist import CONVERT, DEPTH_LIMIT, NODE_LIMIT, Node, Parsed

_SPACE = r"\s*+"
# No group is possessive: Python before 3.11.5 (Debian 12 has 3.11.2) matches them wrongly, https://github.com/python/cpython/issues/100061.
_COMMENTS = r"\s*+(?:<!--[^-]*+(?:-(?!-)[^-]*+)*-->\s*+)*"
_STEP = (
    r"(?:<string>([^<\r]*)</string>|<(true|false) ?/>|<(dict|array)>|<integer>(-?[0-9]{1,18})</integer>"
    r"|<data>([A-Za-z0-9+/=\s]*)</data>|<(string|dict|array|data) ?/>)|</(dict|array)>)"
)


class _Patterns:
    """What is matched at a time: all before the root, an entry of a dictionary, an item of an array, all behind the root."""

    def __init__(self, gap: str) -> None:
        self.head = re.compile(
            r'<\?xml version="1\.0" encoding="(UTF-8|utf-8)"\?>'
            + gap
            + r'<!DOCTYPE plist PUBLIC "([^"<>&\[\r]*)"\s+"([^"<>&\[\r]*)">'
            + gap
            + r'<plist version="1(?:\.0)?">',
            re.ASCII,
        )
        self.entry = re.compile(gap + r"(?:<key>([^<&\r]*)</key>" + gap + _STEP, re.ASCII)
        self.item = re.compile(gap + r"(?:(?P<no_key>)" + _STEP, re.ASCII)
        self.foot = re.compile(gap + r"</plist>" + gap + r"\Z", re.ASCII)


@cache
def _patterns(*, comments: bool) -> _Patterns:
    """The patterns for files with comments and, faster, for those without."""
    return _Patterns(_COMMENTS if comments else _SPACE)


_CONTROLS = bytes({*range(32), 127} - {9, 10, 13})
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'"}

# The groups of entries and items.
KEY, STRING, BOOLEAN, OPEN, INTEGER, DATA, EMPTY, CLOSE = range(1, 9)


def read(content: bytes) -> Parsed | None:
    """Read a file in the plain form; None when it is not in it."""
    text = content.decode("latin-1")
    patterns = _patterns(comments="<!--" in text)
    head = patterns.head.match(text)
    if head is None or len(content.translate(None, _CONTROLS)) != len(content):
        return None
    if b"]]>" in content:
        return None
    ascii_only = content.isascii()
    try:
        if not ascii_only:
            content.decode()
            if any(mark in content for mark in _NO_CHARACTERS):
                return None
        containers = _values(text, patterns, head.end(), ascii_only=ascii_only)
    except (ValueError, KeyError):  # not UTF-8, no base64, an entity that is none of the five
        return None
    if not containers:
        return None
    return Parsed(containers[0], [], (_utf8(head[2]), _utf8(head[3])), head[1], containers)


def _values(  # noqa: C901, PLR0912, PLR0915 - one loop, for speed
    text: str, patterns: _Patterns, place: int, *, ascii_only: bool
) -> list[Node]:
    """The dictionaries and arrays, the root first; none when something unusual comes.

    Raises ValueError or KeyError for values that are not plain.
    """
    match = patterns.item.match(text, place)
    if match is None or match.lastindex != OPEN:
        return []
    kind = match[OPEN]
    parent = Node(kind, {} if kind == "dict" else [], match.start(OPEN) - 1, None, -1, None)
    containers = [parent]
    depth = count = 1
    entry, item = patterns.entry.match, patterns.item.match
    in_dict, children = kind == "dict", parent.value
    while True:
        match = (entry if in_dict else item)(text, match.end())
        if match is None:
            return []
        token, end = match.lastindex, match.end()
        if token == CLOSE:
            if match[CLOSE] != parent.kind:
                return []
            parent.end = end
            if parent.parent is None:
                return containers if patterns.foot.match(text, end) else []
            parent = parent.parent
            in_dict, children = parent.kind == "dict", parent.value
            depth -= 1
            continue
        key: str | int
        if in_dict:
            key, key_start = match[KEY], match.start(KEY) - 5
            if not ascii_only:
                key = _utf8(key)
            if not key or key in children:
                return []
        else:
            key, key_start = len(children), -1
        if token == STRING:
            value = match[STRING]
            start = end - len(value) - 17
            if not ascii_only:
                value = _utf8(value)
            if "&" in value:
                value = re.sub("&[a-z]*;?", _entity, value)
            node = Node("string", value, start, key, key_start, parent, end)
        elif token == BOOLEAN:
            start = match.start(BOOLEAN) - 1
            node = Node("boolean", match[BOOLEAN] == "true", start, key, key_start, parent, end)
        elif token == OPEN:
            kind = match[OPEN]
            node = Node(kind, {} if kind == "dict" else [], end - len(kind) - 2, key, key_start, parent)
        elif token == INTEGER:
            digits = match[INTEGER]
            node = Node("integer", int(digits), end - len(digits) - 19, key, key_start, parent, end)
        elif token == DATA:
            data = match[DATA]
            node = Node("data", CONVERT["data"](data), end - len(data) - 13, key, key_start, parent, end)
        else:
            kind = match[EMPTY]
            node = Node(kind, _EMPTY[kind](), match.start(EMPTY) - 1, key, key_start, parent, end)
        if in_dict:
            children[key] = node
        else:
            children.append(node)
        count += 1
        if token == OPEN:
            parent, in_dict, children = node, kind == "dict", node.value
            containers.append(node)
            depth += 1
            if depth > DEPTH_LIMIT or count > NODE_LIMIT:
                return []


def _utf8(text: str) -> str:
    """A piece of the text as it reads. Raises ValueError for what is no UTF-8."""
    return text if text.isascii() else text.encode("latin-1").decode()


def _entity(match: re.Match[str]) -> str:
    return _ENTITIES[match[0]]


_EMPTY = {"string": str, "data": bytes, "dict": dict, "array": list}
