"""--set KEY=VALUE and --unset KEY: which value of the profile is meant, and what type Apple gives it."""

from __future__ import annotations

import base64
import datetime
import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from profiler import secret
from profiler.document.plist import CONVERT
from profiler.errors import UsageError
from profiler.model import schema
from profiler.model.confidential import is_secret_key

if TYPE_CHECKING:
    from profiler.document.plist import KeyPath, Node
    from profiler.lifecycle.editing import Text

_STEP = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")
_IDENTITY = frozenset({"PayloadIdentifier", "PayloadUUID", "PayloadType", "PayloadVersion"})
_PAYLOADS = frozenset({"PayloadContent", "EncryptedPayloadContent"})
# Of the keys that profiles and payloads share this one is the profile's.
_PROFILE_ONLY = frozenset({"PayloadOrganization"})
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")


class Setting(NamedTuple):
    """A value to write, or to drop when `drop` is set. `asked_secret`: it came by reference and must not be shown."""

    path: KeyPath
    value: Any = None
    drop: bool = False
    asked_secret: bool = False


def parse_path(key: str) -> KeyPath:
    """Read KEY, KEY.KEY or KEY[0].KEY. Raises UsageError."""
    steps: list[str | int] = []
    place = 0
    while place < len(key):
        match = _STEP.match(key, place)
        if match is None or (match[2] is not None and not steps):
            raise UsageError(
                f"{key!r} is no key", hint="write it as lint shows it: LDAPSearchSettings[0].Scope"
            )
        steps.append(match[1] if match[1] is not None else int(match[2]))
        place = match.end()
        if key[place : place + 1] == "." and place + 1 < len(key):
            place += 1
    if not steps:
        raise UsageError("--set and --unset need a key", hint="for example --set PreventMove=true")
    return tuple(steps)


def needs_account(key: str) -> bool:
    """Whether a key is one of an account, and not of the profile or of a payload named by number."""
    first = parse_path(key)[0]
    return first != "PayloadContent" and not of_profile(str(first))


def parse(text: str, account: Node | None, document: Text) -> Setting:
    """Read KEY=VALUE for an account payload; keys of the top level and PayloadContent[N].KEY reach elsewhere.

    Raises UsageError, and ProfilerError for a secret that cannot be fetched.
    """
    key, equals, value = text.partition("=")
    key = key.strip()
    if not equals or not key:
        raise UsageError("--set needs KEY=VALUE", hint="for example --set PreventMove=true")
    path = locate(key, account, document)
    described = _describe(path, document, key)
    if not is_secret(str(path[-1]), described):
        return Setting(path, typed(key, value, described, hide=False))
    refuse_clear(key, value)
    return Setting(path, typed(key, secret.resolve(value, what=key), described, hide=True), asked_secret=True)


def is_secret(key: str, described: dict[str, Any]) -> bool:
    """Whether a key holds a secret; HasRemovalPasscode, a switch, does not."""
    return described.get("type") != "boolean" and (is_secret_key(key) or bool(described.get("x-secret")))


def refuse_clear(key: str, text: str) -> None:
    """Raise UsageError for a secret that was given itself, and not by reference."""
    if not secret.is_reference(text):
        hint = "env:NAME, file:PATH, cmd:COMMAND or prompt:"
        raise UsageError(f"--set {key} takes a reference to a secret, never the secret", hint=hint)


def parse_unset(key: str, account: Node | None, document: Text) -> Setting:
    """Read KEY to drop. Raises UsageError."""
    return Setting(locate(key.strip(), account, document), drop=True)


def locate(key: str, account: Node | None, document: Text) -> KeyPath:
    """Find where a key belongs, from the top. Raises UsageError for identity keys and where there is no such payload."""
    path = parse_path(key)
    if path[0] in _IDENTITY or (path[0] in _PAYLOADS and len(path) < 3):  # noqa: PLR2004 - payload, number, key
        raise _identity_error(key)
    if path[0] == "PayloadContent" and isinstance(path[1], int):
        payloads = document.document.payloads
        if path[1] >= len(payloads):
            raise UsageError(f"{key}: the profile has {len(payloads)} payloads, counted from 0")
        if path[2] in _IDENTITY:
            raise _identity_error(key)
        return (*payloads[path[1]].path, *path[2:])
    if of_profile(str(path[0])):
        return path
    if account is None:
        raise UsageError(f"{key}: the profile makes no account that could have it")
    return (*account.path, *path)


