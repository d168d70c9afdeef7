"""The sample profiles: the good ones are clean in every form, and of the bad ones the linter says what stands beside them."""

from __future__ import annotations

import json
import os
import plistlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[1] / "sample_profiles"
NOW = "2026-11-23T12:00:00Z"
GOOD = sorted((SAMPLES / "good").glob("*.mobileconfig"))
BAD = sorted((SAMPLES / "bad").glob("*.mobileconfig"))


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `profiler lint` in a folder, with nothing of this environment that it could heed."""
    scrubbed = {
        name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "TMP") if name in os.environ
    }
    command = [sys.executable, "-m", "profiler", "lint", "--now", NOW, *arguments]
    return subprocess.run(
        command, cwd=folder, env=scrubbed, capture_output=True, check=False, timeout=60, encoding="utf-8"
    )


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """A folder with the config of the samples, for changed copies of them."""
    shutil.copy(SAMPLES / "profiler.toml", tmp_path)
    shutil.copytree(SAMPLES / "providers", tmp_path / "providers")
    return tmp_path


def test_there_are_enough_samples_to_learn_from() -> None:
    assert len(GOOD) >= 12
    assert len(BAD) >= 14


def test_good_samples_are_clean() -> None:
    done = lint(SAMPLES, "--fail-on", "note", "good")
    assert (done.stdout, done.returncode) == (f"{len(GOOD)} files checked: nothing found\n", 0)


def test_good_samples_are_as_clean_in_binary_but_for_what_their_comments_excused(copies: Path) -> None:
    for path in GOOD:
        binary = plistlib.dumps(plistlib.loads(path.read_bytes()), fmt=plistlib.FMT_BINARY)
        (copies / path.name).write_bytes(binary)
    done = lint(copies, "--ignore", "doc-binary-plist", "--format", "json")
    files = json.loads(done.stdout)["files"]
    assert [file["envelope"] for file in files] == ["binary"] * len(GOOD)
    assert {
        file["path"]: [one["rule"] for one in file["diagnostics"]] for file in files if file["diagnostics"]
    } == {
        "company-ca.mobileconfig": ["sec-root-ca"],
        "own-layout.mobileconfig": ["prof-target-unset"],
    }


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_sample_is_told_what_stands_beside_it(path: Path) -> None:
    done = lint(SAMPLES, f"bad/{path.name}")
    assert done.stdout == path.with_suffix(".txt").read_text(encoding="utf-8")
    assert done.stderr == ""


def test_every_output_belongs_to_a_bad_sample() -> None:
    assert {path.stem for path in (SAMPLES / "bad").glob("*.txt")} == {path.stem for path in BAD}


def test_fixes_mend_the_cleartext_sample_and_touch_nothing_else(copies: Path) -> None:
    before = (SAMPLES / "bad/cleartext.mobileconfig").read_text(encoding="utf-8")
    fixed = copies / "cleartext.mobileconfig"
    fixed.write_text(before, encoding="utf-8")
    done = lint(copies, "--fix", "--unsafe-fixes", "--fail-on", "note", fixed.name)
    assert (done.stdout, done.returncode) == ("1 file checked: nothing found\n", 0)
    # 143 and 587 with UseSSL are STARTTLS, which the server of the samples offers.
    expected = before.replace("<false/>", "<true/>")
    assert fixed.read_text(encoding="utf-8") == expected


def test_the_page_of_the_samples_names_each() -> None:
    page = (SAMPLES / "README.md").read_text(encoding="utf-8")
    missing = [path.stem for path in GOOD if f"](good/{path.name})" not in page]
    missing += [
        path.stem for path in BAD if f"](bad/{path.name}) ([output](bad/{path.stem}.txt))" not in page
    ]
    assert missing == []
