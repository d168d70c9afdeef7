"""Work in several processes: the order stays, and what ends a process is named and hides nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from profiler import cli
from profiler.build import batch
from profiler.build.outcome import Failure
from profiler.build.users import User
from profiler.lint.linter import Linter
from profiler.processes import spread
from profiler.rules import example

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the processes of other systems import no test"
)

MAIL = "com.apple.mail.managed"
INTERRUPTED = """
import os, sys, time
from profiler import cli
from profiler.lint.linter import Linter

def lint(self, source):
    os.write(1, b"at work\\n")
    time.sleep(60)

Linter.lint = lint
sys.exit(cli.run(["lint", "--no-config", "--jobs", "2"]))
"""


def nothing() -> None:
    pass


def double(number: int) -> int:
    if number % 100 == 61:
        os._exit(1)
    return number * 2


def fail(number: int) -> int:
    if number == 120:
        raise ValueError(number)
    return number


def gone(number: int) -> int:
    return -number


def run(work: Callable[[int], int], numbers: int) -> list[int]:
    return list(spread(work, range(numbers), workers=2, start=nothing, died=gone))


@pytest.mark.parametrize("numbers", [0, 1, 49, 50, 51, 500])
def test_one_item_that_ends_its_process_costs_no_other(numbers: int) -> None:
    assert run(double, numbers) == [-one if one % 100 == 61 else one * 2 for one in range(numbers)]


def test_what_is_raised_ends_everything() -> None:
    with pytest.raises(ValueError, match="120"):
        run(fail, 300)


def test_who_stops_listening_stops_the_work() -> None:
    results = spread(gone, iter(range(10**9)), workers=2, start=nothing, died=gone)
    assert [next(results) for _ in range(3)] == [0, -1, -2]
    results.close()  # type: ignore[attr-defined]


def test_a_file_that_ends_its_process_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(130):
        (tmp_path / f"{number:03}.mobileconfig").write_bytes(example.whole("", MAIL))
    original = Linter.lint

    def lint(linter: Linter, source: Any) -> Any:
        return (
            os._exit(1)
            if source.name in ("007.mobileconfig", "100.mobileconfig")
            else original(linter, source)
        )

    monkeypatch.setattr(Linter, "lint", lint)
    code = cli.run(["lint", "--no-config", "--jobs", "2", "--cache-dir", str(tmp_path / "c")])
    out, err = capfd.readouterr()
    reason = (
        "the process that checked it died, so this file is not checked; it may need more memory than there is"
    )
    assert err == f"error: 007.mobileconfig: {reason}\nerror: 100.mobileconfig: {reason}\n"
    assert (
        out.splitlines()[-1] == "128 files checked: 0 errors, 128 warnings, 128 notes; 2 could not be checked"
    )
    assert code == 3
    monkeypatch.setattr(Linter, "lint", original)
    assert cli.run(["lint", "--no-config", "--jobs", "1", "--cache-dir", str(tmp_path / "c")]) == 0
    assert capfd.readouterr().out.splitlines()[-1] == "130 files checked: 0 errors, 130 warnings, 130 notes"


def test_a_row_that_ends_its_process_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def build_row(_batch: Any, row: User) -> batch.Outcome:
        return os._exit(1) if row.line == 77 else batch.Outcome(warnings=(str(row.line),))

    monkeypatch.setattr(batch, "build_row", build_row)
    rows = [User(line, {}) for line in range(2, 122)]
    outcomes = list(batch._in_pool(None, iter(rows), 2))  # type: ignore[arg-type]
    assert [outcome.warnings for outcome in outcomes if outcome.failure is None] == [
        (str(row.line),) for row in rows if row.line != 77
    ]
    assert [outcome.failure for outcome in outcomes if outcome.failure] == [
        Failure(
            77,
            "the process that built it died",
            "build this row alone, with --jobs 1: it may need more memory than there is",
        )
    ]


@pytest.mark.parametrize("reaches_all", [True, False], ids=["terminal", "one process"])
def test_control_c_ends_at_once_without_a_word(tmp_path: Path, reaches_all: bool) -> None:
    for number in range(130):
        (tmp_path / f"{number:03}.mobileconfig").write_bytes(b"")
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"at work\n"
        asked = time.monotonic()
        (os.killpg if reaches_all else os.kill)(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert (process.returncode, err, time.monotonic() - asked < 10) == (130, b"", True)


def test_no_more_processes_than_every_system_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Pool(ProcessPoolExecutor):
        def __init__(self, workers: int, **options: Any) -> None:
            asked.append(workers)
            super().__init__(1, **options)

    monkeypatch.setattr("profiler.processes.ProcessPoolExecutor", Pool)
    assert list(spread(str, range(3), workers=99, start=nothing, died=str)) == ["0", "1", "2"]
    assert asked == [61]
