"""The pre-commit hooks, the GitHub action, and the pages about them: parsed, and run as those services run them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_profiles"
DOCS = ROOT / "docs"
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "run" in step}
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
COMMAND = re.compile(r"(?:profiler|python -m profiler) lint\b[^\n|]*")

needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="the action runs in bash")


def environment(**more: str) -> dict[str, str]:
    """What a command needs, with this Python first on the PATH, and nothing it could heed."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PATH": path, **more}


def run(command: list[str], folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with three profiles, one of them under a name with a blank, and a place for what an action writes."""
    for name in ("good/imap", "bad/cleartext", "bad/pop"):
        shutil.copy(SAMPLES / f"{name}.mobileconfig", tmp_path)
    (tmp_path / "pop.mobileconfig").rename(tmp_path / "old pop.mobileconfig")
    shutil.copy(SAMPLES / "profiler.toml", tmp_path)
    shutil.copytree(SAMPLES / "providers", tmp_path / "providers")
    (tmp_path / "runner").mkdir()
    return tmp_path


@pytest.fixture(scope="module")
def known_flags() -> set[str]:
    done = run([sys.executable, "-m", "profiler", "lint", "--help"], ROOT)
    return set(FLAG.findall(done.stdout))


def step(name: str, folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run a step of the action as GitHub does: its expressions replaced, its files in place."""
    given = {key: str(field["default"]) for key, field in ACTION["inputs"].items()} | inputs
    values = {}
    for key, text in STEPS[name]["env"].items():
        choice = re.fullmatch(r"\$\{\{ inputs\.([\w-]+) == '(\w+)' && '(\w+)' \|\| '(\w+)' \}\}", text)
        plain = re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", text)
        if choice:
            values[key] = choice[3] if given[choice[1]] == choice[2] else choice[4]
        else:
            assert plain, f"{key}: {text} is an expression this test cannot read"
            values[key] = given[plain[1]]
    runner = folder / "runner"
    return run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[name]["run"]],
        folder,
        RUNNER_TEMP=str(runner),
        GITHUB_OUTPUT=str(runner / "output"),
        GITHUB_STEP_SUMMARY=str(runner / "summary.md"),
        **values,
    )


# The hooks


def test_hooks_are_two_and_look_at_profiles_only() -> None:
    assert list(HOOKS) == ["profiler-lint", "profiler-fix"]
    for hook in HOOKS.values():
        assert re.search(hook["files"], "mail/anna.mobileconfig")
        assert not re.search(hook["files"], "mail/anna.mobileconfig.txt")
        assert hook["language"] == "python"


def test_lint_hook_stops_a_commit_with_an_error(folder: Path) -> None:
    done = run([*HOOKS["profiler-lint"]["entry"].split(), "imap.mobileconfig"], folder)
    assert (done.returncode, done.stdout) == (0, "1 file checked: nothing found\n")
    done = run(
        [*HOOKS["profiler-lint"]["entry"].split(), "imap.mobileconfig", "cleartext.mobileconfig"], folder
    )
    assert done.returncode == 1
    last = "2 files checked: 2 errors, 0 warnings, 0 notes; 2 can be fixed with --fix"
    assert done.stdout.splitlines()[-1] == last


def test_fix_hook_mends_the_file(folder: Path) -> None:
    done = run([*HOOKS["profiler-fix"]["entry"].split(), "cleartext.mobileconfig"], folder)
    assert (done.returncode, done.stdout) == (0, "1 file checked: nothing found\n")
    assert "<false/>" not in (folder / "cleartext.mobileconfig").read_text()


# The action


def test_action_uses_nothing_but_what_it_declares() -> None:
    text = (ROOT / "action.yml").read_text()
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(ACTION["inputs"])
    assert [one["uses"] for one in ACTION["runs"]["steps"] if "uses" in one] == [
        "actions/setup-python@v6",
        "github/codeql-action/upload-sarif@v4",
    ]


def test_action_puts_no_input_into_a_script() -> None:
    assert [name for name, one in STEPS.items() if "${{" in one["run"]] == []


def test_page_of_the_action_names_each_input_with_its_default() -> None:
    page = (DOCS / "github-action.md").read_text()
    cells = re.findall(r"^\| `([\w-]+)` \| (.*?) \|", page, re.MULTILINE)
    defaults = {name: str(field["default"]) for name, field in ACTION["inputs"].items()}
    assert [name for name, _ in cells] == list(defaults)
    for name, cell in cells:
        if defaults[name]:
            assert cell == f"`{defaults[name]}`"


@needs_bash
def test_action_writes_sarif_and_a_summary_whatever_is_found(folder: Path) -> None:
    done = step("Write SARIF and the summary", folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    file = folder / "runner/profiler.sarif"
    assert (folder / "runner/output").read_text() == f"file={file}\n"
    results = json.loads(file.read_text())["runs"][0]["results"]
    places = [
        (one["ruleId"], one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]) for one in results
    ]
    assert places == [
        ("mail-cleartext", "cleartext.mobileconfig"),
        ("mail-cleartext", "cleartext.mobileconfig"),
        ("mail-pop", "old%20pop.mobileconfig"),
        ("mail-prefix-pop", "old%20pop.mobileconfig"),
    ]
    summary = (folder / "runner/summary.md").read_text().splitlines()
    assert summary[2] == "3 files checked: 2 errors, 2 warnings, 0 notes; 3 can be fixed with --fix."


