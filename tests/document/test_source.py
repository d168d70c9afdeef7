from __future__ import annotations

import codecs
import io
import sys
from typing import TYPE_CHECKING

import pytest

from profiler.document import plist
from profiler.document.document import Document
from profiler.document.source import Envelope, Position, from_bytes, read
from profiler.errors import ProfilerError

if TYPE_CHECKING:
    from pathlib import Path

BODY = '<plist version="1.0">\n<dict>\n\t<key>Navn</key>\n\t<string>Blåbær 😀</string>\n</dict>\n</plist>\n'
HEADER = '<?xml version="1.0" encoding="{}"?>\n'


def header(encoding: str) -> str:
    return HEADER.format(encoding)


def name_in(data: bytes) -> str | None:
    document = Document(from_bytes(data))
    assert document.root is not None
    return document.root.string("Navn")


def found(data: bytes) -> list[tuple[str, str]]:
    return [(one.rule, one.message) for one in plist.parse(from_bytes(data)).problems]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param((header("UTF-8") + BODY).encode(), id="utf-8"),
        pytest.param((header("utf-8") + BODY).encode("utf-8-sig"), id="utf-8 with a mark"),
        pytest.param(BODY.encode(), id="no header"),
        pytest.param((header("UTF-16") + BODY).encode("utf-16"), id="utf-16"),
        pytest.param(
            codecs.BOM_UTF16_BE + (header("UTF-16") + BODY).encode("utf-16-be"), id="utf-16 big end first"
        ),
        pytest.param((header("UTF-16") + BODY).encode("utf-16-le"), id="utf-16 without a mark"),
        pytest.param(BODY.encode("utf-16"), id="utf-16 without a header"),
    ],
)
def test_encodings_that_need_no_word(data: bytes) -> None:
    assert name_in(data) == "Blåbær 😀"
    assert found(data) == []


@pytest.mark.parametrize(
    ("declared", "codec"),
    [("ISO-8859-1", "latin-1"), ("windows-1252", "cp1252"), ("iso-8859-15", "iso-8859-15")],
)
def test_single_byte_encodings_that_are_declared(declared: str, codec: str) -> None:
    data = (header(declared) + BODY.replace(" 😀", "")).encode(codec)
    assert name_in(data) == "Blåbær"
    assert found(data) == []


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (
            (header("ISO-8859-1") + BODY.replace(" 😀", "")).encode(),
            "BlÃ¥bÃ¦r",
            "declares ISO-8859-1, but the bytes are UTF-8",
        ),
        (
            (header("UTF-8") + BODY.replace(" 😀", "")).encode("latin-1"),
            "Blåbær",
            "declares UTF-8, but the byte 0xE5 is not UTF-8",
        ),
        (
            BODY.replace(" 😀", "").encode("latin-1"),
            "Blåbær",
            "declares UTF-8, but the byte 0xE5 is not UTF-8",
        ),
        (
            (header("foo-8") + BODY).encode(),
            "Blåbær 😀",
            "declares the encoding foo-8, which readers of profiles do not know",
        ),
        (
            (header("shift_jis") + BODY).encode(),
            "Blåbær 😀",
            "declares the encoding shift_jis, which readers of profiles do not know",
        ),
        (
            (header("UTF-16") + BODY).encode(),
            "Blåbær 😀",
            "declares the encoding UTF-16, which these bytes are not in",
        ),
        ((header("UTF-8") + BODY).encode("utf-16"), "Blåbær 😀", "declares UTF-8, but the bytes are UTF-16"),
    ],
)
def test_a_wrong_encoding_is_said_and_the_file_is_read_all_the_same(
    data: bytes, name: str, message: str
) -> None:
    assert found(data) == [("doc-encoding", message)]
    assert name_in(data) == name


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"\0\0\0", "neither an XML nor a binary property list, nor a signed one"),
        (b"hello", "neither an XML nor a binary property list, nor a signed one"),
        (BODY.encode("utf-32"), "neither an XML nor a binary property list, nor a signed one"),
        (BODY.encode("utf-16")[:-1], "neither an XML nor a binary property list, nor a signed one"),
        (b"<plist>" + bytes(16 * 1024 * 1024), "the file is larger than 16 MiB; no profile is"),
    ],
)
def test_bytes_that_are_no_profile(data: bytes, message: str) -> None:
    source = from_bytes(data)
    assert (source.unreadable, source.envelope) == (message, Envelope.UNREADABLE)
    assert found(data) == [("doc-unreadable", message)]


@pytest.mark.parametrize("lead", ["\n", " \r\n\t", "Warning: something\n", "<!-- made by hand -->\n"])
def test_what_stands_before_the_xml_is_counted_and_skipped(lead: str) -> None:
    source = from_bytes((lead + BODY).encode())
    assert source.lead == (0 if lead.startswith("<") else len(lead))
    assert name_in((lead + BODY).encode()) == "Blåbær 😀"


def test_places_count_characters_from_one_and_bytes_from_zero() -> None:
    data = (header("UTF-8") + BODY).encode()
    source = from_bytes(data)
    end = data.index("æ".encode())
    assert source.position(end) == Position(5, 14, end)
    assert source.position(0) == Position(1, 1, 0)


def test_a_byte_order_mark_takes_no_column() -> None:
    source = from_bytes(codecs.BOM_UTF8 + BODY.encode())
    assert source.position(3) == Position(1, 1, 3)


def test_places_in_utf16_are_those_of_its_text() -> None:
    document = Document(from_bytes((header("UTF-16") + BODY).encode("utf-16")))
    assert document.root is not None
    node = document.root.value["Navn"]
    assert document.source.position(node.start)[:2] == (5, 2)


@pytest.mark.parametrize("cut", [-2, -3, -4, -5])
def test_a_broken_utf16_file_is_not_called_wrongly_encoded(cut: int) -> None:
    data = (header("UTF-16") + BODY)[:cut].encode("utf-16")
    assert found(data) == [("doc-unreadable", "not well-formed XML: unclosed token")]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_text_of_a_utf16_file_goes_back_into_utf16(codec: str, mark: str) -> None:
    data = (mark + header("UTF-16") + BODY).encode(codec)
    source = from_bytes(data)
    assert source.editable
    assert source.encoded(source.content) == data


def test_envelopes() -> None:
    assert from_bytes(BODY.encode()).envelope is Envelope.XML
    assert from_bytes(b"bplist00").envelope is Envelope.BINARY
    assert Document(from_bytes(b"bplist00")).envelope is Envelope.UNREADABLE
    encrypted = b"<plist><dict><key>EncryptedPayloadContent</key><data>YQ==</data></dict></plist>"
    assert Document(from_bytes(encrypted)).envelope is Envelope.ENCRYPTED


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ProfilerError) as caught:
        read(tmp_path / "none.mobileconfig")
    assert (
        caught.value.message == f"{tmp_path / 'none.mobileconfig'}: cannot be read: No such file or directory"
    )


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path  # noqa: PLC0415

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BODY.encode())))
    source = read(Path("-"))
    assert (source.name, source.data) == ("-", BODY.encode())


def test_an_encoding_is_read_inside_a_signature_too() -> None:
    source = from_bytes((header("ISO-8859-1") + BODY.replace(" 😀", "")).encode("latin-1"))
    source.data = b"a signature around it"
    document = Document(source)
    assert document.problems == []
    assert document.root is not None
    assert document.root.string("Navn") == "Blåbær"
