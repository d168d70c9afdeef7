"""Lines of keys in TOML."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from profiler.document.locate import line_of, lines

TEXT = '''\
# comment [not.a.table]
title = "a = [b]"
[owner]
name.first = "Anna"
"quoted.key" = 1

[[items]]
texts = [
  "one", # comment ]
  """two
lines""",
]
[items.inner]
when = 2027-07-31 12:00:00Z
[[items]]
table = { a = 1, b = { c = [1, 2] } }
[[items.sub]]
x = \'\'\'
y = 1\'\'\'
[[items.sub]]
x = 2
'''


def test_every_kind_of_place() -> None:
    assert lines(TEXT) == {
        ("title",): 2,
        ("owner",): 3,
        ("owner", "name"): 4,
        ("owner", "name", "first"): 4,
        ("owner", "quoted.key"): 5,
        ("items",): 7,
        ("items", 0): 7,
        ("items", 0, "texts"): 8,
        ("items", 0, "texts", 0): 9,
        ("items", 0, "texts", 1): 10,
        ("items", 0, "inner"): 13,
        ("items", 0, "inner", "when"): 14,
        ("items", 1): 15,
        ("items", 1, "table"): 16,
        ("items", 1, "table", "a"): 16,
        ("items", 1, "table", "b"): 16,
        ("items", 1, "table", "b", "c"): 16,
        ("items", 1, "table", "b", "c", 0): 16,
        ("items", 1, "table", "b", "c", 1): 16,
        ("items", 1, "sub"): 17,
        ("items", 1, "sub", 0): 17,
        ("items", 1, "sub", 0, "x"): 18,
        ("items", 1, "sub", 1): 20,
        ("items", 1, "sub", 1, "x"): 21,
    }


def test_a_path_that_is_not_there_takes_its_table() -> None:
    assert line_of(lines(TEXT), ("items", 1, "missing", "deeper")) == 15
    assert line_of({}, ("a",)) == 1


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    found: set[tuple[str | int, ...]] = {path} if path else set()
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        found |= _paths(item, (*path, key))
    return found


KEYS = st.text("abc-_", min_size=1, max_size=3)
VALUES = st.recursive(
    st.sampled_from(
        ["1", "1.5", "true", "2027-07-31", "1979-05-27 07:32:00", '"a]"', "'{'", '"""x\n[y]"""', '"\\""']
    ),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[" + ",\n# c\n ".join(items) + "]")
        | st.dictionaries(KEYS, inner, max_size=3).map(
            lambda d: "{" + ", ".join(f"{k} = {v}" for k, v in d.items()) + "}"
        )
    ),
    max_leaves=6,
)
ENTRIES = st.dictionaries(KEYS, VALUES, max_size=3).map(
    lambda d: "".join(f"{k} = {v}\n" for k, v in d.items())
)


@given(st.lists(st.tuples(KEYS.map(lambda key: f"t{key}"), ENTRIES), max_size=4), ENTRIES)
def test_every_path_of_a_document_has_a_line(tables: list[tuple[str, str]], start: str) -> None:
    text = start + "".join(f"[[{name}]]\n{entries}" for name, entries in tables)
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    found = lines(text)
    assert set(found) == _paths(parsed)
    assert all(1 <= line <= text.count("\n") + 1 for line in found.values())
