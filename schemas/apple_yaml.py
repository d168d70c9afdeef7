"""Read Apple's payload descriptions (YAML) as JSON Schemas, one release at a time.

Next to x-platforms, what Apple says of each platform, every schema carries x-availability until
`releases.settle` has made one statement of both.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from schemas.releases import EVERYWHERE, PLATFORMS, Availability, Schema, merge

if TYPE_CHECKING:
    from pathlib import Path

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
BOUNDS = (("minimum", "min", min), ("maximum", "max", max))
ANY_KEY = "ANY"


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
    listed = head.get("platforms", {})
    same_on_ipad(listed)
    facts |= {name: {"introduced": str(version)} for name, version in listed.items()}
    availability: Availability = {
        platform: (facts[platform]["introduced"] if platform in facts else None, True)
        for platform in PLATFORMS
    }
    if not facts:
        availability = EVERYWHERE
    reader = KeyReader()
    schema: Schema = {
        "type": "object",
        **reader.dictionary(description.get("payloadkeys") or [], availability),
    }
    if reader.definitions:
        schema["$defs"] = reader.definitions
    schema["x-availability"] = availability
    schema["x-platforms"] = {platform: facts[platform] for platform in PLATFORMS if platform in facts}
    schema["x-sources"] = [release]
    return schema


def same_on_ipad(listed: dict[str, Any]) -> None:
    """Raise SystemExit where Apple tells iPadOS from iOS, which the schemas do not."""
    if listed.get("iPadOS") != listed.get("iOS"):
        raise SystemExit(f"iPadOS differs from iOS: {listed}")


def platform_facts(entry: dict[str, Any]) -> dict[str, Any]:
    """Translate what Apple says of one platform; what it takes for granted is left out."""
    introduced = entry.get("introduced")
    facts: dict[str, Any] = {"introduced": None if introduced == UNAVAILABLE else introduced}
    for name in ("deprecated", "removed", "multiple"):
        if entry.get(name):
            facts[name] = entry[name]
    for name, apple in (
        ("supervised", "supervised"),
        ("automated-enrollment", "requiresdep"),
        ("user-approved-mdm", "userapprovedmdm"),
    ):
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
    """Reads the keys of one file. YAML anchors let a description contain itself: there it becomes a `$ref`."""

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
        elif "range" in key:
            # A value list beside a range names values outside of it: 0 for never, 1 to 180 minutes.
            listed = key.get("rangelist", [])
            bounds = key["range"]
            schema |= {
                name: pick([bounds[bound], *listed]) for name, bound, pick in BOUNDS if bound in bounds
            }
        elif "rangelist" in key:
            schema["enum"] = key["rangelist"]
        if str(key.get("format", "")).startswith("^"):
            schema["pattern"] = key["format"]
        if "default" in key:
            schema["default"] = key["default"]
        if schema.get("type") == "string" and SECRET.search(key["key"]):
            schema["x-secret"] = True
        facts = {name: platform_facts(entry) for name, entry in key.get("supportedOS", {}).items()}
        schema["x-platforms"] = facts
        schema["x-availability"] = availability
        return schema

    def _array(self, key: dict[str, Any], below: list[dict[str, Any]], availability: Availability) -> Schema:
        if not below:
            return {}
        if len(below) > 1:
            raise SystemExit(
                f"{key['key']}: an array with several kinds of items, which this importer cannot express"
            )
        items = self.key(below[0], availability)
        if "rangelist" in key and "enum" not in items:
            items["enum"] = key["rangelist"]
        bounds = below[0].get("repetition") or {}
        return {"items": items} | {
            name: bounds[bound]
            for name, bound in (("minItems", "min"), ("maxItems", "max"))
            if bound in bounds
        }

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
        listed = dict(
            part.strip().removesuffix("+").rsplit(" ", 1) for part in key["availability"].split("|")
        )
        same_on_ipad(listed)
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
    return own
