"""Where two dictionaries differ, as a device reads them: an absent key is its default, a secret has no value."""

from __future__ import annotations

import base64
import datetime
import math
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from profiler.model import schema
from profiler.model.confidential import is_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import KeyPath, Node

_NONE = object()
_NUMBERS = ("integer", "real")
_PAYLOADS = ("PayloadContent", "EncryptedPayloadContent")


class Change(NamedTuple):
    """One value that differs. `key_path` starts at the payload (at the top level for the profile)."""

    key_path: KeyPath
    old: Node | None
    new: Node | None

    @property
    def key(self) -> str:
        """The first key of the path."""
        return str(self.key_path[0])

    @property
    def kind(self) -> str:
        """Whether the value was added, removed or changed."""
        return "added" if self.old is None else "removed" if self.new is None else "changed"

    @property
    def secret(self) -> bool:
        """Whether a value is a password, a key or the like, and must not be shown."""
        return any(node is not None and is_secret(node) for node in (self.old, self.new))

    @property
    def before(self) -> Any:
        """The old value for JSON; None when absent or secret."""
        return None if self.secret else _shown(self.old)

    @property
    def after(self) -> Any:
        """The new value for JSON; None when absent or secret."""
        return None if self.secret else _shown(self.new)


def payload_changes(old: Node, new: Node) -> list[Change]:
    """Compare two payloads of one type, their identity included."""
    return list(_dictionaries(old, new, schema.load(new.string("PayloadType") or "") or {}, ()))


def profile_changes(old: Node, new: Node) -> list[Change]:
    """Compare the top levels of two profiles; the payloads are left out."""
    return [change for change in _dictionaries(old, new, _top_level(), ()) if change.key not in _PAYLOADS]


@cache
def _top_level() -> dict[str, Any]:
    """Apple's description, and a default that its Configuration Profile Reference of 2019 still named."""
    described = schema.load(schema.TOP_LEVEL) or {}
    properties: dict[str, Any] = described.get("properties", {})
    scope = {**properties.get("PayloadScope", {}), "default": "User"}
    return {**described, "properties": {**properties, "PayloadScope": scope}}


def default_of(payload_type: str, key: str) -> Any:
    """What a device takes when the key is absent; None when Apple names no default."""
    properties: dict[str, Any] = (schema.load(payload_type) or {}).get("properties", {})
    return properties.get(key, {}).get("default")


def _nodes(old: Node, new: Node, described: dict[str, Any], path: KeyPath) -> Iterator[Change]:
    if old.kind == new.kind == "dict":
        yield from _dictionaries(old, new, described, path)
    elif old.kind == new.kind == "array":
        yield from _arrays(old, new, described.get("items", {}), path)
    elif old.kind in ("dict", "array") or new.kind in ("dict", "array"):
        yield from _leaves(path, old, gone=True)
        yield from _leaves(path, new, gone=False)
    elif not _same_kind(old, new, described) or not _equal(old.value, new.value):
        yield Change(path, old, new)


def _dictionaries(old: Node, new: Node, described: dict[str, Any], path: KeyPath) -> Iterator[Change]:
    properties: dict[str, Any] = described.get("properties", {})
    for key in {**old.value, **new.value}:
        before, after, known = old.value.get(key), new.value.get(key), properties.get(key, {})
        if before is not None and after is not None:
            yield from _nodes(before, after, known, (*path, key))
        elif before is not None and not _is_default(before, known):
            yield from _leaves((*path, key), before, gone=True)
        elif after is not None and not _is_default(after, known):
            yield from _leaves((*path, key), after, gone=False)


def _arrays(old: Node, new: Node, described: dict[str, Any], path: KeyPath) -> Iterator[Change]:
    shared = min(len(old.value), len(new.value))
    for index in range(shared):
        yield from _nodes(old.value[index], new.value[index], described, (*path, index))
    for index in range(shared, len(old.value)):
        yield from _leaves((*path, index), old.value[index], gone=True)
    for index in range(shared, len(new.value)):
        yield from _leaves((*path, index), new.value[index], gone=False)


def _leaves(path: KeyPath, node: Node, *, gone: bool) -> Iterator[Change]:
    """Every scalar and empty collection below, so that a secret deep inside is hidden and nothing else is."""
    if node.kind not in ("dict", "array") or not node.value:
        yield Change(path, node, None) if gone else Change(path, None, node)
        return
    for child in node.children():
        key = child.key if child.key is not None else 0
        yield from _leaves((*path, key), child, gone=gone)


def _is_default(node: Node, described: dict[str, Any]) -> bool:
    default = described.get("default", _NONE)
    return type(default) is type(node.value) and default == node.value


def _same_kind(old: Node, new: Node, described: dict[str, Any]) -> bool:
    """Whether two values are of one kind; where Apple takes any number, whole ones and others are."""
    numbers = old.kind in _NUMBERS and new.kind in _NUMBERS
    return old.kind == new.kind or (numbers and described.get("type") == "number")


def _equal(old: Any, new: Any) -> bool:
    both_nan = isinstance(old, float) and isinstance(new, float) and math.isnan(old) and math.isnan(new)
    return both_nan or old == new


def _shown(node: Node | None) -> Any:
    if node is None:
        return None
    value = node.plain()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, datetime.datetime):
        return value.isoformat() + "Z"
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
