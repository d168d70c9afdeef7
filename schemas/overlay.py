"""Mend what Apple's descriptions have wrong: the entries of overlay.toml, applied to the imported schemas."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Schema = dict[str, Any]

OVERLAY = Path(__file__).parent / "overlay.toml"
MACOS_DOMAIN = {"macOS": {"introduced": "10.7", "multiple": True}}


def read_entries() -> list[dict[str, Any]]:
    """Read the entries, in the order written."""
    entries: list[dict[str, Any]] = tomllib.loads(OVERLAY.read_text(encoding="utf-8"))["entry"]
    return entries


def apply_overlay(schemas: dict[str, Schema]) -> None:
    """Change the schemas as the entries say. Raises SystemExit for an entry that changes nothing any more."""
    for entry in read_entries():
        before = repr(schemas)
        _apply(schemas, entry)
        if repr(schemas) == before:
            raise SystemExit(f"overlay.toml: this entry changes nothing any more: {entry['reason']}")


def _apply(schemas: dict[str, Schema], entry: dict[str, Any]) -> None:
    names = entry["types"] if entry["types"] != ["*"] else [name for name in schemas if name != "TopLevel"]
    for name in names:
        if entry.get("domain"):
            schemas.setdefault(name, _domain(schemas["CommonPayloadKeys"]))
        for schema in _at(schemas[name], schemas[name], entry.get("at", "").split("/")):
            _change(schema, entry, schemas)


def _domain(common: Schema) -> Schema:
    """Describe a preference domain of macOS that Apple does not: the common keys, and whatever else."""
    return {
        "properties": dict(common["properties"]),
        "required": list(common["required"]),
        "additionalProperties": True,
        "x-platforms": MACOS_DOMAIN,
        "x-sources": [],
        "x-undocumented": True,
    }


def _at(root: Schema, schema: Schema, steps: list[str]) -> Iterator[Schema]:
    """Follow a path: a key, `*` for every key, `[]` for the items of an array, `{}` for all other keys."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if not steps or steps == [""]:
        yield schema
        return
    step, *rest = steps
    if step == "[]":
        yield from _at(root, schema["items"], rest)
    elif step == "{}":
        yield from _at(root, schema["additionalProperties"], rest)
    elif step == "*":
        for below in schema["properties"].values():
            yield from _at(root, below, rest)
    else:
        yield from _at(root, schema["properties"][step], rest)


def _change(schema: Schema, entry: dict[str, Any], schemas: dict[str, Schema]) -> None:
    for name, added in entry.get("add", {}).items():
        schema["properties"].setdefault(name, added | {"x-undocumented": True})
    for source in entry.get("like", []):
        schema["properties"] = schemas[source]["properties"] | schema["properties"]
        schema["$defs"] = schemas[source].get("$defs", {}) | schema.get("$defs", {})
    schema.update(entry.get("set", {}))
    for name in entry.get("drop", []):
        schema.pop(name, None)
    if "optional" in entry:
        schema["required"] = [name for name in schema["required"] if name not in entry["optional"]]
    if entry.get("open"):
        schema["additionalProperties"] = True
