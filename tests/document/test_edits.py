"""Edits change what they name and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.document import edits, plist
from profiler.document.edits import Edit, Fix
from profiler.document.source import from_bytes

XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- kept -->
<plist version="1.0">
<dict>
\t<key>A</key>
\t<string>one &amp; two</string> <!-- kept too -->
\t<key>B</key>
\t<array>
\t\t<integer>1</integer>
\t</array>
\t<key>C</key>
\t<dict/>
</dict>
</plist>
"""


def root(text: bytes) -> plist.Node:
    parsed = plist.parse(from_bytes(text))
    assert parsed.problems == []
    assert parsed.root is not None
    return parsed.root


def applied(text: bytes, *wanted: Edit) -> bytes:
    return edits.apply(text, [Fix("test", wanted)])[0]


def node(text: bytes, key: str) -> plist.Node:
    found = root(text).get(key)
    assert found is not None
    return found


def test_replace_touches_the_value_only() -> None:
    assert applied(XML, edits.replace_value(node(XML, "A"), "x < y")) == XML.replace(
        b"one &amp; two", b"x &lt; y"
    )
    assert applied(XML, edits.replace_value(node(XML, "A"), value=True)) == XML.replace(
        b"<string>one &amp; two</string>", b"<true/>"
    )


def test_rename_touches_the_key_only() -> None:
    assert applied(XML, edits.rename_key(node(XML, "A"), "D", XML)) == XML.replace(
        b"<key>A</key>", b"<key>D</key>"
    )


def test_delete_takes_the_line_break_before_it() -> None:
    gone = b"\n\t<key>A</key>\n\t<string>one &amp; two</string>"
    assert applied(XML, edits.delete_entry(node(XML, "A"), XML)) == XML.replace(gone, b"")
    item = node(XML, "B").value[0]
    assert applied(XML, edits.delete_entry(item, XML)) == XML.replace(b"\n\t\t<integer>1</integer>", b"")


def test_insert_copies_the_layout_of_its_neighbours() -> None:
    wanted = XML.replace(b"\t<dict/>\n", b"\t<dict/>\n\t<key>D</key>\n\t<integer>7</integer>\n")
    assert applied(XML, edits.insert_entry(root(XML), "D", 7, XML)) == wanted
    wanted = XML.replace(b"two</string>", b"two</string>\n\t<key>D</key>\n\t<false/>")
    assert applied(XML, edits.insert_entry(root(XML), "D", value=False, content=XML, after="A")) == wanted


def test_insert_into_an_empty_dictionary() -> None:
    inside = b"<dict>\n\t\t<key>D</key>\n\t\t<string>x</string>\n\t</dict>"
    assert applied(XML, edits.insert_entry(node(XML, "C"), "D", "x", XML)) == XML.replace(b"<dict/>", inside)


def test_append_to_an_array() -> None:
    wanted = XML.replace(b"1</integer>", b"1</integer>\n\t\t<integer>2</integer>")
    assert applied(XML, edits.append_item(node(XML, "B"), 2, XML)) == wanted


def test_an_inserted_dictionary_is_indented_like_its_place() -> None:
    done = applied(XML, edits.append_item(node(XML, "B"), {"K": ["v"]}, XML))
    assert (
        b"\n\t\t<dict>\n\t\t\t<key>K</key>\n\t\t\t<array>\n\t\t\t\t<string>v</string>\n\t\t\t</array>\n\t\t</dict>\n\t</array>"
        in done
    )


def test_line_ends_of_windows_stay() -> None:
    text = XML.replace(b"\n", b"\r\n")
    done = applied(text, edits.insert_entry(root(text), "D", 7, text))
    assert done == text.replace(
        b"\t<dict/>\r\n", b"\t<dict/>\r\n\t<key>D</key>\r\n\t<integer>7</integer>\r\n"
    )


def test_a_fix_that_clashes_with_an_earlier_one_waits() -> None:
    first = Fix("first", (Edit(0, 5, "x"),))
    second = Fix("second", (Edit(3, 6, "y"), Edit(8, 9, "z")))
    assert edits.apply(b"0123456789", [first, second]) == (b"x56789", 1)


SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.binary(max_size=20),
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"),
        max_size=20,
    ),
)
KEYS = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=8)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("indent", [b"\t", b"    ", b""], ids=["tabs", "spaces", "one line"])
@given(before=st.dictionaries(KEYS, VALUES, min_size=1, max_size=5), value=VALUES, data=st.data())
def test_every_edit_gives_the_value_wanted(
    indent: bytes, before: dict[str, Any], value: Any, data: st.DataObject
) -> None:
    text = plist.dump(before).replace(b"\t", indent)
    text = text.replace(b"\n", b"") if not indent else text
    tree = root(text)
    key = data.draw(st.sampled_from(sorted(before)))
    assert root(applied(text, edits.replace_value(tree.value[key], value))).plain() == {**before, key: value}
    assert root(applied(text, edits.delete_entry(tree.value[key], text))).plain() == {
        k: v for k, v in before.items() if k != key
    }
    if "new key" not in before:
        assert root(applied(text, edits.insert_entry(tree, "new key", value, text))).plain() == {
            **before,
            "new key": value,
        }
