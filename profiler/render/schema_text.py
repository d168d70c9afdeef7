"""Payload schemas for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from profiler.errors import UsageError
from profiler.model import schema as schemas
from profiler.model.target import Targets
from profiler.model.violation import Kind, expected_kinds
from profiler.model.walk import objections

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.schema import Schema
    from profiler.model.target import Target

_WIDEST_NAME = 44
_ALIASES = {"Configuration": schemas.TOP_LEVEL}


class Key(NamedTuple):
    """One key of a payload: its path ("[]" for the items of an array), depth, schema and whether it is required."""

    path: tuple[str, ...]
    schema: Schema
    required: bool


def all_text(targets: Targets) -> str:
    """List the payload types, one to a line, with the platforms that have them."""
    found = list(_types(targets))
    width = max((len(name) for name, _ in found), default=0)
    return "\n".join(f"{name:<{width}}  {_where(schema)}" for name, schema in found)


def all_json(targets: Targets) -> str:
    """List the payload types as schemas/schema-output.schema.json describes."""
    types = [
        {"type": name, "documented": "x-undocumented" not in schema, "platforms": schema["x-platforms"]}
        for name, schema in _types(targets)
    ]
    return json.dumps({"version": 1, "apple_schema": schemas.release(), "types": types}, indent=2)


def one_text(payload_type: str, targets: Targets) -> str:
    """Show one payload type and its keys. Raises UsageError for a type that does not exist."""
    schema = _find(payload_type)
    keys = list(_keys(schema, targets))
    width = min(_WIDEST_NAME, max((len(_label(key)) for key in keys), default=0))
    lines = [
        payload_type,
        f"  {_where(schema)}",
        *(f"  {line}" for line in _limits(schema["x-platforms"])),
        "",
    ]
    if not keys:
        lines.append(f"  does not work on {', '.join(map(str, targets))}")
    for key in keys:
        kind = "/".join(expected_kinds(key.schema)) or "any"
        facts = "; ".join(_facts(key, targets))
        lines.append(f"  {_label(key):<{width}}  {kind:<7}  {facts}".rstrip())
    return "\n".join(lines)


def one_json(payload_type: str, targets: Targets) -> str:
    """Give one payload type, its keys in a flat list and its whole JSON Schema."""
    schema = _find(payload_type)
    keys = [
        {
            "path": list(key.path),
            "types": list(expected_kinds(key.schema)),
            "required": key.required,
            "documented": "x-undocumented" not in key.schema,
            "secret": bool(key.schema.get("x-secret")),
            "deprecated": bool(key.schema.get("deprecated")),
            "values": key.schema.get("enum"),
            "default": key.schema.get("default"),
            "platforms": key.schema.get("x-platforms", {}),
        }
        for key in _keys(schema, targets)
    ]
    report = {
        "version": 1,
        "apple_schema": schemas.release(),
        "type": payload_type,
        "documented": "x-undocumented" not in schema,
        "platforms": schema["x-platforms"],
        "keys": keys,
        "schema": schema,
    }
    return json.dumps(report, indent=2)


def _find(payload_type: str) -> Schema:
    schema = schemas.load(_ALIASES.get(payload_type, payload_type))
    if schema is not None:
        return schema
    known = schemas.payload_types()
    near = schemas.nearest(payload_type, known)
    containing = [name for name in known if payload_type.lower() in name.lower()]
    if near:
        hint = f"did you mean {near}?"
    elif containing:
        hint = f"did you mean {', '.join(containing[:5])}?"
    else:
        hint = "`profiler schema` lists all types"
    raise UsageError(f"no payload type {payload_type!r} is known", hint=hint)


def _types(targets: Targets) -> Iterator[tuple[str, Schema]]:
    for name in schemas.payload_types():
        schema = schemas.load(name)
        if schema is not None and (not targets or _reached(schema, targets)):
            yield name, schema


def _keys(schema: Schema, targets: Targets) -> Iterator[Key]:
    """The keys of a payload type that work on some of the devices aimed at; all of them when none is."""
    reached = _reached(schema, targets)
    if reached or not targets:
        yield from _Reader(schema, reached).keys(schema)


def _reached(schema: Schema, targets: Targets) -> Targets:
    """The devices aimed at on which a payload type works."""
    platforms = schema["x-platforms"]
    return Targets(one for one in targets if not platforms or _works(platforms.get(one.system, False), one))


def _works(facts: Any, target: Target) -> bool:
    """Whether what a schema says of a platform fits a device; what it leaves out is no limit."""
    if facts is False:
        return False
    found = {kind for kind, _ in objections(target, facts)} - {Kind.DEPRECATED}
    if not target.version:
        found.discard(Kind.REMOVED)
    if not target.user_enrollment:  # where no device is supervised; any other one can be
        found.discard(Kind.SUPERVISED_ONLY)
    return not found


class _Reader:
    """Goes down a schema, leaving out what does not work on the devices aimed at; recursion ends where it begins."""

    def __init__(self, root: Schema, targets: Targets) -> None:
        self.root = root
        self.targets = targets

    def keys(self, schema: Schema, path: tuple[str, ...] = (), seen: tuple[str, ...] = ()) -> Iterator[Key]:
        required = schema.get("required", ())
        for name, item in sorted(schema.get("properties", {}).items(), key=lambda pair: pair[0].lower()):
            yield from self.key(item, (*path, name), seen, required=name in required)
        for name, step in (("items", "[]"), ("additionalProperties", "*")):
            item = schema.get(name)
            if isinstance(item, dict):
                yield from self.key(item, (*path, step), seen, required=False)

    def key(
        self, item: Schema, path: tuple[str, ...], seen: tuple[str, ...], *, required: bool
    ) -> Iterator[Key]:
        reference = item.get("$ref", "")
        if reference:
            item = self.root["$defs"][reference.rpartition("/")[2]]
        facts = item.get("x-platforms", {})
        if self.targets and not any(_works(facts.get(one.system, {}), one) for one in self.targets):
            return
        yield Key(path, item, required)
        if not reference or reference not in seen:
            yield from self.keys(item, path, (*seen, reference))


def _label(key: Key) -> str:
    return "  " * (len(key.path) - 1) + key.path[-1]


def _where(schema: Schema) -> str:
    platforms = schema["x-platforms"]
    known = ", ".join(f"{name} {facts['introduced']}" for name, facts in platforms.items())
    note = " (a preference domain Apple does not describe)" if "x-undocumented" in schema else ""
    return (known or "every platform") + note


def _limits(platforms: Schema) -> Iterator[str]:
    """Say what holds for the payload as a whole, one line for each kind of limit."""
    sayings = (
        ("supervised devices only", lambda facts: facts.get("supervised")),
        ("one in a profile", lambda facts: not facts.get("multiple")),
        ("not in user enrolment", lambda facts: facts.get("user-enrollment") == "forbidden"),
        ("not installed by hand", lambda facts: facts.get("manual-install") is False),
        ("not on a Shared iPad", lambda facts: facts.get("shared-ipad") == []),
        ("user channel only", lambda facts: facts.get("channels") == ["user"]),
        ("device channel only", lambda facts: facts.get("channels") == ["device"]),
        ("deprecated", lambda facts: "deprecated" in facts),
        ("removed", lambda facts: "removed" in facts),
    )
    for saying, applies in sayings:
        names = [name for name, facts in platforms.items() if applies(facts)]
        if names:
            yield saying if len(names) == len(platforms) else f"{saying}: {', '.join(names)}"


def _facts(key: Key, targets: Targets) -> Iterator[str]:
    schema = key.schema
    if key.required:
        yield "required"
    if "enum" in schema:
        yield "one of " + ", ".join(str(value) for value in schema["enum"])
    if "minimum" in schema or "maximum" in schema:
        yield f"{schema.get('minimum', '…')} to {schema.get('maximum', '…')}"
    if "default" in schema:
        yield f"default {json.dumps(schema['default'])}"
    if schema.get("x-secret"):
        yield "secret"
    if "x-undocumented" in schema:
        yield "not in Apple's reference"
    if "x-absent-from" in schema:
        yield f"not in the reference of {schema['x-absent-from']}"
    wanted = {target.system for target in targets}
    for name, facts in schema.get("x-platforms", {}).items():
        if not wanted or name in wanted:
            yield _on(name, facts)


def _on(name: str, facts: Any) -> str:
    if facts is False:
        return f"not {name}"
    words = [f"{word} {facts[word]}" for word in ("deprecated", "removed") if word in facts]
    words += ["supervised"] if facts.get("supervised") else []
    words += ["not in user enrolment"] if facts.get("user-enrollment") == "forbidden" else []
    words += ["not by hand"] if facts.get("manual-install") is False else []
    since = f"{name} {facts['introduced']}" if "introduced" in facts else name
    return f"{since} ({', '.join(words)})" if words else since
