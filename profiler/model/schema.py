"""Apple's schema of every payload type: loaded one type at a time, and one walk that checks a profile against it.

The schemas are JSON Schema 2020-12 with x- annotations (schemas/README.md), made from Apple's own descriptions
(https://github.com/apple/device-management) by schemas/import_apple.py.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from profiler.model.target import ANY, PLATFORMS, Target, Targets
from profiler.model.violation import KINDS, Kind, Violation, expected_kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from profiler.document.document import Document
    from profiler.document.plist import Node

Schema = dict[str, Any]

TOP_LEVEL = "TopLevel"
COMMON = "CommonPayloadKeys"
OVER_THE_AIR = "Profile Service"
# https://developer.apple.com/documentation/devicemanagement/toplevel; a HomePod runs what an Apple TV does.
DEVICE_TYPES = {1: "ios", 2: "watchos", 3: "tvos", 4: "tvos", 5: "macos", 6: "visionos"}

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 - start-up time
_INSTALLED = os.path.join(_PACKAGE, "schemas", "payloads")  # noqa: PTH118
_CHECKOUT = os.path.join(os.path.dirname(_PACKAGE), "schemas", "payloads")  # noqa: PTH118, PTH120
_NAME = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)
_SIMILAR = 0.8


def folder() -> str:
    """Where the schemas are: inside the package once installed, beside it in a checkout."""
    return _INSTALLED if os.path.isdir(_INSTALLED) else _CHECKOUT  # noqa: PTH112


@cache
def load(payload_type: str) -> Schema | None:
    """Read the schema of one payload type, "TopLevel" or "CommonPayloadKeys"; None for a type that Apple does not document."""
    if not _NAME.fullmatch(payload_type):
        return None
    path = os.path.join(folder(), payload_type.lstrip(".") + ".json")  # noqa: PTH118
    try:
        with open(path, "rb") as stream:  # noqa: PTH123
            schema: Schema = json.loads(stream.read())
    except OSError:
        return None
    return schema if schema["title"] == payload_type else None


def payload_types() -> list[str]:
    """Every payload type known, sorted without regard to case; the profile itself and the common keys are none."""
    names = [name.removesuffix(".json") for name in os.listdir(folder()) if name.endswith(".json")]  # noqa: PTH208
    names = [f".{name}" if name == "GlobalPreferences" else name for name in names if name not in (TOP_LEVEL, COMMON)]
    return sorted(names, key=str.lower)


def release() -> str:
    """Name the newest release of Apple's descriptions that the schemas know."""
    schema = load(TOP_LEVEL)
    return str(schema["x-sources"][-1]) if schema else ""


