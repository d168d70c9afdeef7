"""Where results go: folders and files, standard output, terminals, links."""

from __future__ import annotations

import io
import json
import os
import plistlib
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer.main
from jsonschema import Draft202012Validator

from profiler import cli
from profiler.cli import console
from profiler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMAS = Path(__file__).parents[2] / "schemas"
needs_sh = pytest.mark.skipif(os.name == "nt", reason="there is no sh")
needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
SPEC = """\
identifier-prefix = "ch.muster"
[[profiles]]
id = "mail"
[[profiles.accounts]]
kind = "imap"
address = "anna@web.de"
name = "Anna"
"""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def parameters_of(command: Any) -> list[Any]:
    inner = getattr(command, "commands", {}).values()
    return [*command.params, *(parameter for one in inner for parameter in parameters_of(one))]


def below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.skipif(os.name == "nt", reason="there is no sh")
@pytest.mark.parametrize(
    ("command", "error"),
    [
        ("lint -", "-: standard input is closed"),
        ("build --spec -", "standard input is closed"),
        ("show -", "standard input is closed"),
        ("verify -", "-: standard input is closed"),
        ("unsign -", "-: standard input is closed"),
        ("sign - --certificate a --key prompt:", "the private key: prompt: needs a terminal"),
    ],
)
def test_standard_input_that_is_closed_is_exit_3(command: str, error: str, tmp_path: Path) -> None:
    closing = ["sh", "-c", f'"$0" -m profiler {command} <&-', sys.executable]
    done = subprocess.run(closing, cwd=tmp_path, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr.splitlines()[0]) == (3, f"error: {error}")


def test_two_addresses_go_into_a_folder_even_when_one_fails(
    profiler: Callable[..., Any], tmp_path: Path
) -> None:
    ran = profiler("build", "anna@fastmail.com", "ben@nowhere.example", "-o", "out")
    assert (ran.code, below(tmp_path)) == (1, ["out/anna@fastmail.com.mobileconfig"])


def test_what_is_wrong_with_a_row_comes_with_its_line_and_a_hint(
    profiler: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "spec.toml").write_text(SPEC.replace('"anna@web.de"', '"{email}"'))
    (tmp_path / "users.csv").write_text('email,name\nanna@web.de\n,Ben\nben@web.de,"B"en\n')
    ran = profiler("build", "--spec", "spec.toml", "--users", "users.csv", "-o", "out")
    cells = (
        "every row has a cell for each column, empty or not; a cell that holds the separator stands in quotes"
    )
    quotes = "a cell in quotes ends with them, and a quotation mark inside is written twice"
    assert ran.code == 1
    assert ran.err == (
        f"error: users.csv:2: has 1 cell for 2 columns\n  = help: {cells}\n"
        "error: users.csv:3: {email} is empty, and address cannot be left out\n  = help: fill in the cell\n"
        f"error: users.csv:4: is no CSV: ',' expected after '\"'\n  = help: {quotes}\n"
    )


@pytest.mark.parametrize(
    ("output", "written"),
    [("out", "out/mail.mobileconfig"), ("new.mobileconfig", "new.mobileconfig")],
)
def test_a_spec_goes_into_a_folder_unless_a_profile_is_named(
    output: str, written: str, profiler: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "spec.toml").write_text(SPEC)
    assert profiler("build", "--spec", "spec.toml", "-o", output).code == 0
    assert below(tmp_path) == sorted([written, "spec.toml"])


def test_a_dash_is_standard_output_of_a_report(profiler: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "a.mobileconfig").write_bytes(b"")
    assert profiler("lint", "-o", "-") == profiler("lint")
    assert not (tmp_path / "-").exists()


def test_a_dash_is_standard_output(profiler: Callable[..., Any], tmp_path: Path) -> None:
    profiler("build", "anna@fastmail.com", "-o", "a.mobileconfig")
    changed = profiler("reconfigure", "a.mobileconfig", "--incoming", "imap.example.org", "-o", "-")
    assert plistlib.loads(changed.out.encode())["PayloadContent"][0]["IncomingMailServerHostName"] == (
        "imap.example.org"
    )
    forked = profiler("identity", "fork", "a.mobileconfig", "-o", "-")
    assert plistlib.loads(forked.out.encode())["PayloadIdentifier"].endswith(".2")
    assert below(tmp_path) == ["a.mobileconfig"]


