"""The quick reader and the full parser give the same tree, place by place, or the quick one gives up."""

from __future__ import annotations

import plistlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.document import plain, plist
from profiler.document.source import from_bytes
from profiler.rules import example

CORPUS = Path(__file__).parents[3] / "shared/corpus"
SAMPLES = Path(__file__).parents[2] / "sample_profiles"
MAIL = example.whole("", "com.apple.mail.managed")


def tree(node: plist.Node) -> Any:
    value = node.value
    if node.kind == "dict":
        value = {key: tree(child) for key, child in value.items()}
    elif node.kind == "array":
        value = [tree(child) for child in value]
    return node.kind, node.start, node.end, node.key, node.key_start, value


def same(data: bytes) -> bool:
    """Whether the quick reader took the file; the full parser must then agree and have nothing to say."""
    quick = plain.read(data)
    if quick is None:
        return False
    full = plist.parse(from_bytes(data))
    assert full.problems == []
    assert (full.doctype, full.declared) == (quick.doctype, quick.declared)
    assert full.root is not None
    assert quick.root is not None
    assert tree(full.root) == tree(quick.root)
    return True


def test_a_usual_profile_is_read_quickly() -> None:
    assert same(MAIL)
    assert same(MAIL.replace(b"<dict>", b"<!-- a - b -->\n<dict>", 1))
    assert same(MAIL.replace(b"Kari", "Kåre".encode()))
    assert same(MAIL.replace(b"Kari", b"K&amp;&lt;&gt;&quot;&apos;i"))
    assert same(MAIL.replace(b"\n", b"\r\n"))
    assert same(MAIL.replace(b"<true/>", b"<true />"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Kari", b"K&#65;i"), (b"Kari", b"K&xi;"), (b"Kari", b"K&i"),
        (b"<key>EmailAddress", b"<key>Email&amp;Address"), (b"Kari", b"K\xe5re"), (b"Kari", b"K\x01"), (b"Kari", b"K]]>"),
        (b"Kari", "K\uffff".encode()), (b"Kari", b"<![CDATA[K]]>"), (b"<true/>", b"<true></true>"), (b"<true/>", b"<yes/>"),
        (b"Kari", b"K\r\ni"), (b"<true/>", b"<true  />"), (b"<string>Kari", b"<string x='1'>Kari"),
        (b"<key>EmailAddress</key>", b"<key>EmailAccountName</key>"), (b"<key>EmailAddress</key>", b"<key></key>"),
        (b"<key>EmailAddress</key>", b""), (b"</dict>\n</plist>", b"</plist>"),
        (b"</plist>", b"</plist>x"), (b"<integer>993", b"<integer>0x3E1"), (b"<integer>993", b"<integer>9 93"),
        (b"<?xml", b" <?xml"), (b"<?xml", b"\xef\xbb\xbf<?xml"), (b"UTF-8", b"ISO-8859-1"), (b"<dict>", b"<!-- -- --><dict>"),
        (b"<dict>", b"<!-- \xe5 --><dict>"), (b'.dtd">', b'.dtd" [<!ENTITY a "b">]>'), (b"<string>Kari", b"text<string>Kari"),
        (b"<array>", b"<array><key>A</key>"), (b"<integer>993</integer>", b"<data>@</data>"), (b"<dict>", b"<?a b?><dict>"),
    ],
)  # fmt: skip
def test_anything_unusual_is_left_to_the_full_parser(old: bytes, new: bytes) -> None:
    changed = MAIL.replace(old, new, 1)
    assert changed != MAIL
    assert plain.read(changed) is None


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.mobileconfig")), ids=lambda path: path.name)
def test_samples(path: Path) -> None:
    same(path.read_bytes())


@pytest.mark.shared
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside this checkout")
def test_corpus() -> None:
    files = [path.read_bytes() for path in CORPUS.rglob("*.mobileconfig")]
    assert sum(same(data) for data in files) > len(files) // 2


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"),
    max_size=12,
)
SCALARS = (
    st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | TEXT
    | st.binary(max_size=70)
    | st.floats(allow_nan=False)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(TEXT, VALUES, max_size=4))
def test_any_property_list(value: dict[str, Any]) -> None:
    same(plistlib.dumps(value, sort_keys=False))


PIECES = [
    b"<dict>", b"</dict>", b"<array>", b"</array>", b"<key>a</key>", b"<key>b</key>", b"<string>x</string>", b"<true/>",
    b"<integer>1</integer>", b"<dict/>", b"<array/>", b"<string/>", b"<data>AAAA</data>", b"<!-- c -->", b"\n", b"x", b"</plist>",
    b"\r\n", b"<false />", b"<string>x &amp; y</string>", b"<string>x &y; z</string>", b"<string>x\r\n</string>",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_any_soup_of_tags(pieces: list[bytes]) -> None:
    same(MAIL[: MAIL.index(b"<dict>")] + b"".join(pieces) + b"</plist>\n")
