"""Unite what several releases, or several files of one release, say of the same payload type."""

from __future__ import annotations

from typing import Any

# iOS stands for iPadOS too: Apple gives both the same versions.
PLATFORMS = ("iOS", "macOS", "tvOS", "visionOS", "watchOS")

Schema = dict[str, Any]
# Per platform: the version that brought it (None: not there), and whether a file says so or it is inherited.
Availability = dict[str, tuple[str | None, bool]]
EVERYWHERE: Availability = dict.fromkeys(PLATFORMS, ("0", True))


def merge(old: Schema, new: Schema) -> Schema:
    """Unite two descriptions of one thing, the newer one second."""
    if "$ref" in old or "$ref" in new:
        return old if "$ref" in old else new
    if kind(old) != kind(new):
        return old if kind(old) else new
    merged = old | new
    for name in ("enum", "required"):
        if name in old and name in new:
            common = new[name] + [item for item in old[name] if item not in new[name]]
            merged[name] = common if name == "enum" else [item for item in old[name] if item in new[name]]
        elif name == "enum":
            merged.pop(name, None)
    if "properties" in old and "properties" in new:
        merged["properties"] = merge_each(old["properties"], new["properties"])
        if isinstance(old["additionalProperties"], dict) and isinstance(new["additionalProperties"], dict):
            merged["additionalProperties"] = merge(old["additionalProperties"], new["additionalProperties"])
        else:
            merged["additionalProperties"] = new["additionalProperties"] or old["additionalProperties"]
    if "items" in old and "items" in new:
        merged["items"] = merge(old["items"], new["items"])
    merged["x-availability"] = {
        platform: newest(old["x-availability"][platform], new["x-availability"][platform])
        for platform in PLATFORMS
    }
    merged["x-platforms"] = {
        platform: old["x-platforms"].get(platform, {}) | new["x-platforms"].get(platform, {})
        for platform in PLATFORMS
        if platform in old["x-platforms"] or platform in new["x-platforms"]
    }
    if "x-sources" in old:
        merged["x-sources"] = old["x-sources"] + new["x-sources"]
    return merged


def merge_each(old: dict[str, Schema], new: dict[str, Schema]) -> dict[str, Schema]:
    """Unite two sets of properties; one that the older set alone has is marked for `mark_absent`."""
    united = {
        name: merge(schema, new[name]) if name in new else schema | {"x-old": True}
        for name, schema in old.items()
    }
    return united | {name: schema for name, schema in new.items() if name not in old}


def kind(schema: Schema) -> str:
    """Name the property list type; empty for any."""
    return str(schema.get("x-plist", schema.get("type", "")))


def newest(old: tuple[str | None, bool], new: tuple[str | None, bool]) -> tuple[str | None, bool]:
    """Choose between two statements of availability: said beats inherited, being there beats being absent."""
    if new[1] and new[0] is not None:
        return new
    if old[1]:
        return old
    return old if new[0] is None else new


def mark_absent(schema: Schema, release: str) -> None:
    """Say of keys that the newest release does not describe, though it does describe what they are in."""
    for name, below in schema.get("properties", {}).items():
        if below.pop("x-old", False):
            schema["properties"][name] = below | {"x-absent-from": release}
            drop_marks(below)
        else:
            mark_absent(below, release)
    for below in children(schema):
        mark_absent(below, release)


def drop_marks(schema: Schema) -> None:
    """Forget merge marks below a key that is absent as a whole."""
    for below in [*schema.get("properties", {}).values(), *children(schema)]:
        below.pop("x-old", None)
        drop_marks(below)


def children(schema: Schema) -> list[Schema]:
    """List the schemas directly below that are no properties."""
    below = [schema.get("items"), schema.get("additionalProperties"), *schema.get("$defs", {}).values()]
    return [item for item in below if isinstance(item, dict)]


def settle(schema: Schema, parent: Availability = EVERYWHERE, above: dict[str, Any] | None = None) -> None:
    """Replace availability by facts, top down: all for a payload, below it those that differ from above."""
    own = schema.pop("x-availability", None)
    if own is not None:
        said = schema.pop("x-platforms")
        whole = above is None
        facts = {
            platform: fact(own, said, parent, above or {}, platform, whole=whole) for platform in PLATFORMS
        }
        facts = {platform: entry for platform, entry in facts.items() if entry != (False if whole else {})}
        if whole and own == EVERYWHERE:
            facts = {}
        if facts:
            schema["x-platforms"] = facts
        there = {platform for platform in PLATFORMS if own[platform][0] is not None}
        if there <= {
            platform for platform, entry in said.items() if {"deprecated", "removed"} & entry.keys()
        }:
            schema["deprecated"] = True
        parent, above = own, (above or {}) | said
    for below in [*schema.get("properties", {}).values(), *children(schema)]:
        settle(below, parent, above)


def fact(
    own: Availability,
    said: dict[str, Any],
    parent: Availability,
    above: dict[str, Any],
    platform: str,
    *,
    whole: bool,
) -> Any:
    """Say of one platform what is not said of the things above: False for "not there", else a dictionary."""
    version, before = own[platform][0], parent[platform][0]
    if version is None:
        return False if whole or before is not None else {}
    inherited = above.get(platform, {})
    entry = {
        name: value
        for name, value in said.get(platform, {}).items()
        if name != "introduced" and (name, value) not in inherited.items()
    }
    newer = whole or before is None or numbers(version) > numbers(before)
    return {"introduced": version} | entry if newer else entry


def numbers(version: str) -> tuple[int, ...]:
    """Make a version comparable."""
    parts = [int(part) for part in version.split(".")]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)