def test_a_terminal_sees_no_secret_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", Terminal())
    with pytest.raises(UsageError, match="the profile holds a secret"):
        console.out_profile(b"<plist/>", secret=True, reveal=False)


@pytest.mark.parametrize(("value", "colored"), [("", True), ("1", False)])
def test_no_color_counts_when_it_says_something(
    value: str, colored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", value)
    assert console.wants_color(Terminal()) is colored


@pytest.mark.parametrize("words", [(), ("lint",), ("identity", "show")])
def test_help_has_a_short_form(profiler: Callable[..., Any], words: tuple[str, ...]) -> None:
    done = profiler(*words, "-h")
    assert (done.code, done.out, done.err) == (0, profiler(*words, "--help").out, "")


@pytest.mark.parametrize("words", [(), ("identity",)])
def test_the_list_of_commands_cuts_no_sentence_short(
    profiler: Callable[..., Any], words: tuple[str, ...]
) -> None:
    listed = profiler(*words, "--help").out.partition("Commands:\n")[2].splitlines()
    assert [line for line in listed if not line.endswith(".") or line.endswith("..")] == []
    assert len(listed) == (3 if words else len(cli.COMMANDS))


def test_help_says_what_every_flag_takes() -> None:
    parameters = list(parameters_of(typer.main.get_command(cli._app([]))))
    assert len(parameters) > 100
    assert [one.name for one in parameters if one.name != "help" and not one.help] == []
    free = [one for one in parameters if one.type.name not in ("boolean", "choice")]
    assert [one.name for one in free if not one.metavar] == []


def test_rules_in_json(profiler: Callable[..., Any]) -> None:
    ran = profiler("rules", "--format", "json")
    schema = json.loads((SCHEMAS / "rules-output.schema.json").read_text())
    Draft202012Validator(schema).validate(json.loads(ran.out))


def test_every_command_with_json_has_a_schema(profiler: Callable[..., Any]) -> None:
    help_text = profiler("--help").out.partition("Commands:")[2]
    commands = re.findall(r"^  ([a-z]+)  ", help_text, re.MULTILINE)
    reporting = {
        name for name in commands if re.search(r"--format .*json", profiler(name, "--help").out, re.DOTALL)
    }
    described = {path.name.partition("-output")[0] for path in SCHEMAS.glob("*-output.schema.json")}
    # reconfigure prints a plan; the help of identity names its own commands only
    assert (reporting - {"reconfigure"}) | {"identity"} == described


def shell(script: str, folder: Path) -> tuple[int, str, str]:
    """Run a script in which $P is the command, buffered as usual; its exit code and both streams."""
    kept = {key: os.environ[key] for key in ("PATH", "PYTHONPATH") if key in os.environ}
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        cwd=folder,
        env={**kept, "P": f"{sys.executable} -m profiler"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@needs_full
@pytest.mark.parametrize("words", ["schema", "--version", "--help", "build anna@fastmail.com"])
def test_a_full_disk_is_no_bug(words: str, tmp_path: Path) -> None:
    code, _, err = shell(f"$P {words} >/dev/full", tmp_path)
    assert (code, err) == (3, "error: a result: cannot be read or written: No space left on device\n")


@needs_full
@pytest.mark.parametrize("close", [">&-", ">&- 2>&- <&-", "2>/dev/full"])
def test_a_stream_that_is_not_there_changes_no_verdict(close: str, tmp_path: Path) -> None:
    (tmp_path / "a.mobileconfig").write_bytes(b"")
    lint = shell(f"$P lint a.mobileconfig {close}", tmp_path)
    missing = shell(f"$P lint b.mobileconfig {close}", tmp_path)
    build = shell(f"$P build anna@fastmail.com -o b.mobileconfig {close}", tmp_path)
    assert (lint[0], missing[0], build[0]) == (1, 3, 0)
    assert "internal error" not in lint[2] + missing[2] + build[2]
    assert below(tmp_path) == ["a.mobileconfig", "b.mobileconfig"]


@needs_sh
@pytest.mark.parametrize("words", ["lint -", "build --spec - -o x.mobileconfig", "unsign -", "show -"])
def test_standard_input_that_is_closed_is_said(words: str, tmp_path: Path) -> None:
    code, _, err = shell(f"$P {words} <&-", tmp_path)
    assert (code, err.removeprefix("error: ").removeprefix("-: ")) == (3, "standard input is closed\n")


@needs_sh
def test_a_prompt_without_standard_input_is_said(tmp_path: Path) -> None:
    ran = shell("$P build anna@fastmail.com --set IncomingPassword=prompt: <&-", tmp_path)
    assert ran == (
        3,
        "",
        "error: IncomingPassword: prompt: needs a terminal\n  = help: use env:, file: or cmd: in scripts\n",
    )


@pytest.mark.parametrize(
    "words",
    [
        "lint --format github kåre.mobileconfig",
        "lint --format markdown kåre.mobileconfig",
        "lint --diff kåre.mobileconfig",
        "show --format xml kåre.mobileconfig",
        "plan --format markdown a.mobileconfig kåre.mobileconfig",
        "plan --format markdown a b",
        "discover --offline --format spec änna@web.de",
    ],
)
def test_what_goes_into_files_is_utf_8_on_every_system(
    words: str, profiler: Callable[..., Any], tmp_path: Path
) -> None:
    built = profiler("build", "anna@fastmail.com", "--name", "Anna", PYTHONUTF8="1").out
    named = built.replace("<string>Anna<", "<string>Änne ☃<").replace("<true/>", "<false/>")
    (tmp_path / "a.mobileconfig").write_text(built, encoding="utf-8")
    (tmp_path / "kåre.mobileconfig").write_text(named, encoding="utf-8")
    for folder, text in (("a", built), ("b", named)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "c.mobileconfig").write_text(text, encoding="utf-8")
    usual = profiler(*words.split(), PYTHONUTF8="1")
    assert profiler(*words.split(), PYTHONUTF8="1", PYTHONIOENCODING="cp1252") == usual
    assert usual.out


@needs_sh
@pytest.mark.parametrize("words", ["rules", "--version", "schema"])
def test_who_reads_no_more_hears_no_complaint(words: str, tmp_path: Path) -> None:
    _, out, err = shell(f"{{ $P {words}; echo $? >code; }} | exec true", tmp_path)
    assert (out, err, (tmp_path / "code").read_text()) == ("", "", "1\n")


@needs_sh
def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.mobileconfig").write_bytes(b"")
    (tmp_path / "gone").mkdir()
    ran = shell("cd gone && rmdir ../gone && $P lint ../a.mobileconfig ../b.mobileconfig /", tmp_path)
    assert ran == (
        3,
        "",
        "error: the current folder is not there any more\n  = help: change to one that is\n",
    )


def test_a_key_on_the_command_line_is_not_repeated(profiler: Callable[..., Any]) -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIGHAgEA"
    for command in (
        ("sign", "a.mobileconfig", "--certificate", "a.pem", "--key", key),
        ("decrypt", "a.mobileconfig", "--key", key),
        ("plan", "a.mobileconfig", "b.mobileconfig", "--decrypt-key", key),
        ("lint", "a.mobileconfig", "--decrypt-key", key),
    ):
        ran = profiler(*command)
        assert (ran.code, "MIGHAgEA" in ran.out + ran.err) == (2, False)


def test_no_command_calls_an_unreadable_file_a_wrong_flag() -> None:
    command = typer.main.get_command(cli._app([]))
    cli._leave_files_to_us(command)
    types = [parameter.type for parameter in parameters_of(command)]
    paths = [one for one in types if hasattr(one, "readable")]
    assert (len(paths) > 20, any(one.readable for one in paths)) == (True, False)