@needs_bash
def test_action_fails_at_the_threshold_and_annotates_without_code_scanning(folder: Path) -> None:
    paths = "imap.mobileconfig\nold pop.mobileconfig\n"
    done = step("Lint", folder, paths=paths)
    last = "2 files checked: 0 errors, 2 warnings, 0 notes; 1 can be fixed with --fix"
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, last)
    done = step(
        "Lint", folder, paths=paths, upload="false", args="--select mail-pop", **{"fail-on": "warning"}
    )
    assert done.returncode == 1
    assert done.stdout == (
        "::warning file=old pop.mobileconfig,line=40,col=4,endColumn=33,title=mail-pop::"
        "A POP account serves one device only, and its mail may be lost when the account is removed%0A"
        "provider example.com uses imap.example.com:993 with TLS\n"
    )


@needs_bash
def test_action_stops_before_the_upload_when_a_path_is_not_there(folder: Path) -> None:
    done = step("Write SARIF and the summary", folder, paths="gone.mobileconfig")
    assert done.returncode == 3
    assert not (folder / "runner/output").exists()


# The pages


@pytest.mark.parametrize(
    "name",
    [
        "action.yml",
        ".pre-commit-hooks.yaml",
        *(f"docs/{page}.md" for page in ("ci", "pre-commit", "github-action")),
    ],
)
def test_every_flag_of_lint_exists(name: str, known_flags: set[str]) -> None:
    text = (ROOT / name).read_text()
    lines = COMMAND.findall(text) + re.findall(r"args: \[.*\]|^\| `args`.*", text, re.MULTILINE)
    used = {flag for line in lines for flag in FLAG.findall(line)}
    assert lines
    assert used <= known_flags


@pytest.mark.parametrize("page", ["ci", "pre-commit", "github-action"])
def test_yaml_of_the_pages_parses(page: str) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (DOCS / f"{page}.md").read_text(), re.DOTALL)
    assert blocks
    assert all(yaml.safe_load(block) for block in blocks)


def test_page_of_pre_commit_names_the_hooks_there_are() -> None:
    page = (DOCS / "pre-commit.md").read_text()
    assert set(re.findall(r"id: ([\w-]+)", page)) <= set(HOOKS)
    assert re.findall(r"^\| `(profiler-\w+)` \|", page, re.MULTILINE) == list(HOOKS)


def test_page_about_actions_uses_inputs_there_are() -> None:
    block = re.search(r"```yaml\n(.*?)```", (DOCS / "github-action.md").read_text(), re.DOTALL)
    assert block
    workflow: dict[str, Any] = yaml.safe_load(block[1])
    uses = [one for one in workflow["jobs"]["lint"]["steps"] if "profiler" in one["uses"]]
    assert [set(one["with"]) - set(ACTION["inputs"]) for one in uses] == [set()]


def test_config_of_the_page_has_every_key_and_is_read(folder: Path) -> None:
    block = re.search(r"```toml\n(.*?)```", (DOCS / "suppressing.md").read_text(), re.DOTALL)
    assert block
    schema = json.loads((ROOT / "schemas/config.schema.json").read_text())
    table = tomllib.loads(block[1])
    jsonschema.validate(table, schema)
    assert set(table) == set(schema["properties"])
    (folder / "profiler.toml").write_text(block[1])
    lint = [sys.executable, "-m", "profiler", "lint"]
    (folder / "baseline.json").write_text('{"version": 1, "findings": []}')
    done = run([*lint, "--select", "mail-pop", "old pop.mobileconfig"], folder)
    assert done.stdout.splitlines()[0].startswith("old pop.mobileconfig:40:4: error[mail-pop] ")
    (folder / "old pop.mobileconfig").rename(folder / "pop-lab.mobileconfig")
    done = run([*lint, "--select", "mail-pop", "pop-lab.mobileconfig"], folder)
    assert (done.returncode, done.stdout) == (0, "1 file checked: nothing found\n")


def test_comment_of_the_page_silences_its_rule(folder: Path) -> None:
    sample = (SAMPLES / "good/company-ca.mobileconfig").read_text()
    block = re.search(r"```xml\n(<!--.*?-->)\n", (DOCS / "suppressing.md").read_text())
    assert block
    lint = [sys.executable, "-m", "profiler", "lint", "--fail-on", "note"]
    comment = re.compile(r"<!-- profiler:.*?-->", re.DOTALL)
    (folder / "without.mobileconfig").write_text(comment.sub("", sample))
    done = run([*lint, "without.mobileconfig"], folder)
    assert re.findall(r"\[([\w-]+)\]", done.stdout.splitlines()[0]) == ["sec-root-ca"]
    (folder / "with.mobileconfig").write_text(comment.sub(block[1], sample))
    done = run([*lint, "with.mobileconfig"], folder)
    assert (done.returncode, done.stdout) == (0, "1 file checked: nothing found\n")
