import importlib
import itertools
import json
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
# As much of mobileconfig-validator as the benchmark asks of it: reports on the files of a pattern, as text or as JSON.
PEER = """
import glob, json, os, sys
assert "--offline" in sys.argv
schemas = os.path.join(os.environ["VALIDATOR_CACHE_DIR"], "ProfileManifests", "Manifests", "index")
versions = {open(schemas).read(): 1}
results = [{"file_path": name, "manifest_versions": {VERSIONS}} for name in glob.glob(sys.argv[-1])]
print(json.dumps({"results": results}) if "json" in sys.argv else "checked")
"""


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT))

    def load(name: str) -> ModuleType:
        return importlib.import_module(f"benchmarks.{name}")

    return load


def peer_with(folder: Path, versions: str) -> dict[str, Path]:
    package = folder / "peer/src/mobileconfig_validator"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(PEER.replace("{VERSIONS}", versions))
    manifests = folder / "clone/Manifests"
    manifests.mkdir(parents=True)
    (manifests / "index").write_text("com.apple.mail.managed")
    return {"peer": folder / "peer", "manifests": folder / "clone"}


def test_a_row_has_medians_and_the_spread_of_the_rounds(benchmark: Any) -> None:
    row = benchmark("measuring").time_row("lint", [0.002, 0.006, 0.004], [0.001, 0.002, 0.004], "floor", 1.35)
    assert row == {
        "name": "lint",
        "ms": 4.0,
        "floor": "floor",
        "floor_ms": 2.0,
        "ratio": 2.0,
        "spread": [1.0, 3.0],
        "wanted": 1.35,
        "missed": True,
    }
    line = benchmark("run").line(row)
    assert re.split(r"\s{2,}", line) == ["lint", "2.000", "1.00 to 3.00", "<= 1.35 MISSED 4 : 2 ms, floor"]


@pytest.mark.parametrize(
    ("ratio", "milliseconds", "missed"), [(2, 1, False), (0.5, 1, True), (2, 0.5, True)], ids=str
)
def test_both_limits_of_a_row_count(benchmark: Any, ratio: float, milliseconds: float, missed: bool) -> None:
    time_row = benchmark("measuring").time_row
    assert time_row("x", [0.001], [0.001], "floor", ratio, wanted_ms=milliseconds)["missed"] is missed


def test_works_take_turns(benchmark: Any) -> None:
    counter = itertools.count()
    assert benchmark("measuring").in_turn(2, lambda: next(counter), lambda: next(counter)) == [[0, 2], [1, 3]]


def test_a_command_that_fails_is_no_measurement(benchmark: Any) -> None:
    with pytest.raises(RuntimeError, match="ended with exit code 3: out of order"):
        benchmark("measuring").python("-c", "import sys; print('out of order', file=sys.stderr); sys.exit(3)")


def test_a_command_runs_the_checkout_wherever_it_is_started(benchmark: Any, tmp_path: Path) -> None:
    show = [sys.executable, "-c", "import profiler; print(profiler.__file__)"]
    assert Path(benchmark("measuring").output(show, cwd=tmp_path).strip()) == ROOT / "profiler/__init__.py"


def test_the_memory_of_a_command_is_its_own(benchmark: Any) -> None:
    held = bytearray(200_000_000)  # by this process, which a child of it must not be charged for
    assert 1 < benchmark("measuring").python("-c", "pass").megabytes < len(held) / 2**21


def test_a_peer_that_is_not_there_is_a_row_that_says_so(benchmark: Any) -> None:
    rows = list(benchmark("peer").measure(benchmark("measuring").Options(short=True)))
    assert [row["not_measured"] for row in rows] == ["not measured: no checkout given"] * 2
    assert "not measured: no checkout given" in benchmark("run").line(rows[0])


def test_a_peer_that_works_is_measured(benchmark: Any, tmp_path: Path) -> None:
    options = benchmark("measuring").Options(short=True, **peer_with(tmp_path, "versions"))
    rows = list(benchmark("peer").measure(options))
    assert [row["name"] for row in rows] == ["lint 1 file, the command", "lint 200 files, the command"]
    assert all(row["ratio"] > 0 and row["floor"] == "mobileconfig-validator" for row in rows)


def test_a_peer_without_schemas_is_not_believed(benchmark: Any, tmp_path: Path) -> None:
    options = benchmark("measuring").Options(short=True, **peer_with(tmp_path, "{}"))
    with pytest.raises(RuntimeError, match="checked 1 of 1 files, 0 against a schema"):
        list(benchmark("peer").measure(options))


def test_a_clone_that_is_none_is_named(benchmark: Any, tmp_path: Path) -> None:
    given = peer_with(tmp_path, "versions") | {"manifests": tmp_path}
    with pytest.raises(RuntimeError, match="is no clone of ProfileManifests"):
        list(benchmark("peer").measure(benchmark("measuring").Options(short=True, **given)))


def test_a_cache_that_is_not_there_is_a_row_that_says_so(
    benchmark: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(benchmark("files"), "output", lambda _command: "Usage: profiler lint")
    row = benchmark("files").cached("lint with a cache", tmp_path, tmp_path / "cache", 1, 0.25)
    assert row["not_measured"] == "not there yet: lint has no --cache"


def test_a_cache_that_changes_the_report_is_not_measured(
    benchmark: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    answers = iter(["--cache-dir DIR", "2 findings", "2 findings", "none"])
    monkeypatch.setattr(benchmark("files"), "output", lambda _command: next(answers))
    with pytest.raises(RuntimeError, match="the cache changes what is reported"):
        benchmark("files").cached("lint with a cache", tmp_path, tmp_path / "cache", 1, 0.25)


def test_small_profiles_are_all_different_and_plists(benchmark: Any) -> None:
    texts = benchmark("corpus").small(400)
    assert len(set(texts)) == len(texts) == 400


def test_the_big_profile_is_as_big_as_it_says(benchmark: Any) -> None:
    assert 1_700_000 < len(benchmark("corpus").big(500)) < 2_300_000


@pytest.mark.parametrize(("strict", "code"), [((), 0), (("--strict",), 1)], ids=["lenient", "strict"])
def test_a_missed_value_fails_only_a_strict_run(
    benchmark: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, strict: tuple[str, ...], code: int
) -> None:
    run, measuring = benchmark("run"), benchmark("measuring")
    missed = measuring.time_row("check", [2.0], [1.0], "floor", 1.1)
    monkeypatch.setattr(benchmark("checking"), "measure", lambda _options: [missed])
    monkeypatch.setattr(run, "HERE", tmp_path)
    monkeypatch.setattr(sys, "argv", ["run.py", "checking", "--short", *strict])
    assert run.main() == code
    results = json.loads((tmp_path / "results.json").read_text())
    assert (results["version"], results["short"]) == (1, True)
    assert results["rows"] == [{"benchmark": "checking", **missed}]
