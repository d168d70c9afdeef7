# ruff: noqa: E501 - a table reads best with one case to a line
from __future__ import annotations

import datetime
import plistlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiler.document import plist
from profiler.document.source import from_bytes
from tests import clock

DOCTYPE = (
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">'
)
HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n{DOCTYPE}\n<plist version="1.0">'


def whole(body: str) -> bytes:
    return f"{HEAD}{body}</plist>".encode()


def parse(data: bytes) -> plist.Parsed:
    return plist.parse(from_bytes(data))


def value(data: bytes) -> Any:
    parsed = parse(data)
    assert parsed.problems == []
    assert parsed.root is not None
    return parsed.root.plain()


def problems(data: bytes) -> list[tuple[str, str, str]]:
    """Rule, message and the text at fault."""
    parsed = parse(data)
    return [(one.rule, one.message, text(data, one)) for one in parsed.problems]


def text(data: bytes, problem: plist.Problem) -> str:
    """The bytes a problem names; up to the end of the tag or word where it names a place only."""
    if problem.start < 0:
        return ""
    end = problem.end
    if end == problem.start:
        end = data.find(b">", problem.start) + 1 or len(data)
    return data[problem.start : end].decode("utf-8", "replace")


# Values: the same as plistlib's.
@pytest.mark.parametrize(
    "body",
    [
        "<dict/>", "<dict></dict>", "<array/>", "<string/>", "<string></string>", "<string> a </string>", "<data/>", "<data></data>",
        "<integer>5</integer>", "<integer> 5 </integer>", "<integer>+5</integer>", "<integer>-9223372036854775808</integer>",
        "<integer>18446744073709551615</integer>", "<integer>0x1F</integer>", "<real>443</real>", "<real>-1.5e3</real>",
        "<true/>", "<true></true>", "<false/>", "<date>2026-01-31T12:30:00Z</date>", "<data>\n\tYWJj\n\tZA==\n</data>",
        "<string><![CDATA[<x>&]]></string>", "<string>a<!-- c -->b</string>", "<string>a\r\nb</string>", "<string>&lt;&#229;&amp;</string>",
        "<string>/></string>", "<dict><key>a</key><array><dict><key>b</key><string>x</string></dict></array></dict>",
    ],
)  # fmt: skip
def test_values_are_those_of_plistlib(body: str) -> None:
    assert value(whole(body)) == plistlib.loads(whole(body))


def test_a_negative_hexadecimal_number_is_read_though_plistlib_cannot() -> None:
    assert value(whole("<integer>-0X1F</integer>")) == -31


def test_a_dictionary_without_plist_around_it_is_read() -> None:
    assert value(b"<dict><key>a</key><true/></dict>") == {"a": True}


@pytest.mark.parametrize("tail", ["\n", "<!-- made by hand -->\n", "  "])
def test_comments_and_blanks_after_the_end_are_fine(tail: str) -> None:
    assert value(whole("<dict/>") + tail.encode()) == {}


