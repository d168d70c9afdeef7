"""Where a key belongs that stands in the wrong dictionary, by its name alone."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from profiler.model import schema as schemas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.schema import Schema

# Their payloads are written side by side, so that the key of one lands in another.
ACCOUNT_TYPES = (
    "com.apple.mail.managed", "com.apple.eas.account", "com.apple.ews.account", "com.apple.google-oauth",
    "com.apple.caldav.account", "com.apple.carddav.account", "com.apple.subscribedcalendar.account",
    "com.apple.ldap.account",
)  # fmt: skip


@lru_cache(maxsize=4096)
def belongs(key: str, payload_type: str, *, inside: bool) -> str:
    """Say where Apple knows the key, as "inside IPSec" or "in com.apple.caldav.account"; empty for nowhere.

    `inside` says that the key was found in a dictionary within the payload and not in the payload itself. Remembered, because a
    repository has the same unknown key in many files.
    """
    schema = schemas.load(payload_type)
    if schema is None:
        return ""
    if inside and key in schema["properties"]:
        return f"at the top of the {payload_type} payload"
    holders = dict.fromkeys(name for name, properties in _dictionaries(schema) if key in properties)
    if holders:
        return f"inside {_either(list(holders))}"
    if key in (schemas.load(schemas.TOP_LEVEL) or schema)["properties"]:
        return "at the top of the profile"
    if payload_type in ACCOUNT_TYPES:
        others = [
            name for name in ACCOUNT_TYPES if key in (schemas.load(name) or {"properties": ()})["properties"]
        ]
        if others:
            return f"in {_either(others)}"
    return ""


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _dictionaries(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """The dictionaries within a payload, each with the key that holds it or its array; Apple's descriptions may contain themselves."""
    waiting = [(name, one) for name, one in schema["properties"].items()]
    seen: set[int] = set()
    while waiting:
        name, one = waiting.pop(0)
        if "$ref" in one:
            one = schema["$defs"][one["$ref"].rpartition("/")[2]]
        if id(one) in seen:
            continue
        seen.add(id(one))
        properties = one.get("properties", {})
        if properties:
            yield name, properties
        waiting += properties.items()
        waiting += [
            (name, part)
            for part in (one.get("items"), one.get("additionalProperties"))
            if isinstance(part, dict)
        ]
