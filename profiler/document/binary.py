"""Binary property lists through plistlib; their nodes have no places."""

from __future__ import annotations

import datetime
import plistlib
import struct
from typing import Any

from profiler.document.plist import DEPTH_LIMIT, NODE_LIMIT, Node, Parsed, Problem, Stop


def parse(content: bytes) -> Parsed:
    """Through plistlib, then copied with a bound on depth and count: a binary file can refer to itself."""
    try:
        value = plistlib.loads(content, fmt=plistlib.FMT_BINARY)
        # Each value costs a reference of at least a byte, unless containers are shared, which writers do not do much.
        return Parsed(_from_plain(value, min(NODE_LIMIT, 4 * len(content))), [])
    except Stop as stop:
        return Parsed(None, [stop.problem])
    except (
        plistlib.InvalidFileException,
        ValueError,
        TypeError,
        OverflowError,
        IndexError,
        RecursionError,
        MemoryError,
        struct.error,
    ):
        return Parsed(None, [Problem("doc-unreadable", "a damaged binary property list", -1, -1)])


def _from_plain(value: Any, limit: int) -> Node:
    root = Node("dict", None, -1, None, -1, None)
    pending: list[tuple[Node, Any, int]] = [(root, value, 0)]
    count = 0
    while pending:
        node, value, depth = pending.pop()
        count += 1
        if count > limit or depth > DEPTH_LIMIT:
            raise Stop("doc-unreadable", "a binary property list that refers to itself or never ends", -1)
        if isinstance(value, dict):
            node.kind, node.value = "dict", {}
            for key, item in value.items():
                if not isinstance(key, str):
                    raise Stop("doc-unreadable", "a dictionary key that is no string", -1)
                child = node.value[key] = Node("", None, -1, key, -1, node)
                pending.append((child, item, depth + 1))
        elif isinstance(value, list):
            node.kind, node.value = (
                "array",
                [Node("", None, -1, index, -1, node) for index in range(len(value))],
            )
            pending.extend(zip(node.value, value, [depth + 1] * len(value), strict=True))
        else:
            node.kind, node.value = _kind(value), value
    return root


def _kind(value: Any) -> str:
    for kind, python in _KINDS:
        if isinstance(value, python):
            return kind
    raise Stop("doc-unreadable", f"a value of a kind profiles do not know ({type(value).__name__})", -1)


_KINDS: tuple[tuple[str, type], ...] = (
    ("boolean", bool), ("string", str), ("integer", int), ("real", float), ("data", bytes), ("date", datetime.datetime),
)  # fmt: skip
