"""One walk over a profile that finds everything Apple's schema does not allow.

It knows the keywords that schemas/import_apple.py writes, on property list nodes: a boolean is no integer
there, and data and dates are types of their own. Faster by far than a general JSON Schema library, which the
tests use to check it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from profiler.model import schema as schemas
from profiler.model.elsewhere import belongs
from profiler.model.violation import KINDS, Kind, Violation, expected_kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from profiler.document.plist import Node
    from profiler.model.schema import Schema
    from profiler.model.target import Target, Targets

_NO_DEFAULT = object()
# More unknown keys than this in one profile are no slips of the pen, and finding what was meant takes longer than all else.
_SLIPS = 100
_PLAIN = "x-plain"
_HARMLESS = frozenset(
    {
        "type",
        "x-plist",
        "x-platforms",
        "default",
        "enum",
        "x-secret",
        "x-undocumented",
        "x-absent-from",
        "contentEncoding",
    }
)
_nothing: dict[str, tuple[str, list[Any] | None]] = {}
_HARMLESS_AT_DEFAULT = (Kind.DEPRECATED, Kind.REMOVED, Kind.SUPERVISED_ONLY)


class Walk:
    """One profile being checked; what is found so far is in `found`, in document order."""

    def __init__(
        self, targets: Targets, is_placeholder: Callable[[str], bool], implied: Target | None
    ) -> None:
        self.targets = targets
        self.is_placeholder = is_placeholder
        self.found: list[Violation] = []
        self._all_targets = (*targets, implied) if implied else tuple(targets)
        self._seen: set[str] = set()
        self._unknown = 0
        self._root: Schema = {}
        self._payload: Node | None = None
        self._payload_type = "Configuration"

    def profile(self, root: Node) -> None:
        """Check the top level, payloads left out."""
        self._root = schemas.load(schemas.TOP_LEVEL) or {}
        self._dictionary(self._root, root)

    def payload(self, payload: Node) -> None:
        """Check one payload."""
        self._payload = payload
        name = payload.get("PayloadType")
        self._payload_type = name.value if name is not None and name.kind == "string" else ""
        schema = schemas.load(self._payload_type)
        if schema is None:
            schema = schemas.load(schemas.COMMON) or {}
            if name is not None and self._payload_type.lower().startswith("com.apple."):
                near = schemas.nearest(self._payload_type, schemas.payload_types())
                self._add(Kind.UNKNOWN_TYPE, name, "", schema, suggestion=near)
        elif name is not None:
            self._whole_payload(schema, name)
        self._root = schema
        self._dictionary(schema, payload)

    def _add(self, kind: Kind, node: Node, key: str, schema: Schema, **more: Any) -> None:
        self.found.append(Violation(kind, node, key, self._payload, self._payload_type, schema, **more))

    def _dictionary(self, schema: Schema, node: Node) -> None:  # noqa: C901 - one loop, for speed
        properties: dict[str, Schema] | None = schema.get("properties")
        if properties is None:
            return
        others = schema.get("additionalProperties", True)
        plain = _nothing if self.targets else _plain(schema)
        for key, value in node.value.items():
            usual = plain.get(key)
            if usual is not None and usual[0] == value.kind and (usual[1] is None or value.value in usual[1]):
                continue
            known = properties.get(key)
            if known is not None:
                self._value(known, value, key)
            elif others is False:
                self._unknown_key(properties, value, key)
            elif others is True:
                if node is self._payload:
                    self._misspelt(properties, value, key)
            elif others:
                self._value(others, value, key)
        for key in schema.get("required", ()):
            if key not in node.value and not self._unneeded(properties[key]):
                self._add(Kind.MISSING_KEY, node, key, properties[key])

    def _unneeded(self, schema: Schema) -> bool:
        """Whether none of the platforms aimed at knows the key."""
        platforms = schema.get("x-platforms")
        if not platforms or not self.targets:
            return False
        return all(_facts_of_key(platforms, target) is None for target in self.targets)

    def _unknown_key(self, properties: dict[str, Schema], node: Node, key: str) -> None:
        if self._misspelt(properties, node, key):
            return
        self._unknown += 1
        if self._unknown > _SLIPS:
            self._add(Kind.UNKNOWN_KEY, node, key, {})
            return
        place = belongs(key, self._payload_type, inside=node.parent is not self._payload)
        meant = () if place else (schemas.nearest(key, properties), schemas.shorter(key, properties))
        near = next((name for name in meant if name and _could_be(properties[name], node)), "")
        self._add(Kind.UNKNOWN_KEY, node, key, {}, suggestion=near, place=place)

    def _misspelt(self, properties: dict[str, Schema], node: Node, key: str) -> bool:
        """Whether the key differs from a known one in letter case alone; says so."""
        known = _folded(properties).get(_fold(key))
        if known is None:
            return False
        self._add(Kind.KEY_CASE, node, key, properties[known], suggestion=known)
        return True

    def _value(self, schema: Schema, node: Node, key: str) -> None:
        if "$ref" in schema:
            schema = self._root["$defs"][schema["$ref"].rpartition("/")[2]]
        if "x-platforms" in schema:
            self._availability(schema, node, key)
        kind = node.kind
        named = schema.get("x-plist") or schema.get("type")
        if named is None or node.value is None:
            return
        if (not isinstance(named, str) or KINDS[named] != kind) and not self._fits(schema, node, key):
            return
        if kind == "dict":
            self._dictionary(schema, node)
        elif kind == "array":
            self._array(schema, node, key)
        elif "enum" in schema or "pattern" in schema or "minimum" in schema or "maximum" in schema:
            self._scalar(schema, node, key)

    def _fits(self, schema: Schema, node: Node, key: str) -> bool:
        """Whether a value that is not of the one type named may stand; says so when not."""
        expected = expected_kinds(schema)
        if node.kind in expected or (node.kind == "integer" and "real" in expected):
            return True
        if node.kind == "real" and "integer" in expected and float(node.value).is_integer():
            self._add(Kind.REAL_FOR_INTEGER, node, key, schema)
            return True
        if not (node.kind == "string" and self.is_placeholder(node.value)):
            self._add(Kind.WRONG_TYPE, node, key, schema)
        return False

    def _array(self, schema: Schema, node: Node, key: str) -> None:
        items = schema.get("items")
        if items is not None:
            for item in node.value:
                self._value(items, item, "")
        if not schema.get("minItems", 0) <= len(node.value) <= schema.get("maxItems", len(node.value)):
            self._add(Kind.OUT_OF_RANGE, node, key, schema)

    def _scalar(self, schema: Schema, node: Node, key: str) -> None:
        value = node.value
        if node.kind == "string":
            allowed = value in schema.get("enum", (value,))
            pattern = schema.get("pattern")
            if allowed and (pattern is None or re.search(pattern, value)):
                return
            if not self.is_placeholder(value):
                self._add(Kind.BAD_FORMAT if allowed else Kind.VALUE_NOT_ALLOWED, node, key, schema)
        elif "enum" in schema and value not in schema["enum"]:
            self._add(Kind.VALUE_NOT_ALLOWED, node, key, schema)
        elif not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            self._add(Kind.OUT_OF_RANGE, node, key, schema)

    def _availability(self, schema: Schema, node: Node, key: str) -> None:
        """Report a key that the devices aimed at do not know, not yet, no longer or not in this way."""
        at_default = node.value == schema.get("default", _NO_DEFAULT)
        if not self.targets:
            if schema.get("deprecated") and not at_default:
                self._add(Kind.DEPRECATED, node, key, schema)
            return
        found = [(target, _facts_of_key(schema["x-platforms"], target)) for target in self.targets]
        there = [(target, facts) for target, facts in found if facts is not None]
        if not there and not at_default:
            self._add(Kind.KEY_NOT_ON_PLATFORM, node, key, schema, target=self.targets[0])
        self._limits(there, node, key, schema, skip=_HARMLESS_AT_DEFAULT if at_default else ())

    def _whole_payload(self, schema: Schema, name: Node) -> None:
        """Report a payload that the devices aimed at do not take."""
        repeated = self._payload_type in self._seen
        self._seen.add(self._payload_type)
        if not schema["x-platforms"] or not self._all_targets:
            return
        found = [(target, schema["x-platforms"].get(target.system)) for target in self._all_targets]
        there = [(target, facts) for target, facts in found if facts is not None]
        absent = [target for target, facts in found if facts is None]
        if absent:
            kind = Kind.PAYLOAD_NOT_ON_PLATFORM
            self._add(kind, name, "", schema, target=absent[0], everywhere=not there)
        self._limits(there, name, "", schema)
        single = [target for target, facts in there if not facts.get("multiple")]
        if repeated and single:
            everywhere = len(single) == len(there)
            self._add(Kind.REPEATED_PAYLOAD, name, "", schema, target=single[0], everywhere=everywhere)

    def _limits(
        self,
        there: list[tuple[Target, Schema]],
        node: Node,
        key: str,
        schema: Schema,
        *,
        skip: Iterable[Kind] = (),
    ) -> None:
        """Report the limits of a key or payload on the platforms that have it, each kind once."""
        concerned: dict[Kind, list[tuple[Target, str]]] = {}
        for target, facts in there:
            for kind, version in objections(target, facts):
                concerned.setdefault(kind, []).append((target, version))
        for kind, cases in concerned.items():
            if kind not in skip:
                target, version = cases[0]
                everywhere = len(cases) == len(there)
                self._add(kind, node, key, schema, target=target, version=version, everywhere=everywhere)


def _could_be(schema: Schema, node: Node) -> bool:
    """Whether the value is what the schema asks for, or says it in another type."""
    expected = expected_kinds(schema)
    if not expected or node.kind in expected:
        return True
    return Violation(Kind.WRONG_TYPE, node, "", None, "", schema).conversion is not None


def _plain(schema: Schema) -> dict[str, tuple[str, list[Any] | None]]:
    """The keys of which nothing matters without a target but the kind and the values allowed, None for all; kept in the schema."""
    plain: dict[str, tuple[str, list[Any] | None]] | None = schema.get(_PLAIN)
    if plain is None:
        plain = schema[_PLAIN] = {
            key: (KINDS[one.get("x-plist") or one["type"]], one.get("enum"))
            for key, one in schema["properties"].items()
            if one.keys() <= _HARMLESS and isinstance(one.get("x-plist") or one.get("type"), str)
        }
    return plain


def _folded(properties: dict[str, Schema]) -> dict[str, str]:
    """The keys of a schema by how they look without letter case, the first where two look alike."""
    place = id(properties)  # schemas are loaded once and stay
    if place not in _folds:
        _folds[place] = {_fold(key): key for key in reversed(properties)}
    return _folds[place]


_folds: dict[int, dict[str, str]] = {}


def objections(target: Target, facts: Schema) -> Iterator[tuple[Kind, str]]:
    """What is against a key or payload on a device, by what a schema says of its platform, each with the version that matters."""
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


def _facts_of_key(platforms: Schema, target: Target) -> Schema | None:
    """Look up what a key says of a platform beyond what its payload says; None when it is not there."""
    facts: Schema | bool = platforms.get(target.system, {})
    return None if isinstance(facts, bool) else facts


def _fold(key: str) -> str:
    return key.lower().replace("overridable", "overrideable")
