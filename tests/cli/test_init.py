"""`profiler init`: what it writes can be built."""

from __future__ import annotations

import plistlib
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize(
    "email", ["anna@fastmail.com", "anna@outlook.com", "anna@gmail.com", "anna@muster-firma.ch"]
)
def test_a_starter_spec_builds(email: str, profiler: Callable[..., Any]) -> None:
    ran = profiler("init", email, "-o", "spec.toml")
    assert (ran.code, ran.out) == (0, "spec.toml: written\n")
    built = profiler("build", "--spec", "spec.toml")
    assert built.code == 0
    assert plistlib.loads(built.out.encode())["PayloadContent"][0]["EmailAddress"] == email


def test_unknown_servers_are_said_to_be_unknown(profiler: Callable[..., Any]) -> None:
    ran = profiler("init", "anna@muster-firma.ch")
    assert ran.err == "todo: anna@muster-firma.ch: the servers are not known; put their names into the spec\n"
    assert 'incoming = "imap.muster-firma.ch:993/tls"' in ran.out


def test_a_starter_config_is_accepted(profiler: Callable[..., Any], tmp_path: Path) -> None:
    assert profiler("init", "--config", "-o", "profiler.toml").code == 0
    text = (tmp_path / "profiler.toml").read_text()
    assert tomllib.loads(text) == {}
    every = "\n".join(
        line.removeprefix("# ") if " = " in line or line.startswith("# [") else line
        for line in text.splitlines()
    )
    (tmp_path / "profiler.toml").write_text(every)
    (tmp_path / "providers").mkdir()
    assert set(tomllib.loads(every)) == {
        "targets", "mdm", "ignore", "severity", "fail-on", "providers", "per-file-ignores",
    }  # fmt: skip
    assert profiler("build", "anna@fastmail.com").code == 0


@pytest.mark.parametrize("arguments", [(), ("anna@web.de", "--config"), ("anna",)])
def test_usage(arguments: tuple[str, ...], profiler: Callable[..., Any]) -> None:
    assert profiler("init", *arguments).code == 2


def test_bytes_that_are_no_text_are_no_address(profiler: Callable[..., Any]) -> None:
    ran = profiler("init", "k\udce5re@web.de")
    assert (ran.code, ran.err) == (
        2,
        r"error: 'k\udce5re@web.de' is no mail address" + "\n  = help: write it as anna@example.com\n",
    )


def test_nothing_is_overwritten(profiler: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "spec.toml").write_text("mine")
    ran = profiler("init", "anna@web.de", "-o", "spec.toml")
    assert (ran.code, ran.err) == (2, "error: spec.toml: exists already\n  = help: --force overwrites it\n")
    assert (tmp_path / "spec.toml").read_text() == "mine"