def nearest(name: str, known: list[str]) -> str:
    """Find the known name that a misspelt one most likely means; empty when none is close."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for a mistake

    folded = {item.lower(): item for item in known}
    near = get_close_matches(name.lower(), folded, n=1, cutoff=_SIMILAR)
    return folded[near[0]] if near else ""


def _never(_text: str) -> bool:
    return False


def violations(
    document: Document, targets: Targets = ANY, *, is_placeholder: Callable[[str], bool] = _never
) -> Iterator[Violation]:
    """Check a whole profile in one walk: the top level, then each payload, in document order.

    `is_placeholder` says whether a text holds a variable that a management service fills in; such a value fits any type.
    """
    root = document.root
    if root is None or root.kind != "dict":
        return
    root_type = root.string("PayloadType") or ""
    if root_type == OVER_THE_AIR:
        return
    implied = DEVICE_TYPES.get(root.integer("TargetDeviceType") or 0)
    walk = _Walk(targets, is_placeholder, Target(implied) if implied else None)
    if root_type not in ("", "Configuration") and load(root_type):
        walk.payload(root)
    else:
        walk.top(root)
        for payload in document.payloads:
            walk.payload(payload)
    yield from walk.found


class _Walk:
    """One profile being checked. `payload_node` and `payload_type` say where the walk is."""

    def __init__(self, targets: Targets, is_placeholder: Callable[[str], bool], implied: Target | None) -> None:
        self.targets = targets
        self.is_placeholder = is_placeholder
        self.implied = implied
        self.found: list[Violation] = []
        self.seen: set[str] = set()
        self.root: Schema = {}
        self.payload_node: Node | None = None
        self.payload_type = "Configuration"

    def top(self, root: Node) -> None:
        self.root = load(TOP_LEVEL) or {}
        self.dictionary(self.root, root)

    def payload(self, payload: Node) -> None:
        self.payload_node = payload
        name = payload.get("PayloadType")
        self.payload_type = name.value if name is not None and name.kind == "string" else ""
        schema = load(self.payload_type)
        if schema is None:
            schema = load(COMMON) or {}
            if name is not None and self.payload_type.lower().startswith("com.apple."):
                self.add(Kind.UNKNOWN_TYPE, name, "", schema, suggestion=nearest(self.payload_type, payload_types()))
        elif name is not None:
            self.whole_payload(schema, name)
        self.root = schema
        self.dictionary(schema, payload)

    def add(self, kind: Kind, node: Node, key: str, schema: Schema, **more: Any) -> None:
        self.found.append(Violation(kind, node, key, self.payload_node, self.payload_type, schema, **more))

    def dictionary(self, schema: Schema, node: Node) -> None:
        properties: dict[str, Schema] | None = schema.get("properties")
        if properties is None:
            return
        others = schema.get("additionalProperties", True)
        for key, value in node.value.items():
            known = properties.get(key)
            if known is not None:
                self.value(known, value, key)
            elif others is False:
                self.unknown_key(properties, value, key)
            elif others is not True:
                self.value(others, value, key)
        for key in schema.get("required", ()):
            if key not in node.value and not self.unneeded(properties[key]):
                self.add(Kind.MISSING_KEY, node, key, properties[key])

    def unneeded(self, schema: Schema) -> bool:
        """Whether none of the platforms aimed at knows the key."""
        platforms = schema.get("x-platforms")
        return bool(self.targets and platforms) and all(
            _on_platform(platforms, target) is None for target in self.targets
        )

    def unknown_key(self, properties: dict[str, Schema], node: Node, key: str) -> None:
        folded = _fold(key)
        for known in properties:
            if _fold(known) == folded:
                self.add(Kind.KEY_CASE, node, key, properties[known], suggestion=known)
                return
        self.add(Kind.UNKNOWN_KEY, node, key, {}, suggestion=nearest(key, list(properties)))

    def value(self, schema: Schema, node: Node, key: str) -> None:
        if "$ref" in schema:
            schema = self.root["$defs"][schema["$ref"].rpartition("/")[2]]
        if "x-platforms" in schema:
            self.availability(schema, node, key)
        kind = node.kind
        named = schema.get("x-plist") or schema.get("type")
        if named is None or node.value is None:
            return
        if KINDS.get(named if isinstance(named, str) else "") != kind and not self.fits(schema, node, key):
            return
        if kind == "dict":
            self.dictionary(schema, node)
        elif kind == "array":
            self.array(schema, node, key)
        elif "enum" in schema or "pattern" in schema or "minimum" in schema or "maximum" in schema:
            self.scalar(schema, node, key)

    def fits(self, schema: Schema, node: Node, key: str) -> bool:
        """Whether a value that is not of the one type named may stand; says so when not."""
        expected = expected_kinds(schema)
        if node.kind in expected or (node.kind == "integer" and "real" in expected):
            return True
        if node.kind == "real" and "integer" in expected and float(node.value).is_integer():
            self.add(Kind.REAL_FOR_INTEGER, node, key, schema)
            return True
        if not (node.kind == "string" and self.is_placeholder(node.value)):
            self.add(Kind.WRONG_TYPE, node, key, schema)
        return False

    def array(self, schema: Schema, node: Node, key: str) -> None:
        items = schema.get("items")
        if items is not None:
            for item in node.value:
                self.value(items, item, "")
        if not schema.get("minItems", 0) <= len(node.value) <= schema.get("maxItems", len(node.value)):
            self.add(Kind.OUT_OF_RANGE, node, key, schema)

    def scalar(self, schema: Schema, node: Node, key: str) -> None:
        value = node.value
        if node.kind == "string":
            allowed = value in schema.get("enum", (value,))
            if allowed and re.search(schema.get("pattern", ""), value):
                return
            if not self.is_placeholder(value):
                self.add(Kind.BAD_FORMAT if allowed else Kind.VALUE_NOT_ALLOWED, node, key, schema)
        elif "enum" in schema and value not in schema["enum"]:
            self.add(Kind.VALUE_NOT_ALLOWED, node, key, schema)
        elif not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            self.add(Kind.OUT_OF_RANGE, node, key, schema)

    def availability(self, schema: Schema, node: Node, key: str) -> None:
        """Report a key that the devices aimed at do not know, or not yet, or no longer, or not in this way."""
        if not self.targets:
            if schema.get("deprecated") and node.value != schema.get("default", _NO_DEFAULT):
                self.add(Kind.DEPRECATED, node, key, schema)
            return
        platforms: Schema = schema["x-platforms"]
        there = [(target, facts) for target in self.targets if (facts := _on_platform(platforms, target)) is not None]
        if not there:
            self.add(Kind.KEY_NOT_ON_PLATFORM, node, key, schema, target=self.targets[0])
        self.facts(there, node, key, schema)

    def whole_payload(self, schema: Schema, name: Node) -> None:
        """Report a payload that the devices aimed at do not take."""
        platforms = schema["x-platforms"]
        asked = [*self.targets, self.implied] if self.implied else list(self.targets)
        repeated = self.payload_type in self.seen
        self.seen.add(self.payload_type)
        if not platforms or not asked:
            return
        there = [(target, facts) for target in asked if (facts := _on_platform(platforms, target, whole=True)) is not None]
        absent = [target for target in asked if _on_platform(platforms, target, whole=True) is None]
        if absent:
            self.add(
                Kind.PAYLOAD_NOT_ON_PLATFORM, name, "", schema, target=absent[0], everywhere=len(absent) == len(asked)
            )
        self.facts(there, name, "", schema)
        single = [target for target, facts in there if not facts.get("multiple")]
        if repeated and single:
            self.add(Kind.REPEATED_PAYLOAD, name, "", schema, target=single[0], everywhere=len(single) == len(there))

    def facts(self, there: list[tuple[Target, Schema]], node: Node, key: str, schema: Schema) -> None:
        """Report what Apple says of a key or payload on the platforms aimed at; each kind once."""
        concerned: dict[Kind, list[tuple[Target, str]]] = {}
        for target, facts in there:
            for kind, version in _objections(target, facts):
                concerned.setdefault(kind, []).append((target, version))
        for kind, cases in concerned.items():
            if kind in (Kind.DEPRECATED, Kind.REMOVED) and node.value == schema.get("default", _NO_DEFAULT):
                continue
            target, version = cases[0]
            self.add(kind, node, key, schema, target=target, version=version, everywhere=len(cases) == len(there))


_NO_DEFAULT = object()


def _objections(target: Target, facts: Schema) -> Iterator[tuple[Kind, str]]:
    introduced = facts.get("introduced")
    if introduced and target.older_than(introduced):
        yield Kind.NEWER_THAN_TARGET, introduced
    for kind, name in ((Kind.REMOVED, "removed"), (Kind.DEPRECATED, "deprecated")):
        version = facts.get(name)
        if version and not target.older_than(version):
            yield kind, version
            break
    if facts.get("supervised") and not target.supervised:
        yield Kind.SUPERVISED_ONLY, ""
    if target.user_enrollment and facts.get("user-enrollment") == "forbidden":
        yield Kind.NOT_IN_USER_ENROLLMENT, ""
    if target.shared_ipad and facts.get("shared-ipad") == []:
        yield Kind.NOT_ON_SHARED_IPAD, ""
    if target.delivers_manually and facts.get("manual-install") is False:
        yield Kind.NOT_BY_HAND, ""


def _on_platform(platforms: Schema, target: Target, *, whole: bool = False) -> Schema | None:
    """What an x-platforms says of one target; None when it is not there. A key is where its payload is unless it says else."""
    name = PLATFORMS[target.platform]
    if name == "iPadOS" and name not in platforms:
        name = "iOS"
    facts: Schema | None = platforms.get(name, None if whole else {})
    return facts


def _fold(key: str) -> str:
    return key.lower().replace("overridable", "overrideable")
