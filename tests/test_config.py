"""The quick look at a config file agrees with its published schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler import config
from tests import clock

SCHEMA = json.loads((Path(__file__).parents[1] / "schemas/config.schema.json").read_text())
WORDS = st.sampled_from(["error", "warning", "note", "never", "mail", "x"])
IGNORES = st.fixed_dictionaries({}, optional={"rule": WORDS, "reason": WORDS, "why": WORDS})
VALUES = st.one_of(
    WORDS, st.booleans(), st.integers(), st.lists(WORDS | st.integers() | IGNORES, max_size=3),
    st.dictionaries(WORDS, WORDS | st.lists(WORDS, max_size=2), max_size=2),
)  # fmt: skip
KEYS = st.sampled_from([*SCHEMA["properties"], "selct"])


@given(st.dictionaries(KEYS, VALUES, max_size=3))
def test_quick_look_and_schema_agree(table: dict[str, Any]) -> None:
    assert config._plausible(table) == jsonschema.Draft202012Validator(SCHEMA).is_valid(table)


def test_every_key_of_the_schema_is_read() -> None:
    assert set(SCHEMA["properties"]) == set(config._CHECKS)


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("[tool.profiler]", True),
        (" [ tool . profiler ]", True),
        ("[tool.profiler.severity]", True),
        ("[tool.profilers]", False),
        ("# [tool.profiler]", False),
        ("\n" * 200_000, False),
    ],
)
def test_a_project_file_counts_when_it_speaks_of_profiler(head: str, found: bool, tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(f"[project]\nname = 'x'\n{head}\n")
    read = clock.soon(lambda: config.for_file(tmp_path / "a.mobileconfig"))
    assert (read.path == path) == found
