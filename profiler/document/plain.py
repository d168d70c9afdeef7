"""The plain form of XML property lists that nearly every generator writes, read faster than expat can call Python.

Only a file with nothing unusual in it is read here: UTF-8, the usual heads, no attributes, entities, CDATA or carriage returns,
no key twice, every value well formed. For anything else `read` gives up, and the full parser says what there is to say. Both give
the same tree (tests/document/test_plain.py). Two regular expressions, one for an entry of a dictionary and one for an item of an
array, take the place of three calls from expat for every element.
"""

from __future__ import annotations

import re

from profiler.document.plist import CONVERT, DEPTH_LIMIT, NODE_LIMIT, Node, Parsed

_GAP = rb"\s*+(?:<!--(?:[^-]++|-(?!-))*+-->\s*+)*+"
_HEAD = re.compile(
    rb'<\?xml version="1\.0" encoding="(UTF-8|utf-8)"\?>'
    + _GAP
    + rb'<!DOCTYPE plist PUBLIC "([^"<>&\[]*)"\s+"([^"<>&\[]*)">'
    + _GAP
    + rb'<plist version="1(?:\.0)?">'
)
_STEP = (
    rb"(?:<string>([^<&]*)</string>|<(true|false)/>|<(dict|array)>|<integer>(-?[0-9]{1,18})</integer>"
    rb"|<data>([A-Za-z0-9+/=\s]*)</data>|<(string|dict|array|data)/>)|</(dict|array)>)"
)
_ENTRY = re.compile(_GAP + rb"(?:<key>([^<&]*)</key>" + _GAP + _STEP)
_ITEM = re.compile(_GAP + rb"(?:(?P<no_key>)" + _STEP)
_FOOT = re.compile(_GAP + rb"</plist>" + _GAP + rb"\Z")
_CONTROLS = bytes({*range(32), 127} - {9, 10})
_UNUSUAL = (b"]]>", b"\xef\xbf\xbe", b"\xef\xbf\xbf")

# The groups of _ENTRY and _ITEM.
KEY, STRING, BOOLEAN, OPEN, INTEGER, DATA, EMPTY, CLOSE = range(1, 9)


def read(content: bytes) -> Parsed | None:
    """Read a file in the plain form; None when it is not in it."""
    head = _HEAD.match(content)
    if head is None or len(content.translate(None, _CONTROLS)) != len(content):
        return None
    if any(mark in content for mark in _UNUSUAL):
        return None
    try:
        content.decode()
        root = _values(content, head.end())
    except ValueError:  # not UTF-8, or no base64
        return None
    if root is None:
        return None
    return Parsed(root, [], (head[2].decode(), head[3].decode()), head[1].decode())


def _values(content: bytes, place: int) -> Node | None:  # noqa: C901 - one loop, for speed
    """The root; None when something unusual comes. Raises ValueError for bytes that are not UTF-8 or no base64."""
    match = _ITEM.match(content, place)
    if match is None or match.lastindex != OPEN:
        return None
    root = parent = _node(match, OPEN, None)
    depth = count = 1
    step = _ENTRY.match if root.kind == "dict" else _ITEM.match
    while True:
        match = step(content, match.end())
        if match is None:
            return None
        token = match.lastindex
        if token == CLOSE:
            if match[CLOSE].decode() != parent.kind:
                return None
            parent.end = match.end()
            if parent.parent is None:
                return root if _FOOT.match(content, match.end()) else None
            parent = parent.parent
            depth -= 1
        else:
            node = _node(match, token, parent)
            if parent.kind == "dict":
                key = match[KEY].decode()
                if not key or key in parent.value:
                    return None
                parent.value[key] = node
                node.key = key
                node.key_start = match.start(KEY) - 5
            else:
                node.key = len(parent.value)
                parent.value.append(node)
            count += 1
            if token != OPEN:
                continue
            parent = node
            depth += 1
            if depth > DEPTH_LIMIT or count > NODE_LIMIT:
                return None
        step = _ENTRY.match if parent.kind == "dict" else _ITEM.match


def _node(match: re.Match[bytes], token: int | None, parent: Node | None) -> Node:
    if token == STRING:
        node = Node("string", match[STRING].decode(), match.start(STRING) - 8, None, -1, parent)
    elif token == OPEN:
        kind = match[OPEN].decode()
        return Node(kind, {} if kind == "dict" else [], match.start(OPEN) - 1, None, -1, parent)
    elif token == BOOLEAN:
        node = Node("boolean", match[BOOLEAN] == b"true", match.start(BOOLEAN) - 1, None, -1, parent)
    elif token == INTEGER:
        node = Node("integer", int(match[INTEGER]), match.start(INTEGER) - 9, None, -1, parent)
    elif token == DATA:
        node = Node("data", CONVERT["data"](match[DATA].decode()), match.start(DATA) - 6, None, -1, parent)
    else:
        kind = match[EMPTY].decode()
        node = Node(kind, _EMPTY[kind](), match.start(EMPTY) - 1, None, -1, parent)
    node.end = match.end()
    return node


_EMPTY = {"string": str, "data": bytes, "dict": dict, "array": list}
