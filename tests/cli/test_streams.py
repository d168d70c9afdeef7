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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_no_bug(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "profiler", "schema"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, done.stderr.decode()) == (
        3,
        "error: a result: cannot be read or written: No space left on device\n",
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