# Everything that plistlib takes or drops without a word has a place, and so has what it only raises for.
@pytest.mark.parametrize(
    ("body", "rule", "message", "at"),
    [
        ("<integer>1_000</integer>", "doc-unreadable", "<integer> holds '1_000', which is no integer", "<integer>1_000</integer>"),
        ("<integer>١٢</integer>", "doc-unreadable", "<integer> holds '١٢', which is no integer", "<integer>١٢</integer>"),
        ("<integer>18446744073709551616</integer>", "doc-unreadable", "<integer> holds '18446744073709551616', which is no integer", "<integer>18446744073709551616</integer>"),
        (f"<integer>{'9' * 5000}</integer>", "doc-unreadable", f"<integer> holds '{'9' * 30}…', which is no integer", f"<integer>{'9' * 5000}</integer>"),
        ("<integer></integer>", "doc-unreadable", "<integer> holds nothing, which is no integer", "<integer></integer>"),
        ("<integer/>", "doc-unreadable", "<integer> holds nothing, which is no integer", "<integer/>"),
        ("<integer>5.0</integer>", "doc-unreadable", "<integer> holds '5.0', which is no integer", "<integer>5.0</integer>"),
        ("<real>nan</real>", "doc-unreadable", "<real> holds 'nan', which is no real", "<real>nan</real>"),
        ("<real>inf</real>", "doc-unreadable", "<real> holds 'inf', which is no real", "<real>inf</real>"),
        ("<real>1e400</real>", "doc-unreadable", "<real> holds '1e400', which is no real", "<real>1e400</real>"),
        ("<real>1_0.5</real>", "doc-unreadable", "<real> holds '1_0.5', which is no real", "<real>1_0.5</real>"),
        ("<date>2026-01-01T00:00:00Zx</date>", "doc-unreadable", "<date> holds '2026-01-01T00:00:00Zx', which is no date", "<date>2026-01-01T00:00:00Zx</date>"),
        ("<date>2026-01-01T00:00:00</date>", "doc-unreadable", "<date> holds '2026-01-01T00:00:00', which is no date", "<date>2026-01-01T00:00:00</date>"),
        ("<date>2026-01-01</date>", "doc-unreadable", "<date> holds '2026-01-01', which is no date", "<date>2026-01-01</date>"),
        ("<date>2026-13-01T00:00:00Z</date>", "doc-unreadable", "<date> holds '2026-13-01T00:00:00Z', which is no date", "<date>2026-13-01T00:00:00Z</date>"),
        ("<date>0000-01-01T00:00:00Z</date>", "doc-unreadable", "<date> holds '0000-01-01T00:00:00Z', which is no date", "<date>0000-01-01T00:00:00Z</date>"),
        ("<data>@@@@</data>", "doc-unreadable", "<data> is no Base64", "<data>@@@@</data>"),
        ("<data>YQ</data>", "doc-unreadable", "<data> is no Base64", "<data>YQ</data>"),
        ("<true>x</true>", "doc-unreadable", "<true> holds 'x', which is no boolean", "<true>x</true>"),
        ("<string>x<b>y</b>z</string>", "doc-unreadable", "<b> inside <string>; readers drop one of them", "<b>"),
        ("<string>x<string>y</string>z</string>", "doc-unreadable", "<string> inside <string>; readers drop one of them", "<string>"),
        ("<dict/><string>x</string>", "doc-unreadable", "a second value beside the root; readers disagree which one counts", "<string>"),
        ("junk<dict/>", "doc-unreadable", "text outside of any value: 'junk'", "junk"),
        ("<dict>junk</dict>", "doc-unreadable", "text outside of any value: 'junk'", "junk"),
        ("<dict>\n  junk > and\n  more\n</dict>", "doc-unreadable", "text outside of any value: 'junk > and more'", "and\n  more"),
        ("<dict><key>a</key></dict>", "doc-unreadable", "the key 'a' has no value", "<key>"),
        ("<dict><key>a</key><key>b</key><true/></dict>", "doc-unreadable", "the key 'a' has no value", "<key>"),
        ("<dict><true/></dict>", "doc-unreadable", "a value without a <key> before it", "<true/>"),
        ("<array><key>a</key></array>", "doc-unreadable", "<key> outside of a dictionary", "<key>a</key>"),
        ("<dict><key>a</key><foo><string>x</string></foo></dict>", "doc-unreadable", "<foo> is no element of a property list", "<foo>"),
        ("<dict><key>a</key><foo><string>x</string>y<true/></foo><key>b</key><true/></dict>", "doc-unreadable", "<foo> is no element of a property list", "<foo>"),
        ("<foo><dict/></foo>", "doc-unreadable", "<foo> is no element of a property list", "<foo>"),
        ("<dict><key>a</key><plist/></dict>", "doc-unreadable", "<plist> is no element of a property list", "<plist/>"),
        ("", "doc-unreadable", "the property list is empty", '<?xml version="1.0" encoding="UTF-8"?>'),
        ("<dict><key>a</key><true/><key>a</key><false/></dict>", "doc-duplicate-key", "a is written twice in one dictionary; readers keep one of them without a word", "<key>"),
        ("<string>x&foo;y</string>", "doc-entity", "uses the undeclared entity &foo; which parsers drop without a word", "&foo;"),
        ("<dict><key></key><true/></dict>", "doc-ignored-markup", "an empty <key> has no meaning in a property list; readers drop it", "<key>"),
        ('<true lang="no"/>', "doc-ignored-markup", "the attribute 'lang' of <true> has no meaning in a property list; readers drop it", '<true lang="no"/>'),
        ("<?foo bar?><true/>", "doc-ignored-markup", "the instruction <?foo ?> has no meaning in a property list; readers drop it", "<?foo bar?>"),
    ],
)  # fmt: skip
def test_one_mistake_is_one_problem_with_its_place(body: str, rule: str, message: str, at: str) -> None:
    found = [one for one in problems(whole(body)) if one[1] != "the property list is empty" or not body]
    assert found == [(rule, message, at)]


