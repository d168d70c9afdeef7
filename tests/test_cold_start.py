"""What must not be imported, by name: start-up time without a clock."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from profiler.rules import example

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {
    "cryptography",
    "jsonschema",
    "rich",
    "pydantic",
    "asyncio",
    "dns",
    "yaml",
    "plistlib",
    "http.client",
    "importlib.metadata",
    "tomllib",
    "pyexpat",
    "sqlite3",
    "base64",
    "profiler.providers.provider",
}
COMMAND = """
import json, sys
from profiler.cli import run
code = run(sys.argv[1:])
print("\\n" + json.dumps([code, sorted(sys.modules)]))
"""


def modules_after(*arguments: str, cwd: Path) -> tuple[int, set[str]]:
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments], capture_output=True, text=True, check=True, cwd=cwd
    )
    code, names = json.loads(done.stdout.splitlines()[-1])
    return code, set(names)


def test_lint_of_one_unsigned_file_imports_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "a.mobileconfig").write_bytes(example.whole("", "com.apple.mail.managed"))
    code, names = modules_after("lint", "a.mobileconfig", cwd=tmp_path)
    assert code == 0
    assert "profiler.rules.mail.ssl_unset" in names
    assert "profiler.rules.mail.cleartext" not in names  # the file encrypts
    assert names & HEAVY == set()


def test_lint_imports_only_the_groups_it_needs(tmp_path: Path) -> None:
    (tmp_path / "a.mobileconfig").write_bytes(example.whole("", "com.apple.dock"))
    _, names = modules_after("lint", "a.mobileconfig", cwd=tmp_path)
    groups = {
        name.split(".")[2] for name in names if name.startswith("profiler.rules.") and name.count(".") > 2
    }
    assert groups == {"document", "profile"}


def test_a_command_does_not_import_the_others(tmp_path: Path) -> None:
    _, names = modules_after("lint", "--help", cwd=tmp_path)
    commands = {name for name in names if name.startswith("profiler.cli.")} - {"profiler.cli.console"}
    assert commands == {"profiler.cli.lint"}
    assert names & HEAVY == set()
