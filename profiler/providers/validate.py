"""Check what users write, specs and provider files, against the JSON Schemas that are published for their editors."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from profiler.model.schema import nearest

if TYPE_CHECKING:
    import jsonschema

from profiler.document.plist import path_text

_PACKAGE = Path(__file__).parent.parent


class Violation(NamedTuple):
    """One thing that a schema forbids: where (keys and indexes from the root), and what was expected."""

    path: tuple[str | int, ...]
    message: str

    def __str__(self) -> str:
        """Name the place and what was expected, for people."""
        return f"{path_text(self.path)}: {self.message}" if self.path else self.message


def schema(name: str) -> dict[str, Any]:
    """Read a schema by file name: inside the package once installed, beside it in a checkout."""
    installed = _PACKAGE / "schemas" / name
    path = installed if installed.is_file() else _PACKAGE.parent / "schemas" / name
    loaded: dict[str, Any] = json.loads(path.read_bytes())
    return loaded


def violation(value: object, schema_name: str) -> Violation | None:
    """Return the violation nearest to what the user meant, or None. `value` is what tomllib returns."""
    return next(iter(violations(value, schema_name)), None)


def violations(value: object, schema_name: str) -> list[Violation]:
    """Return one violation for each place that breaks the schema, in the order of the file's structure."""
    validator = _validator(schema_name)
    found: dict[tuple[str | int, ...], Violation] = {}
    for error in validator.iter_errors(value):
        best = _deepest(error)
        path = (*best.absolute_path, *_unknown_key(best))
        found.setdefault(path, Violation(path, _message(best)))
    return sorted(found.values(), key=lambda violation: [str(part) for part in violation.path])


def _validator(schema_name: str) -> jsonschema.Draft202012Validator:
    import jsonschema  # noqa: PLC0415 - takes longer than all the rest

    checker = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine(
        "date", lambda _, value: isinstance(value, datetime.date)
    )
    extend: Any = jsonschema.validators.extend
    made: jsonschema.Draft202012Validator = extend(jsonschema.Draft202012Validator, type_checker=checker)(
        _toml(schema(schema_name))
    )
    return made


def _toml(part: Any) -> Any:
    """Let TOML's own dates stand where the schema, written for JSON, says a string with format date."""
    if isinstance(part, list):
        return [_toml(item) for item in part]
    if not isinstance(part, dict):
        return part
    if part.get("format") in ("date", "date-time") and part.get("type") == "string":
        return {**part, "type": ["string", "date"]}
    return {key: _toml(value) for key, value in part.items()}


def _deepest(error: jsonschema.ValidationError) -> jsonschema.ValidationError:
    """Of the alternatives that failed, take the one that got furthest: it is what the user tried to write."""
    while error.context:
        error = max(
            error.context,
            key=lambda inner: (len(inner.absolute_path), inner.validator not in ("const", "type")),
        )
    return error


def _unknown_key(error: jsonschema.ValidationError) -> tuple[str, ...]:
    if error.validator != "additionalProperties":
        return ()
    rule: Any = error.schema
    value: Any = error.instance
    return (next(key for key in value if key not in rule.get("properties", {})),)


def _message(error: jsonschema.ValidationError) -> str:
    rule: Any = error.schema
    expected: Any = error.validator_value
    value: Any = error.instance
    if error.validator == "additionalProperties":
        known = sorted(rule.get("properties", {}))
        (unknown,) = _unknown_key(error)
        near = nearest(unknown, known)
        hint = f"did you mean {near}? " if near else ""
        return f"unknown key; {hint}expected one of {', '.join(known)}"
    if error.validator == "required":
        missing = next(key for key in expected if key not in value)
        return f"the key {missing!r} is missing"
    if error.validator == "enum":
        return f"expected one of {', '.join(map(str, expected))}"
    if error.validator == "type":
        words = [expected] if isinstance(expected, str) else list(expected)
        return f"expected {' or '.join(dict.fromkeys(_WORDS.get(word, word) for word in words))}"
    return _plain_message(error)


def _plain_message(error: jsonschema.ValidationError) -> str:
    rule: Any = error.schema
    expected: Any = error.validator_value
    value: Any = error.instance
    if error.validator == "dependentRequired":
        pairs = [(key, other) for key in expected if key in value for other in expected[key]]
        key, other = next((key, other) for key, other in pairs if other not in value)
        return f"{key} does nothing without {other}"
    if error.validator == "minLength":
        return "must not be empty"
    if "description" in rule:
        return f"expected: {rule['description']}"
    return f"breaks the rule {error.validator} = {expected}"


_WORDS = {
    "object": "a table",
    "array": "an array",
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "date": "a date",
}