@pytest.mark.parametrize(
    ("data", "rule", "message", "at"),
    [
        (whole("<string>a & b</string>"), "doc-unreadable", "not well-formed XML: a bare '&'; write &amp;", " b</string>"),
        (whole("<!-- a -- b --><dict/>"), "doc-unreadable", "not well-formed XML: '--' inside a comment", " b -->"),
        (whole("<dict/>") + b"junk", "doc-unreadable", "not well-formed XML: junk after document element", "junk"),
        (b"<plist><dict>", "doc-unreadable", "not well-formed XML: the file ends too early (no element found)", ""),
        (b"<plist><dict></plist>", "doc-unreadable", "not well-formed XML: mismatched tag", "plist>"),
        (b"<plist><string>x&foo;</string></plist>", "doc-unreadable", "not well-formed XML: undefined entity", "&foo;</string>"),
        (b"<plist><string>\x01</string></plist>", "doc-unreadable", "not well-formed XML: not well-formed (invalid token)", "\x01</string>"),
        (b"<plist><string>&#0;</string></plist>", "doc-unreadable", "not well-formed XML: reference to invalid character number", "&#0;</string>"),
        (b'<plist version="9"><dict/></plist>', "doc-ignored-markup", "version '9' of <plist> has no meaning in a property list; readers drop it", '<plist version="9">'),
        (b"<html><p>no<br></html>", "doc-unreadable", "the outermost element is <html>, where <plist> belongs", "<html>"),
        (b'<!DOCTYPE plist [<!ENTITY a "b">]><plist><string>&a;</string></plist>', "doc-entity", "declares the entity 'a'; no profile needs one, and devices need not expand it", '"b">'),
        (b'<!DOCTYPE plist [<!ENTITY a SYSTEM "file:///etc/passwd">]><plist/>', "doc-entity", "declares the entity 'a'; no profile needs one, and devices need not expand it", ">"),
        (b'<!DOCTYPE plist [<!NOTATION n SYSTEM "x">]><plist><dict/></plist>', "doc-entity", "the DOCTYPE has declarations of its own", '[<!NOTATION n SYSTEM "x">'),
    ],
)  # fmt: skip
def test_files_that_are_no_xml_or_too_much_of_it(data: bytes, rule: str, message: str, at: str) -> None:
    assert problems(data) == [(rule, message, at)]


def test_positions_are_exact() -> None:
    data = whole(
        "\n<dict>\n\t<key>Å</key>\n\t<string>é😀</string>\n\t<key>b</key>\n\t<array>\n\t\t<true/>\n\t</array>\n</dict>\n"
    )
    root = parse(data).root
    assert root is not None
    name, items = root.value["Å"], root.value["b"]
    assert data[name.start : name.end].decode() == "<string>é😀</string>"
    assert data[name.key_start :].startswith("<key>Å".encode())
    assert data[items.start : items.end] == b"<array>\n\t\t<true/>\n\t</array>"
    assert data[items.value[0].start : items.value[0].end] == b"<true/>"
    assert (items.value[0].path, items.value[0].key_start) == (("b", 0), -1)
    assert data[root.start : root.end].startswith(b"<dict>")
    assert data[root.start : root.end].endswith(b"</dict>")


def test_of_a_key_written_twice_the_last_counts_and_the_first_is_remembered() -> None:
    parsed = parse(whole("<dict><key>a</key><integer>1</integer><key>a</key><integer>2</integer></dict>"))
    assert parsed.root is not None
    assert parsed.root.plain() == {"a": 2}
    problem = parsed.problems[0]
    assert problem.first is not None
    assert problem.node is parsed.root.value["a"]
    assert problem.first.value == 1


def test_a_value_that_is_none_of_its_kind_is_there_without_a_value() -> None:
    root = parse(whole("<dict><key>Port</key><integer>{{port}}</integer></dict>")).root
    assert root is not None
    assert (root.value["Port"].kind, root.value["Port"].value) == ("integer", None)


