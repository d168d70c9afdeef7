"""jsonschema, a library that knows nothing of us, must come to the same verdict as our own walk."""

from __future__ import annotations

import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiler.document import plist, source
from profiler.document.document import Document
from profiler.model import schema as schemas
from profiler.model.violation import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "corpus"
FILES = sorted([*ROOT.glob("sample_profiles/**/*.mobileconfig"), *SHARED.rglob("*.mobileconfig")])

KINDS = {
    "type": Kind.WRONG_TYPE,
    "required": Kind.MISSING_KEY,
    "enum": Kind.VALUE_NOT_ALLOWED,
    "pattern": Kind.BAD_FORMAT,
    "additionalProperties": Kind.UNKNOWN_KEY,
    "minimum": Kind.OUT_OF_RANGE,
    "maximum": Kind.OUT_OF_RANGE,
    "minItems": Kind.OUT_OF_RANGE,
    "maxItems": Kind.OUT_OF_RANGE,
}
PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "number": (int, float),
    "data": (bytes,),
    "date": (datetime.datetime,),
}
Finding = tuple[tuple[str | int, ...], Kind]


def is_type(value: Any, name: str) -> bool:
    if name == "integer":
        return (isinstance(value, int) and not isinstance(value, bool)) or (
            isinstance(value, float) and value.is_integer()
        )
    return isinstance(value, PYTHON_TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def check_type(_validator: Any, names: Any, value: Any, schema: Any) -> Iterator[jsonschema.ValidationError]:
    named = schema.get("x-plist", names)
    if not any(is_type(value, name) for name in ([named] if isinstance(named, str) else named)):
        yield jsonschema.ValidationError("wrong type")


Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"type": check_type})  # type: ignore[no-untyped-call]


@cache
def validator(payload_type: str) -> Any:
    return Validator(schemas.load(payload_type) or schemas.load(schemas.COMMON))


def by_library(document: Document) -> set[Finding]:
    root = document.root
    assert root is not None
    payload_type = root.string("PayloadType") or ""
    if payload_type == schemas.OVER_THE_AIR:
        return set()
    if payload_type not in ("", "Configuration") and schemas.load(payload_type):
        return findings(payload_type, root)
    found = findings(schemas.TOP_LEVEL, root)
    return found.union(*(findings(item.string("PayloadType") or "", item) for item in document.payloads))


def findings(payload_type: str, node: plist.Node) -> set[Finding]:
    found = {
        (node.path + tuple(error.absolute_path), KINDS[error.validator])
        for error in validator(payload_type).iter_errors(node.plain())
    }
    wrong_types = {path for path, kind in found if kind is Kind.WRONG_TYPE}
    return {(path, kind) for path, kind in found if kind is Kind.WRONG_TYPE or path not in wrong_types}


def by_walk(document: Document) -> set[Finding]:
    found = set()
    for violation in schemas.violations(document):
        kind, node = violation.kind, violation.node
        if kind in (Kind.UNKNOWN_KEY, Kind.KEY_CASE):
            parent = node.parent
            assert parent is not None
            domain = (schemas.load(violation.payload_type) or {}).get("additionalProperties") is True
            if not (domain and parent is violation.payload):
                found.add((parent.path, Kind.UNKNOWN_KEY))
        elif kind in KINDS.values():
            found.add((node.path, kind))
    return found


def comparable(document: Document) -> bool:
    root = document.root
    return root is not None and root.kind == "dict" and all(node.value is not None for node in root.walk())


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the collection of public profiles is not here")
@pytest.mark.parametrize(
    "path", [path for path in FILES if SHARED in path.parents], ids=lambda path: path.stem
)
def test_same_verdict_on_public_profiles(path: Path) -> None:
    document = Document(source.read(path))
    if comparable(document):
        assert by_walk(document) == by_library(document)


def test_same_verdict_on_our_samples() -> None:
    for path in FILES:
        document = Document(source.read(path))
        if SHARED not in path.parents and comparable(document):
            assert by_walk(document) == by_library(document), path


@pytest.mark.parametrize("value", [0, 1, 3, False, True, 4])
def test_same_verdict_on_a_number_that_was_a_boolean(value: int) -> None:
    payload = {"PayloadType": "com.apple.security.smartcard", "checkCertificateTrust": value}
    document = Document(
        source.from_bytes(plist.dump({"PayloadType": "Configuration", "PayloadContent": [payload]}))
    )
    assert by_walk(document) == by_library(document)


SCALARS = st.one_of(
    st.sampled_from(["", "1", "true", "https://example.com", "EmailTypeIMAP", "System"]),
    st.booleans(),
    st.integers(-1, 2000),
    st.sampled_from([0.0, 1.0, 1.5]),
    st.just(b"data"),
    st.just(datetime.datetime(2026, 1, 1)),  # noqa: DTZ001 - plist dates have no zone
)


def values(schema: dict[str, Any], root: dict[str, Any], depth: int) -> st.SearchStrategy[Any]:
    """Generate what the schema asks for, or something else."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if depth == 0:
        return SCALARS
    if schema.get("type") == "array":
        items = values(schema.get("items", {}), root, depth - 1)
        return st.one_of(st.lists(items, max_size=3), SCALARS)
    if "properties" in schema:
        known = st.one_of(
            [
                st.tuples(st.just(key), values(below, root, depth - 1))
                for key, below in sorted(schema["properties"].items())
            ]
            or [st.tuples(st.just("Key"), SCALARS)]
        )
        stray = st.tuples(st.sampled_from(["payloadtype", "Stray"]), SCALARS)
        return st.lists(st.one_of(known, known, known, stray), max_size=5).map(dict)
    if "enum" in schema:
        return st.one_of(st.sampled_from(schema["enum"]), SCALARS)
    return SCALARS


@st.composite
def profiles(draw: st.DrawFn) -> dict[str, Any]:
    payload_type = draw(st.sampled_from(schemas.payload_types()))
    schema = schemas.load(payload_type)
    assert schema is not None
    payload = draw(values(schema, schema, 4))
    return {"PayloadType": "Configuration", "PayloadContent": [payload | {"PayloadType": payload_type}]}


@given(profiles())
@settings(max_examples=150, deadline=None)
def test_same_verdict_on_anything(profile: dict[str, Any]) -> None:
    document = Document(source.from_bytes(plist.dump(profile)))
    assert by_walk(document) == by_library(document)
