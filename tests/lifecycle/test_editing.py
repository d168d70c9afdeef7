"""Edits to the text of a profile: what was asked changes, and not one other byte."""

from __future__ import annotations

import datetime
import plistlib
from typing import Any

import pytest

from profiler.document import edits
from profiler.document.document import Document
from profiler.document.edits import Fix
from profiler.document.source import from_bytes
from profiler.errors import ProfilerError, UsageError
from profiler.lifecycle.editing import Text

XML = """<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0">
<!-- kept -->
<dict>
  <key>B</key>  <!-- of B -->
  <integer>1</integer> <!-- after -->
  <key>A</key>
  <array>
    <string>x</string>
  </array>
</dict>
</plist>
"""


def text(data: str | bytes) -> Text:
    return Text(from_bytes(data.encode() if isinstance(data, str) else data, "t"))


def test_a_value_is_written_in_its_place() -> None:
    one = text(XML)
    one.set(("B",), 2)
    assert one.data.decode() == XML.replace("<integer>1<", "<integer>2<")
    one.set(("B",), 2)
    assert one.data.decode() == XML.replace("<integer>1<", "<integer>2<")


def test_one_two_and_true_are_different_values() -> None:
    one = text(XML)
    for value, written in ((1.0, "<real>1.0</real>"), (True, "<true/>"), (1, "<integer>1</integer>")):
        one.set(("B",), value)
        assert one.data.decode() == XML.replace("<integer>1</integer>", written)


def test_a_new_key_follows_the_layout() -> None:
    one = text(XML)
    one.set(("C",), "ø & <")
    assert "  </array>\n  <key>C</key>\n  <string>ø &amp; &lt;</string>\n</dict>" in one.data.decode()
    one.set(("D", "E"), [True])
    assert plistlib.loads(one.data) == {"B": 1, "A": ["x"], "C": "ø & <", "D": {"E": [True]}}


def test_a_sorted_dictionary_stays_sorted() -> None:
    one = text(plistlib.dumps({"a": 1, "c": 2}))
    one.set(("b",), 3)
    assert list(plistlib.loads(one.data)) == ["a", "b", "c"]


def test_removing_takes_every_copy_of_a_key() -> None:
    one = text(XML.replace("<key>A</key>", "<key>B</key>\n  <integer>7</integer>\n  <key>A</key>"))
    one.remove(("B",))
    assert plistlib.loads(one.data) == {"A": ["x"]}
    one.remove(("nothing", 3))
    assert plistlib.loads(one.data) == {"A": ["x"]}


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_the_encoding_of_the_file_stays(codec: str) -> None:
    declared = XML.replace("UTF-8", "UTF-8" if codec == "utf-8-sig" else "UTF-16")
    one = text(declared.encode(codec))
    one.set(("C",), "ø")
    assert one.data.decode(codec) == declared.replace(
        "  </array>\n", "  </array>\n  <key>C</key>\n  <string>ø</string>\n"
    )


def test_a_single_byte_encoding_stays() -> None:
    one = text(XML.replace("UTF-8", "ISO-8859-1").replace("kept", "gehört").encode("latin-1"))
    one.set(("C",), "ø€")
    assert "<string>&#248;&#8364;</string>" in one.data.decode("latin-1")
    assert "gehört" in one.data.decode("latin-1")
    assert one.find(("C",)).value == "ø€"  # type: ignore[union-attr]


def test_a_binary_profile_becomes_xml() -> None:
    one = text(plistlib.dumps({"b": b"\0", "a": 1}, fmt=plistlib.FMT_BINARY))
    assert one.data.startswith(b"<?xml")
    assert plistlib.loads(one.data) == {"b": b"\0", "a": 1}


@pytest.mark.parametrize("value", ["\0", "a\rb", "\ud800", {"k": ["\x1b"]}, {"\x01": 1}])
def test_text_that_xml_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(UsageError, match=r"^C: holds a character that no profile can"):
        text(XML).set(("C",), value)


def test_there_is_no_place_inside_a_scalar() -> None:
    with pytest.raises(UsageError, match=r"^B\.x: there is no place"):
        text(XML).set(("B", "x"), 1)
    with pytest.raises(ProfilerError, match="cannot be read"):
        text("<plist><dict>")


def test_collections_keep_line_breaks_inside_strings() -> None:
    value = {"a": ["one\n\ttwo", b"\0" * 90, 2.5, {}, [], datetime.datetime(2027, 1, 2)]}  # noqa: DTZ001
    content = XML.encode()
    root = Document(from_bytes(content)).root
    assert root is not None
    for edit in (
        edits.insert_entry(root, "C", value, content),
        edits.replace_value(root.value["B"], value),
    ):
        read = plistlib.loads(edits.apply(content, [Fix("", (edit,))])[0])
        assert value in read.values()


def test_an_item_goes_to_the_start_of_an_array() -> None:
    content = XML.encode()
    root = Document(from_bytes(content)).root
    assert root is not None
    edit = edits.prepend_item(root.value["A"], "w", content)
    assert edits.apply(content, [Fix("", (edit,))])[0].decode() == XML.replace(
        "<string>x<", "<string>w</string>\n    <string>x<"
    )
