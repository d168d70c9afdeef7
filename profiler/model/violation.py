"""A departure from Apple's schema: what kind of thing, where, and the words for it."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from profiler.document.plist import Node
    from profiler.model.target import Target

# JSON Schema's names for the kinds of a property list node.
KINDS = {
    "object": "dict", "array": "array", "string": "string", "boolean": "boolean", "integer": "integer",
    "number": "real", "data": "data", "date": "date",
}  # fmt: skip
_ARTICLES = {
    "dict": "a dictionary", "array": "an array", "string": "a string", "boolean": "a boolean",
    "integer": "an integer", "real": "a number", "data": "data", "date": "a date",
}  # fmt: skip
_LONGEST_VALUE = 40
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_DIGITS = re.compile(r"-?[0-9]{1,18}", re.ASCII)


class Kind(StrEnum):
    """What is wrong. The last group depends on the target and on nothing else."""

    WRONG_TYPE = "wrong-type"
    REAL_FOR_INTEGER = "real-for-integer"
    MISSING_KEY = "missing-key"
    VALUE_NOT_ALLOWED = "value-not-allowed"
    OUT_OF_RANGE = "out-of-range"
    BAD_FORMAT = "bad-format"
    UNKNOWN_KEY = "unknown-key"
    KEY_CASE = "key-case"
    UNKNOWN_TYPE = "unknown-type"
    DEPRECATED = "deprecated"
    REMOVED = "removed"
    NEWER_THAN_TARGET = "newer-than-target"
    KEY_NOT_ON_PLATFORM = "key-not-on-platform"
    PAYLOAD_NOT_ON_PLATFORM = "payload-not-on-platform"
    SUPERVISED_ONLY = "supervised-only"
    NOT_IN_USER_ENROLLMENT = "not-in-user-enrollment"
    NOT_ON_SHARED_IPAD = "not-on-shared-ipad"
    NOT_BY_HAND = "not-by-hand"
    REPEATED_PAYLOAD = "repeated-payload"


class Violation:
    """One departure from the schema.

    `node` is the value concerned: the dictionary that lacks a key, the PayloadType of a whole payload. `key`
    is the key concerned, empty for a whole payload or an item of an array. `payload` is the payload dictionary,
    None at the top of the profile; `payload_type` its type, "Configuration" at the top. `schema` is the JSON
    Schema of the value. `suggestion` is the nearest known name, `place` where a key belongs that
    is known elsewhere. `target` and `version` are set where a target
    decides: the first one concerned, and the version that brought, deprecated or removed it. `everywhere` is
    False when other targets are not concerned.
    """

    __slots__ = (
        "everywhere", "key", "kind", "node", "payload", "payload_type", "place", "schema", "suggestion",
        "target", "version",
    )  # fmt: skip

    def __init__(
        self,
        kind: Kind,
        node: Node,
        key: str,
        payload: Node | None,
        payload_type: str,
        schema: dict[str, Any],
        *,
        suggestion: str = "",
        place: str = "",
        target: Target | None = None,
        version: str = "",
        everywhere: bool = True,
    ) -> None:
        self.kind = kind
        self.node = node
        self.key = key
        self.payload = payload
        self.payload_type = payload_type
        self.schema = schema
        self.suggestion = suggestion
        self.place = place
        self.target = target
        self.version = version
        self.everywhere = everywhere

    def __repr__(self) -> str:
        return f"<Violation {self.kind} of {self.payload_type} at {self.node.path}: {self.key}>"

    @property
    def expected(self) -> tuple[str, ...]:
        """The kinds of node that are allowed, as `Node.kind` names them; empty for any."""
        return expected_kinds(self.schema)

    @property
    def coercible(self) -> bool:
        """Whether devices read the value as meant: 0 or 1 for a boolean, a boolean for a number."""
        if self.kind is Kind.REAL_FOR_INTEGER:
            return True
        actual, expected = self.node.kind, self.expected
        if actual == "boolean":
            return "integer" in expected or "real" in expected
        return actual in ("integer", "real") and "boolean" in expected and self.node.value in (0, 1)

    @property
    def conversion(self) -> Any:
        """The value meant, in the type asked for; None where that would be a guess."""
        for wanted in self.expected:
            value = _convert(self.node.kind, self.node.value, wanted)
            if value is not None:
                return value
        return None

    @property
    def name(self) -> str:
        """The key or place concerned, for messages."""
        if self.key:
            return self.key
        if isinstance(self.node.key, int):
            return f"an item of {[key for key in self.node.path if isinstance(key, str)][-1]}"
        return self.payload_type

    @property
    def message(self) -> str:
        """What is wrong and why it matters on the device, in one sentence; never the value of a secret."""
        return _MESSAGES[self.kind](self)

    @property
    def lookup(self) -> str:
        """The help of a finding that has no better one."""
        return f"`profiler schema {self.payload_type}` shows what Apple defines"


def expected_kinds(schema: dict[str, Any]) -> tuple[str, ...]:
    """List the kinds of node a schema allows; empty for any."""
    named = schema.get("x-plist") or schema.get("type") or ()
    return tuple(KINDS[name] for name in ((named,) if isinstance(named, str) else named))


def _convert(actual: str, value: Any, wanted: str) -> Any:  # noqa: PLR0911 - one line for each pair of types
    if wanted == "boolean" and actual in ("integer", "real"):
        return bool(value) if value in (0, 1) else None
    if wanted == "boolean" and actual == "string":
        return _BOOLEANS.get(value.strip().lower())
    if wanted in ("integer", "real") and actual == "boolean":
        return int(value)
    if wanted == "integer" and actual == "real":
        return int(value) if float(value).is_integer() else None
    if wanted == "integer" and actual == "string":
        return int(value) if _DIGITS.fullmatch(value.strip()) else None
    if wanted == "string" and actual == "integer":
        return str(value)
    return None


def _shown(violation: Violation) -> str:
    value = violation.node.value
    if violation.schema.get("x-secret") or not isinstance(value, str | int | float):
        return ""
    if not isinstance(value, str):
        return f" {value}"
    return f" {value if len(value) <= _LONGEST_VALUE else value[:_LONGEST_VALUE] + '…'!r}"


def _wrong_type(violation: Violation) -> str:
    wanted = " or ".join(_ARTICLES[kind] for kind in violation.expected)
    found = _ARTICLES[violation.node.kind]
    effect = (
        "most devices read it as meant, Apple Business refuses it"
        if violation.coercible
        else "a device may refuse the profile or ignore the setting"
    )
    return f"{violation.name} must be {wanted}, but is {found}; {effect}"


def _real_for_integer(violation: Violation) -> str:
    return f"{violation.name} is written as a real number where an integer belongs; devices accept it"


def _missing_key(violation: Violation) -> str:
    where = "the profile" if violation.payload is None else violation.payload_type or "the payload"
    keys = [str(key) for key in violation.node.path if isinstance(key, str) and key != "PayloadContent"]
    inside = f" in {keys[-1]}" if violation.node is not violation.payload and keys else ""
    return f"{violation.key} is missing{inside}: {where} needs it, and devices refuse a profile without it"


def _value_not_allowed(violation: Violation) -> str:
    values = [value for value in violation.schema["enum"] if not isinstance(value, bool)]
    allowed = ", ".join(map(str, values))
    found = _shown(violation) or " something else"
    are = "is" if len(values) == 1 else "are"
    return f"{violation.name} is{found}, but only {allowed} {are} defined; a device may refuse the profile"


def _out_of_range(violation: Violation) -> str:
    schema = violation.schema
    if violation.node.kind == "array":
        low, high, what = (
            schema.get("minItems"),
            schema.get("maxItems"),
            f"has {len(violation.node.value)} items",
        )
    else:
        low, high, what = schema.get("minimum"), schema.get("maximum"), f"is {violation.node.value}"
    if low == high:
        bounds = f"exactly {low} is"
    elif low is None or high is None:
        bounds = f"at least {low} is" if high is None else f"at most {high} is"
    else:
        bounds = f"{low} to {high} is"
    return f"{violation.name} {what}, but {bounds} allowed; a device may refuse the profile"


def _bad_format(violation: Violation) -> str:
    pattern = violation.schema["pattern"]
    return f"{violation.name}{_shown(violation)} does not have the form that Apple defines ({pattern})"


def _unknown_key(violation: Violation) -> str:
    hint = f"; did you mean {violation.suggestion}?" if violation.suggestion else ""
    if violation.place:
        hint = f"; it belongs {violation.place}"
    return f"{violation.key} is no key of {violation.payload_type}; devices ignore it{hint}"


def _key_case(violation: Violation) -> str:
    return f"{violation.key} is spelt {violation.suggestion}; as written, devices ignore it"


def _unknown_type(violation: Violation) -> str:
    hint = f"; did you mean {violation.suggestion}?" if violation.suggestion else ""
    return f"Apple documents no payload type {violation.payload_type}{hint}"


def _platform(violation: Violation) -> str:
    return violation.target.name if violation.target else "current systems"


def _deprecated(violation: Violation) -> str:
    since = f" since {violation.version}" if violation.version else ""
    return f"{violation.name} is deprecated on {_platform(violation)}{since}; it may have no effect any more"


def _removed(violation: Violation) -> str:
    since = f" in {violation.version}" if violation.version else ""
    return f"{violation.name} was removed{since} and has no effect on {_platform(violation)}"


def _newer(violation: Violation) -> str:
    platform = violation.target.name if violation.target else ""
    system = platform.split(" ")[0]
    return f"{violation.name} came with {system} {violation.version}; {platform} ignores it"


def _key_not_on_platform(violation: Violation) -> str:
    return f"{violation.key} does nothing on {_platform(violation).split(' ')[0]}"


def _payload_not_on_platform(violation: Violation) -> str:
    system = _platform(violation).split(" ")[0]
    return f"{violation.payload_type} does not exist on {system}, which refuses or ignores it"


def _supervised_only(violation: Violation) -> str:
    return (
        f"{violation.name} works on supervised devices only; the target {violation.target} is not supervised"
    )


def _not_in_user_enrollment(violation: Violation) -> str:
    effect = "ignores it or refuses the profile" if violation.key else "refuses the whole profile"
    return f"{violation.name} is not allowed in user enrolment; the device {effect}"


def _not_on_shared_ipad(violation: Violation) -> str:
    return f"{violation.name} is not available on a Shared iPad"


def _not_by_hand(violation: Violation) -> str:
    return f"{violation.name} must come from a device management service; installed by hand it is refused"


def _repeated(violation: Violation) -> str:
    system = _platform(violation).split(" ")[0]
    return f"{violation.payload_type} may be installed only once on {system}, but the profile has it again"


_MESSAGES = {
    Kind.WRONG_TYPE: _wrong_type,
    Kind.REAL_FOR_INTEGER: _real_for_integer,
    Kind.MISSING_KEY: _missing_key,
    Kind.VALUE_NOT_ALLOWED: _value_not_allowed,
    Kind.OUT_OF_RANGE: _out_of_range,
    Kind.BAD_FORMAT: _bad_format,
    Kind.UNKNOWN_KEY: _unknown_key,
    Kind.KEY_CASE: _key_case,
    Kind.UNKNOWN_TYPE: _unknown_type,
    Kind.DEPRECATED: _deprecated,
    Kind.REMOVED: _removed,
    Kind.NEWER_THAN_TARGET: _newer,
    Kind.KEY_NOT_ON_PLATFORM: _key_not_on_platform,
    Kind.PAYLOAD_NOT_ON_PLATFORM: _payload_not_on_platform,
    Kind.SUPERVISED_ONLY: _supervised_only,
    Kind.NOT_IN_USER_ENROLLMENT: _not_in_user_enrollment,
    Kind.NOT_ON_SHARED_IPAD: _not_on_shared_ipad,
    Kind.NOT_BY_HAND: _not_by_hand,
    Kind.REPEATED_PAYLOAD: _repeated,
}