def test_typed_reading() -> None:
    root = parse(whole(
        "<dict><key>s</key><string>x</string><key>i</key><integer>1</integer><key>r</key><real>993.0</real>"
        "<key>f</key><real>1.5</real><key>b</key><true/><key>d</key><data>YQ==</data></dict>"
    )).root  # fmt: skip
    assert root is not None
    assert (root.string("s"), root.string("i"), root.string("none")) == ("x", None, None)
    assert (root.integer("i"), root.integer("r"), root.integer("f"), root.integer("s")) == (
        1,
        993,
        None,
        None,
    )
    assert (root.boolean("b"), root.boolean("i"), root.boolean("s")) == (True, True, None)
    assert (root.data("d"), root.data("s")) == (b"a", None)
    assert [node.key for node in root.walk()] == [None, "s", "i", "r", "f", "b", "d"]


# Hostile input: an orderly problem, and soon.
def soon_parsed(data: bytes) -> plist.Parsed:
    return clock.soon(lambda: parse(data))


def attributes(count: int) -> str:
    return "<dict " + " ".join(f"a{number}='1'" for number in range(count)) + "/>"


def laughs() -> bytes:
    entities = ['<!ENTITY l0 "ha">', *(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))]
    return f"<!DOCTYPE plist [{''.join(entities)}]><plist><string>&l9;</string></plist>".encode()


@pytest.mark.parametrize(
    ("data", "rule", "message"),
    [
        pytest.param(laughs(), "doc-entity", "declares the entity 'l0'; no profile needs one, and devices need not expand it", id="billion-laughs"),
        pytest.param(whole("<array>" * 500_000 + "</array>" * 500_000), "doc-unreadable", "nested deeper than 64 levels; no profile is", id="deep"),
        pytest.param(whole(f"<array>{'<true/>' * 200_001}</array>"), "doc-unreadable", "more than 200000 values; no profile has so many", id="many"),
        pytest.param(b"<plist>" + b" " * 17_000_000, "doc-unreadable", "the file is larger than 16 MiB; no profile is", id="large"),
        pytest.param(whole("<real>" + "0" * 100_000 + "x</real>"), "doc-unreadable", "<real> holds '000000000000000000000000000000…', which is no real", id="a long number"),
        pytest.param(whole(attributes(50_000)), "doc-ignored-markup", "the attribute 'a0' of <dict> has no meaning in a property list; readers drop it", id="attributes"),
    ],
)  # fmt: skip
def test_hostile_files_are_soon_refused(data: bytes, rule: str, message: str) -> None:
    assert [(one.rule, one.message) for one in soon_parsed(data).problems] == [(rule, message)]


def test_sixty_four_levels_are_fine() -> None:
    assert parse(whole("<array>" * 64 + "</array>" * 64)).problems == []


@pytest.mark.parametrize("body", ["&amp;" * 500_000, "x" * 5_000_000])
def test_long_texts_are_soon_read(body: str) -> None:
    root = soon_parsed(whole(f"<string>{body}</string>")).root
    assert root is not None
    assert root.value == body.replace("&amp;", "&")


# Binary property lists.
def binary(objects: list[bytes]) -> bytes:
    """A binary property list of raw objects, the first one on top; references are one byte."""
    body, offsets = b"bplist00", []
    for one in objects:
        offsets.append(len(body))
        body += one
    table = b"".join(offset.to_bytes(2, "big") for offset in offsets)
    count = len(objects).to_bytes(8, "big")
    return body + table + bytes(6) + b"\x02\x01" + count + bytes(8) + len(body).to_bytes(8, "big")


def test_a_binary_file_reads_as_its_xml() -> None:
    content = {
        "a": [1, True, 2.5, "x", b"y", datetime.datetime(2026, 1, 31, 12)],  # noqa: DTZ001 - as plistlib has it
        "b": {"c": -5},
    }
    data = plistlib.dumps(content, fmt=plistlib.FMT_BINARY)
    assert value(data) == content
    root = parse(data).root
    assert root is not None
    assert {node.start for node in root.walk()} == {-1}


