"""The README: its transcripts are what the commands print, its commands and flags exist, its links lead somewhere."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from profiler.model import placeholder

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    ROOT / name
    for name in (
        "README.md", "CHANGELOG.md", "sample_profiles/README.md", "schemas/README.md", "profiler/rules/README.md"
    )
]  # fmt: skip
PAGES += sorted((ROOT / "docs").rglob("*.md"))
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
BLOCKS = re.compile(r"```console\n(.*?)```", re.DOTALL)


def profiler(arguments: list[str], folder: Path) -> tuple[int, str]:
    """Run as on a terminal: both streams in one, nothing of this environment that could be heeded."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-m", "profiler", *arguments],
        cwd=folder,
        env={**kept, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout


def run_again(transcript: str, folder: Path) -> str:
    """The commands of a transcript, each with what it prints now."""
    code, lines = 0, []
    for line in transcript.splitlines():
        if line == "$ echo $?":
            lines.append(f"{line}\n{code}\n")
        elif line.startswith("$ "):
            program, *arguments = shlex.split(line[2:])
            assert program == "profiler"
            code, output = profiler(arguments, folder)
            lines.append(f"{line}\n{output}")
    return "".join(lines)


def test_transcripts_are_what_the_commands_print(tmp_path: Path) -> None:
    folder = tmp_path / "sample_profiles"
    shutil.copytree(ROOT / "sample_profiles", folder)
    blocks = BLOCKS.findall(README)
    assert len(blocks) == 3
    for block in blocks:
        assert run_again(block, folder) == block


def test_the_two_commands_are_targets_and_have_forms_without_make() -> None:
    recipes = dict(re.findall(r"^(\w+):\n\t@\$\(IN\) (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert re.findall(r"^    make (\w+)", README, re.MULTILINE) == ["demo", "test"]
    forms = re.findall(r"^    python3 \.ci/setup\.py (.+)$", README, re.MULTILINE)
    assert len(forms) == 2
    assert recipes["demo"].startswith(forms[0])
    assert recipes["test"].startswith(forms[1])


def test_installation_names_the_distribution() -> None:
    name = re.search(r'^name = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert name
    assert re.findall(r"^    (\S+(?: tool)? install) (\S+)$", README, re.MULTILINE) == [
        ("uv tool install", name[1]),
        ("pipx install", name[1]),
        ("pip install", name[1]),
    ]


@cache
def flags_of(command: str) -> frozenset[str]:
    code, text = profiler([command, "--help"], ROOT)
    assert code == 0, f"there is no profiler {command}"
    return frozenset(FLAG.findall(text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_and_their_flags_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    commands = re.findall(r"(?:^ {4}|^\$ |`|run: |- )profiler ([a-z]+)\b([^\n`|]*)", text, re.MULTILINE)
    unknown = [
        f"profiler {command} {flag}"
        for command, rest in commands
        for flag in FLAG.findall(rest)
        if flag not in flags_of(command)
    ]
    assert unknown == []


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


@cache
def anchors(page: Path) -> frozenset[str]:
    """The names that a page's headings have where it is shown."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return frozenset(re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_and_headings(page: Path) -> None:
    missing = []
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", prose(page)):
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            missing.append(target)
    assert missing == []


def test_changes_count_the_rules() -> None:
    code, listing = profiler(["rules", "--format", "json"], ROOT)
    assert code == 0
    number = len(json.loads(listing)["rules"])
    assert f"- `lint`: {number} rules " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_pages_of_the_rules_are_what_make_docs_writes() -> None:
    spec = importlib.util.spec_from_file_location("docs_write", ROOT / "docs/write.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    stale = [path.name for path, text in module.pages() if path.read_text(encoding="utf-8") != text]
    assert stale == []


def test_services_are_those_that_are_known() -> None:
    page = (ROOT / "docs/linting.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `([a-z][\w-]+)`(?: \(([^)]+)\))? \| ([^|]+) \| (?:`(.+)`|[^`|]+) \|$", page, re.MULTILINE
    )
    known = json.loads((ROOT / "profiler/model/placeholders.json").read_text(encoding="utf-8"))
    assert {name: (title, re.findall(r"[\w-]+", others)) for name, others, title, _ in rows} == {
        name: (placeholder.title(name), known[name].get("aliases", [])) for name in placeholder.vendors()
    }
    assert [
        name for name, _, _, example in rows if example and name not in placeholder.vendors_of(example)
    ] == []


def test_the_finding_that_is_explained_is_one_of_the_samples() -> None:
    page = (ROOT / "docs/linting.md").read_text(encoding="utf-8")
    block = re.search(r"```text\n(.*?)```", page, re.DOTALL)
    assert block
    assert block[1] in (ROOT / "sample_profiles/bad/pop.txt").read_text(encoding="utf-8")


def test_index_has_every_page() -> None:
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")]
    assert [page for page in pages if page != "README.md" and f"]({page})" not in index] == []
