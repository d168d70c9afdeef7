"""References to secrets, and what they say when there is nothing behind them."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

import pytest

from profiler import secret
from profiler.errors import ProfilerError, UsageError

if TYPE_CHECKING:
    from pathlib import Path


def test_the_four_forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_SECRET", "from env ")
    (tmp_path / "s").write_bytes(b"from file\r\n")
    assert secret.resolve("env:MAIL_SECRET") == "from env "
    assert secret.resolve(f"file:{tmp_path / 's'}") == "from file"
    assert secret.resolve(f'cmd:"{sys.executable}" -c "print(\'from cmd\')"') == "from cmd"
    assert [secret.is_reference(text) for text in ("env:A", "prompt:", "hunter2", "ENV:A")] == [
        True,
        True,
        False,
        False,
    ]


def test_the_byte_order_mark_of_an_editor_is_no_part_of_a_secret(tmp_path: Path) -> None:
    (tmp_path / "s").write_bytes(b"\xef\xbb\xbffrom Notepad\r\n")
    assert secret.resolve(f"file:{tmp_path / 's'}") == "from Notepad"


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("env:NO_SUCH_NAME", "the key: the environment variable NO_SUCH_NAME is not set"),
        ("file:/no/such/file", "the key: cannot read /no/such/file: No such file or directory"),
        ("cmd:/no/such/program x", "the key: cannot run the command"),
        ("cmd:", "the key: cannot run the command"),
        ("env:NO_TEXT", "the key: the environment variable NO_TEXT is not UTF-8 text"),
        (
            f"cmd:'{sys.executable}' -c 'import os; os.write(1, bytes([255]))'",
            "the key: the command did not answer with UTF-8 text",
        ),
        ("cmd:false", "the key: the command ended with exit code 1"),
        ("prompt:", "the key: prompt: needs a terminal"),
        ("file:~nobody-here/x", "the key: cannot read ~nobody-here/x: No such file or directory"),
    ],
)
def test_a_source_with_nothing_to_give_is_exit_3(
    reference: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.setitem(os.environ, "NO_TEXT", "\udcff")
    with pytest.raises(ProfilerError, match=message) as caught:
        secret.resolve(reference, what="the key")
    assert caught.value.exit_code == 3


def test_a_secret_given_by_mistake_is_not_repeated() -> None:
    with pytest.raises(UsageError) as caught:
        secret.resolve("hunter2", what="the password")
    assert "hunter2" not in caught.value.message + caught.value.hint
    assert caught.value.message == "the password must be given by reference"


@pytest.mark.parametrize(
    ("platform", "command", "words"),
    [
        ("linux", r"pass show mail\ box 'a b' #1", ["pass", "show", "mail box", "a b", "#1"]),
        (
            "win32",
            r'"C:\Program Files\op.exe" read C:\vault\mail',
            [r"C:\Program Files\op.exe", "read", r"C:\vault\mail"],
        ),
    ],
)
def test_a_backslash_separates_folders_on_windows(
    platform: str, command: str, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert secret.words_of(command) == words
