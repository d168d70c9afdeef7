"""Turn Apple's payload descriptions (YAML) into one JSON Schema per payload type, facts only.

    python schemas/import_apple.py [FOLDER...]        older releases first, each a folder of *.yaml

Apple publishes the files at https://github.com/apple/device-management (mdm/profiles). Several releases give the union of
their keys with the newest availability; a value list or a required key counts only where all of them agree. What Apple has
wrong is mended by overlay.toml. schemas/README.md describes the result. Running it again changes nothing.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from schemas.overlay import apply_overlay  # noqa: E402 - run as a script, only this folder is on the path

DATA = HERE.parent.parent / "shared" / "data" / "apple"
RELEASES = (DATA / "ios-18.1", DATA / "2026-08-18")

PLATFORMS = ("iOS", "iPadOS", "macOS", "tvOS", "visionOS", "watchOS")
TYPES: dict[str, dict[str, Any]] = {
    "<string>": {"type": "string"},
    "<integer>": {"type": "integer"},
    "<real>": {"type": "number"},
    "<boolean>": {"type": "boolean"},
    "<data>": {"type": "string", "contentEncoding": "base64", "x-plist": "data"},
    "<date>": {"type": "string", "format": "date-time", "x-plist": "date"},
    "<array>": {"type": "array"},
    "<dictionary>": {"type": "object"},
    "<any>": {},
}
SECRET = re.compile(r"(password|passphrase|passcode|secret|psk|token|challenge)s?$", re.IGNORECASE)
UNAVAILABLE = "n/a"
ANY_KEY = "ANY"

Schema = dict[str, Any]
# Per platform: the version that brought it (None: not there), and whether the file says so itself or only inherits it.
Availability = dict[str, tuple[str | None, bool]]


def main() -> None:
    """Write schemas/payloads/*.json from the folders given."""
    releases = [Path(argument) for argument in sys.argv[1:]] or list(RELEASES)
    target = HERE / "payloads"
    target.mkdir(exist_ok=True)
    written = render(releases)
    for stale in {path.name for path in target.glob("*.json")} - written.keys():
        (target / stale).unlink()
    for name, text in written.items():
        (target / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(written)} files in {target}")


def render(releases: list[Path]) -> dict[str, str]:
    """Give file names and their text. Raises SystemExit when a folder holds no YAML."""
    schemas: dict[str, Schema] = {}
    for folder in releases:
        for name, schema in read_release(folder).items():
            schemas[name] = merge(schemas[name], schema) if name in schemas else schema
    for schema in schemas.values():
        mark_absent(schema, schema["x-sources"][-1])
        settle(schema, {platform: ("0", True) for platform in PLATFORMS})
    common = schemas["CommonPayloadKeys"]
    for name, schema in schemas.items():
        if name not in ("CommonPayloadKeys", "TopLevel"):
            include(schema, common)
    apply_overlay(schemas)
    return {f"{name.lstrip('.')}.json": dump(name, schema) for name, schema in sorted(schemas.items())}


def read_release(folder: Path) -> dict[str, Schema]:
    """Read every payload type of one release; a type described in several files is merged."""
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        raise SystemExit(f"{folder}: no *.yaml; give the folder mdm/profiles of apple/device-management")
    found: dict[str, Schema] = {}
    for path in paths:
        description = yaml.safe_load(path.read_text(encoding="utf-8"))
        schema = payload(description, folder.name)
        name = description["payload"]["payloadtype"]
        if name in found:
            schema = merge(found[name], schema)
            schema["x-sources"] = [folder.name]
            for facts in schema["x-platforms"].values():
                facts["multiple"] = True
        found[name] = schema
    return found


def payload(description: dict[str, Any], release: str) -> Schema:
    """Turn one file into a schema."""
    head = description["payload"]
    facts = {name: platform_facts(entry) for name, entry in head.get("supportedOS", {}).items()}
    facts = {name: entry for name, entry in facts.items() if entry.get("introduced") is not None}
    facts |= {name: {"introduced": str(version)} for name, version in head.get("platforms", {}).items()}
    if "iOS" in facts:
        facts.setdefault("iPadOS", dict(facts["iOS"]))
    availability: Availability = {
        platform: (facts[platform]["introduced"] if platform in facts else None, True) for platform in PLATFORMS
    }
    if not facts:
        availability = dict.fromkeys(PLATFORMS, ("0", True))
    reader = KeyReader()
    schema: Schema = {"type": "object", **reader.dictionary(description.get("payloadkeys") or [], availability)}
    if reader.definitions:
        schema["$defs"] = reader.definitions
    schema["x-availability"] = availability
    schema["x-platforms"] = {platform: facts[platform] for platform in PLATFORMS if platform in facts}
    schema["x-sources"] = [release]
    return schema


def platform_facts(entry: dict[str, Any]) -> dict[str, Any]:
    """Translate what Apple says of one platform; what it takes for granted is left out."""
    introduced = entry.get("introduced")
    facts: dict[str, Any] = {"introduced": None if introduced == UNAVAILABLE else introduced}
    for name in ("deprecated", "removed", "multiple"):
        if entry.get(name):
            facts[name] = entry[name]
    for name, apple in (("supervised", "supervised"), ("automated-enrollment", "requiresdep"), ("user-approved-mdm", "userapprovedmdm")):
        if entry.get(apple):
            facts[name] = True
    if entry.get("allowmanualinstall") is False:
        facts["manual-install"] = False
    if entry.get("userenrollment", {}).get("mode", "allowed") != "allowed":
        facts["user-enrollment"] = entry["userenrollment"]["mode"]
    if "devicechannel" in entry or "userchannel" in entry:
        facts["channels"] = channels(entry)
    shared = entry.get("sharedipad")
    if shared:
        facts["shared-ipad"] = channels(shared) if shared.get("mode", "allowed") == "allowed" else []
    return {name: value for name, value in facts.items() if value is not None or name == "introduced"}


def channels(entry: dict[str, Any]) -> list[str]:
    """Name the management channels that may carry it."""
    return [name for name in ("device", "user") if entry.get(f"{name}channel", True)]


class KeyReader:
    """Reads the keys of one file. YAML anchors make some descriptions contain themselves: those become `$ref`."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}
        self._open: list[int] = []
        self._recursive: dict[int, str] = {}

    def key(self, key: dict[str, Any], parent: Availability) -> Schema:
        """Turn one key, whatever is below it included, into a schema."""
        identity = id(key)
        if identity in self._open:
            name = self._recursive.setdefault(identity, key["key"])
            return {"$ref": f"#/$defs/{name}"}
        self._open.append(identity)
        schema = self._key(key, parent)
        self._open.pop()
        if identity not in self._recursive:
            return schema
        name = self._recursive[identity]
        self.definitions[name] = schema
        return {"$ref": f"#/$defs/{name}"}

    def _key(self, key: dict[str, Any], parent: Availability) -> Schema:
        kind = key["type"]
        schema: Schema = dict(TYPES[kind])
        availability = key_availability(key, parent)
        below = key.get("subkeys") or []
        if kind == "<array>":
            schema |= self._array(key, below, availability)
        elif kind == "<dictionary>" and below:
            schema |= self.dictionary(below, availability)
        elif "rangelist" in key:
            schema["enum"] = key["rangelist"]
        for name, bound in (("minimum", "min"), ("maximum", "max")):
            if bound in key.get("range", {}):
                schema[name] = key["range"][bound]
        if str(key.get("format", "")).startswith("^"):
            schema["pattern"] = key["format"]
        if "default" in key:
            schema["default"] = key["default"]
        if schema.get("type") == "string" and SECRET.search(key["key"]):
            schema["x-secret"] = True
        facts = {name: platform_facts(entry) for name, entry in key.get("supportedOS", {}).items()}
        if "iOS" in facts:
            facts["iPadOS"] = dict(facts["iOS"])
        schema["x-platforms"] = facts
        schema["x-availability"] = availability
        return schema

    def _array(self, key: dict[str, Any], below: list[dict[str, Any]], availability: Availability) -> Schema:
        if not below:
            return {}
        if len(below) > 1:
            raise SystemExit(f"{key['key']}: an array with several kinds of items, which this importer cannot express")
        items = self.key(below[0], availability)
        if "rangelist" in key and "enum" not in items:
            items["enum"] = key["rangelist"]
        bounds = below[0].get("repetition") or {}
        return {"items": items} | {name: bounds[bound] for name, bound in (("minItems", "min"), ("maxItems", "max")) if bound in bounds}

    def dictionary(self, keys: list[dict[str, Any]], availability: Availability) -> Schema:
        """Turn the keys of a dictionary into properties; ANY means that it takes other keys too."""
        schema: Schema = {"properties": {}, "required": [], "additionalProperties": False}
        for key in keys:
            if key["key"] == ANY_KEY:
                schema["additionalProperties"] = self.key(key, availability)
                continue
            schema["properties"][key["key"]] = self.key(key, availability)
            if key.get("presence") == "required":
                schema["required"].append(key["key"])
        return schema


def key_availability(key: dict[str, Any], parent: Availability) -> Availability:
    """Say where a key exists: as the key says, else as what it is in."""
    if "availability" in key:
        listed = dict(part.strip().removesuffix("+").rsplit(" ", 1) for part in key["availability"].split("|"))
        return {
            platform: (parent[platform][0] if listed[platform] == "all" else listed[platform], True)
            if platform in listed
            else (None, False)
            for platform in PLATFORMS
        }
    own: Availability = {platform: (version, False) for platform, (version, _) in parent.items()}
    for platform, entry in key.get("supportedOS", {}).items():
        if "introduced" in entry:
            own[platform] = (None if entry["introduced"] == UNAVAILABLE else entry["introduced"], True)
            if platform == "iOS":
                own["iPadOS"] = own["iOS"]
    return own


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
        platform: newest(old["x-availability"][platform], new["x-availability"][platform]) for platform in PLATFORMS
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
    """Unite two sets of properties. A property of the older one alone is remembered as such for `mark_absent`."""
    united = {name: merge(schema, new[name]) if name in new else schema | {"x-old": True} for name, schema in old.items()}
    return united | {name: schema for name, schema in new.items() if name not in old}


def kind(schema: Schema) -> str:
    """Name the property list type; empty for any."""
    return str(schema.get("x-plist", schema.get("type", "")))


def newest(old: tuple[str | None, bool], new: tuple[str | None, bool]) -> tuple[str | None, bool]:
    """Choose between two statements of availability: what is said beats what is inherited, being there beats being absent."""
    if new[1] and new[0] is not None:
        return new
    if old[1]:
        return old
    return old if new[0] is None else new


def mark_absent(schema: Schema, release: str) -> None:
    """Say of keys that the newest release no longer describes, in a dictionary which it does describe, that it does not."""
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
    """The schemas directly below that are no properties."""
    below = [schema.get("items"), schema.get("additionalProperties"), *schema.get("$defs", {}).values()]
    return [item for item in below if isinstance(item, dict)]


def settle(schema: Schema, parent: Availability) -> None:
    """Replace availability by the facts that differ from those of what it is in, top down."""
    own = schema.pop("x-availability", None)
    if own is not None:
        is_payload = "x-sources" in schema
        facts: dict[str, Any] = {platform: dict(entry) for platform, entry in schema.pop("x-platforms").items()}
        for platform in PLATFORMS:
            version = own[platform][0]
            entry = facts.setdefault(platform, {})
            entry.pop("introduced", None)
            if version is None and (is_payload or parent[platform][0] is None):
                facts.pop(platform)
            elif version is None:
                facts[platform] = None
            elif is_payload or numbers(version) > numbers(parent[platform][0] or "0"):
                facts[platform] = {"introduced": version} | entry
        if facts.get("iPadOS") == facts.get("iOS"):
            facts.pop("iPadOS", None)
        facts = {
            platform: entry
            for platform, entry in facts.items()
            if entry or entry is None or (platform == "iPadOS" and "iOS" in facts)
        }
        if own == dict.fromkeys(PLATFORMS, ("0", True)):
            facts = {}
        if facts:
            schema["x-platforms"] = {platform: facts[platform] for platform in PLATFORMS if platform in facts}
        gone = [platform for platform, entry in facts.items() if entry and {"deprecated", "removed"} & entry.keys()]
        there = [platform for platform in PLATFORMS if own[platform][0] is not None and platform != "iPadOS"]
        if gone and set(there) <= set(gone):
            schema["deprecated"] = True
        parent = own
    for below in [*schema.get("properties", {}).values(), *children(schema)]:
        settle(below, parent)


def numbers(version: str) -> tuple[int, ...]:
    """Make a version comparable."""
    parts = [int(part) for part in version.split(".")]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def include(schema: Schema, common: Schema) -> None:
    """Add the keys that every payload has."""
    schema["properties"] = common["properties"] | schema["properties"]
    schema["required"] = common["required"] + [name for name in schema["required"] if name not in common["required"]]


def dump(name: str, schema: Schema) -> str:
    """Write a schema with one line for each key, so that a change of one key is a change of one line."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "x-sources": schema["x-sources"],
        "x-platforms": schema.get("x-platforms", {}),
        "type": "object",
        "required": sorted(schema["required"]),
        "additionalProperties": schema["additionalProperties"],
    }
    lines = [f'"{key}": {compact(value)},' for key, value in head.items()]
    for group in ("$defs", "properties"):
        if group in schema:
            rows = ",\n".join(f"{compact(key)}: {compact(value)}" for key, value in sorted(schema[group].items()))
            lines.append(f'"{group}": {{\n{rows}\n}},')
    return "{\n" + "\n".join(lines).removesuffix(",") + "\n}\n"


def compact(value: Any) -> str:
    """One line of JSON, keys in a stable order, without what says nothing."""
    return json.dumps(tidy(value), ensure_ascii=False, separators=(",", ":"), default=str)


def tidy(value: Any) -> Any:
    """Drop empty lists of required keys and sort what has no order."""
    if isinstance(value, dict):
        return {key: tidy(item) for key, item in sorted(value.items()) if not (key == "required" and not item)}
    return [tidy(item) for item in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main()