def _identity_error(key: str) -> UsageError:
    hint = "`profiler identity` adopts or forks identities"
    return UsageError(f"{key} is part of the identity, which reconfigure keeps", hint=hint)


def of_profile(key: str) -> bool:
    """Whether --set puts a key into the profile, and not into a payload."""
    properties = (schema.load(schema.TOP_LEVEL) or {}).get("properties", {})
    common = (schema.load(schema.COMMON) or {}).get("properties", {})
    return key in _PROFILE_ONLY or (key in properties and key not in common)


def _describe(path: KeyPath, document: Text, key: str) -> dict[str, Any]:
    """Apple's description of the value at a path; of an unknown payload type what is there now tells the type."""
    payload = next((one for one in document.document.payloads if path[: len(one.path)] == one.path), None)
    name = schema.TOP_LEVEL if payload is None else payload.string("PayloadType") or ""
    own = path if payload is None else path[len(payload.path) :]
    described: dict[str, Any] | None = schema.load(name)
    for step in own:
        if described is None:
            break
        described = _below(described, step, name, key)
    if described is not None:
        return described
    node = document.find(path)
    return {"type": _JSON_TYPES.get(node.kind, "string")} if node is not None else {"type": "string"}


def _below(described: dict[str, Any], step: str | int, name: str, key: str) -> dict[str, Any] | None:
    if isinstance(step, int):
        items: dict[str, Any] | None = described.get("items")
        return items
    properties: dict[str, Any] = described.get("properties", {})
    if step in properties:
        found: dict[str, Any] = properties[step]
        return None if "$ref" in found else found
    others = described.get("additionalProperties", True)
    if others is False:
        near = schema.nearest(step, list(properties))
        hint = f"did you mean {near}?" if near else f"`profiler schema {name}` lists them"
        raise UsageError(f"{key}: {name} has no key {step}", hint=hint)
    return others if isinstance(others, dict) else None


_JSON_TYPES = {
    "dict": "object", "array": "array", "string": "string", "integer": "integer", "real": "number", "boolean": "boolean",
    "data": "data", "date": "date",
}  # fmt: skip


def typed(key: str, text: str, described: dict[str, Any], *, hide: bool) -> Any:
    """Read the text of --set as the type Apple gives the key. Raises UsageError, which repeats the text unless `hide` is set."""
    named = described.get("x-plist") or described.get("type", "string")
    kind = str(named[0] if isinstance(named, list) else named)
    read, expected = _READERS.get(kind, (str, ""))
    try:
        value = read(text)
    except (ValueError, OverflowError):
        shown = "" if hide else f", not {text!r}"
        raise UsageError(f"--set {key} takes {expected}{shown}") from None
    allowed = described.get("enum")
    if allowed is not None and value not in allowed and not hide:
        raise UsageError(f"--set {key}: {text!r} is not one of {', '.join(map(str, allowed))}")
    return value


def _boolean(text: str) -> bool:
    if text.lower() not in _YES + _NO:
        raise ValueError
    return text.lower() in _YES


def _date(text: str) -> datetime.datetime:
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        moment = moment.astimezone(datetime.UTC).replace(tzinfo=None)
    return moment.replace(microsecond=0)


def _json(kind: type) -> Any:
    def read(text: str) -> Any:
        value = json.loads(text)
        if not isinstance(value, kind) or _has_null(value):
            raise ValueError
        return value

    return read


def _has_null(value: Any) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    return value is None or (isinstance(value, list) and any(map(_has_null, value)))


_READERS: dict[str, tuple[Any, str]] = {
    "boolean": (_boolean, "true or false"),
    "integer": (CONVERT["integer"], "a whole number"),
    "number": (CONVERT["real"], "a number"),
    "data": (lambda text: base64.b64decode(text, validate=True), "data in base64"),
    "date": (_date, "a time such as 2027-01-31T12:00:00Z"),
    "array": (_json(list), "a list in JSON"),
    "object": (_json(dict), "a dictionary in JSON"),
}