ENDLESS = "a binary property list that refers to itself or never ends"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(binary([b"\xa1\x00"]), ENDLESS, id="an array in itself"),
        pytest.param(binary([b"\xa1\x01", b"\xa1\x00"]), ENDLESS, id="two arrays in each other"),
        pytest.param(binary([b"\xd1\x01\x00", b"\x51a"]), ENDLESS, id="a dictionary in itself"),
        pytest.param(binary([*(bytes([0xA2, n + 1, n + 1]) for n in range(60)), b"\x09"]), ENDLESS, id="two to the sixtieth"),
        pytest.param(binary([b"\xd1\x01\x01", b"\x10\x05"]), "a dictionary key that is no string", id="a number for a key"),
        pytest.param(binary([b"\x80\x05"]), "a value of a kind profiles do not know (UID)", id="a UID"),
        pytest.param(b"bplist00", "a damaged binary property list", id="a head alone"),
        pytest.param(binary([b"\xa1\x07"]), "a damaged binary property list", id="a reference into nothing"),
        pytest.param(binary([b"\x4f\x13\xff\xff\xff\xff\xff\xff\xff\xff"]), "a damaged binary property list", id="a huge length"),
        pytest.param(binary([b"\x33" + b"\x7f" * 8]), "a damaged binary property list", id="a date beyond time"),
    ],
)  # fmt: skip
def test_broken_binary_files(data: bytes, message: str) -> None:
    assert [(one.rule, one.message) for one in soon_parsed(data).problems] == [("doc-unreadable", message)]


def test_a_deep_binary_file() -> None:
    nested: list[Any] = []
    for _ in range(200):
        nested = [nested]
    parsed = soon_parsed(plistlib.dumps(nested, fmt=plistlib.FMT_BINARY))
    assert [one.message for one in parsed.problems] == [ENDLESS]


# Random input.
PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")))
    | st.binary() | st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(2200, 1, 1)).map(lambda one: one.replace(microsecond=0)),  # noqa: DTZ001
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(PLAIN, st.sampled_from([plistlib.FMT_XML, plistlib.FMT_BINARY]))
def test_any_value_comes_back(content: Any, fmt: plistlib.PlistFormat) -> None:
    data = plistlib.dumps(content, fmt=fmt)
    assert value(data) == plistlib.loads(data)


@given(PLAIN)
def test_what_is_dumped_is_read_back(content: Any) -> None:
    assert value(plist.dump(content)) == plistlib.loads(plist.dump(content))


SOUP = st.lists(
    st.sampled_from([
        "<dict>", "</dict>", "<array>", "</array>", "<key>", "</key>", "<string>", "</string>", "<integer>", "</integer>", "<real>1",
        "</real>", "<true/>", "<false>", "</false>", "<date>", "</date>", "<data>", "</data>", "<plist>", "</plist>", "<foo>", "</foo>",
        "<!--", "-->", "<![CDATA[", "]]>", "&amp;", "&x;", "&", "<?a b?>", "{{#if}}", "a", " ", "\n", "é", "\x00", "<!DOCTYPE plist [", "]>",
        '<?xml version="1.0" encoding="ISO-8859-1"?>', '<?xml version="1.0" encoding="shift_jis"?>', "<dict/>", "12", "YQ==",
    ]),
    max_size=40,
)  # fmt: skip


@settings(max_examples=400)
@given(SOUP, st.sampled_from(["utf-8", "latin-1", "utf-16", "utf-16-be"]), st.booleans())
def test_tag_soup_never_raises_and_points_into_the_file(soup: list[str], codec: str, headed: bool) -> None:
    data = ((HEAD if headed else "") + "".join(soup)).encode(codec)
    source = from_bytes(data)
    parsed = plist.parse(source)
    assert parsed.root is not None or parsed.problems
    for problem in parsed.problems:
        assert -1 <= problem.start <= problem.end <= len(source.content)
        assert source.position(max(problem.start, 0)).line >= 1
    for node in parsed.root.walk() if parsed.root is not None else ():
        assert 0 <= node.start < node.end <= len(source.content)


@settings(max_examples=300)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"bplist00", b"<?xml ", b"<plist>", b"0\x80\x06\x09", b"\xff\xfe<\0"]),
)
def test_random_bytes_never_raise(tail: bytes, head: bytes) -> None:
    source = from_bytes(head + tail)
    parsed = plist.parse(source)
    assert parsed.root is not None or parsed.problems


@settings(max_examples=300)
@given(st.data())
def test_a_damaged_binary_file_never_raises(data: st.DataObject) -> None:
    whole_file = bytearray(plistlib.dumps({"a": [1, {"b": "c"}], "d": b"e"}, fmt=plistlib.FMT_BINARY))
    for _ in range(data.draw(st.integers(1, 4))):
        whole_file[data.draw(st.integers(8, len(whole_file) - 1))] = data.draw(st.integers(0, 255))
    parsed = parse(bytes(whole_file))
    assert parsed.root is not None or parsed.problems
