"""Files are planned together and replaced in one step."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from profiler.document.output import Output, write, write_all
from profiler.errors import ProfilerError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX permission bits")


def test_nothing_is_written_when_one_output_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("in the way")
    with pytest.raises(UsageError, match="b: exists already") as caught:
        write_all([Output(tmp_path / "a", b"1"), Output(tmp_path / "b", b"2")])
    assert caught.value.hint == "--force overwrites it"
    assert not (tmp_path / "a").exists()
    write_all([Output(tmp_path / "a", b"1"), Output(tmp_path / "b", b"2")], force=True)
    assert (tmp_path / "b").read_bytes() == b"2"


def test_two_outputs_with_one_name_are_refused_whatever_their_case(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="two outputs have this name"):
        write_all([Output(tmp_path / "a", b"1"), Output(tmp_path / "A", b"2")], force=True)


def test_a_folder_is_no_output(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        write_all([Output(tmp_path, b"1")], force=True)
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="is not a folder"):
        write_all([Output(tmp_path / "file/below", b"1")])


def test_an_input_may_be_replaced_by_its_own_output(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    write_all([Output(path, b"new", replaces=path)])
    assert path.read_bytes() == b"new"


@posix
def test_permissions(tmp_path: Path) -> None:
    path = tmp_path / "new/a"
    write(path, b"1")
    umask = os.umask(0)
    os.umask(umask)
    assert path.stat().st_mode & 0o777 == 0o666 & ~umask
    path.chmod(0o640)
    write(path, b"2")
    assert path.stat().st_mode & 0o777 == 0o640
    write(path, b"3", secret=True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(
    os.name == "nt" or sys.platform == "cygwin" or os.geteuid() == 0, reason="root may write anywhere"
)
def test_no_permission_is_said_before_anything_is_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ProfilerError, match="no permission to write"):
        write_all([Output(tmp_path / "a", b"1")])


@posix
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


@posix
def test_a_pipe_is_written_into_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "link").symlink_to(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_all([Output(pipe, b"through ", secret=True)])
        write_all([Output(tmp_path / "link", b"a link")])
        assert os.read(reader, 100) == b"through a link"
    finally:
        os.close(reader)
    assert pipe.is_fifo()
    assert sorted(tmp_path.iterdir()) == [tmp_path / "link", pipe]


@posix
def test_a_link_to_nowhere_is_filled(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("real")
    write(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"
