"""--cache changes nothing but the time: same output, never a stale result, never an error, nothing secret on disk."""

from __future__ import annotations

import contextlib
import datetime
import gzip
import importlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7

from profiler import cli, config, rules
from profiler.cli import console
from profiler.document.edits import Edit, Fix
from profiler.document.source import from_bytes
from profiler.lint import cache, fingerprint, record, session, store
from profiler.lint.cache import Cache, user_folder
from profiler.lint.diagnostics import Diagnostic, FileReport
from profiler.lint.linters import Linters
from profiler.lint.settings import Settings
from profiler.lint.store import Store
from profiler.rules import example
from profiler.rules.rule import Needs, Severity
from profiler.trust import system

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
MAIL = "com.apple.mail.managed"
PASSWORD = "korrekt-Pferd-42"
WITH_PASSWORD = f"<key>IncomingPassword</key>\n<string>{PASSWORD}</string>\n"
NUMBER_AS_PASSWORD = "<key>IncomingPassword</key>\n<integer>918273645</integer>\n"
TWICE = "<key>PreventMove</key>\n<true/>\n<key>PreventMove</key>\n<true/>\n"
REMOVED = b"<key>RemovalDate</key>\n\t<date>2026-12-01T00:00:00Z</date>\n\t<key>PayloadContent</key>"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "profiles"
    place.mkdir()
    monkeypatch.chdir(place)
    monkeypatch.setattr(fingerprint, "tool", lambda _store: b"tool")
    return place


@pytest.fixture
def linted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that the rules have seen."""
    names: list[str] = []
    original = session.lint_file

    def lint_file(linters: Linters, name: str, *rest: Any, **more: Any) -> session.Linted:
        names.append(name)
        return original(linters, name, *rest, **more)

    monkeypatch.setattr(session, "lint_file", lint_file)
    return names


def write(folder: Path, name: str, snippet: str = TWICE) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(example.whole(snippet, MAIL))
    return path


def lint(names: list[str], cache: Path | None = None, **options: Any) -> list[FileReport]:
    """The reports of some files, through a cache if there is one, as in a new process."""
    config.read.cache_clear()
    config._nearest.cache_clear()
    settings = Settings(**{"now": NOW, "no_config": "config_file" not in options, **options})
    if cache is None:
        return list(session.lint_files(settings, names))
    kept = Cache(cache, settings, names)
    reports = list(session.lint_files(settings, names, cache=kept))
    kept.close()
    return reports


def said(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    config.read.cache_clear()
    config._nearest.cache_clear()
    code = cli.run(["lint", "--now", "2026-11-23T12:00:00Z", *arguments])
    console.choose_color("auto")
    return code, *capfd.readouterr()


def every_sample(place: Path) -> None:
    """Copy the sample profiles and write the examples of all rules, good and bad."""
    for path in (ROOT / "sample_profiles").rglob("*.mobileconfig"):
        shutil.copy(path, place / f"{path.parent.name}-{path.name}")
    for rule in rules.every():
        if rule.bad and Needs.FILES not in rule.needs:
            for kind, snippet in (("bad", rule.bad), ("good", rule.good)):
                data = example.whole(snippet, rule.example_type, rule.leave_out)
                (place / f"{rule.id}-{kind}.mobileconfig").write_bytes(data)


@pytest.mark.parametrize("form", ["text", "json"])
def test_without_with_a_cold_and_with_a_warm_cache_the_same_is_said(
    form: str, folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], linted: list[str]
) -> None:
    every_sample(folder)
    plain = ["--format", form, "--no-config", "--jobs", "1", "--statistics", "--target", "ios:17.0,mdm"]
    cached = [*plain, "--cache-dir", str(tmp_path / "cache")]
    without = said(capfd, *plain)
    assert (len(linted) > 400, len(without[1]) > 100_000) == (True, True)
    assert said(capfd, *cached) == without
    linted.clear()
    assert said(capfd, *cached) == without
    assert linted == []
    # the run is another one, the files are not
    assert said(capfd, *cached, "--fail-on", "never") == (0, *without[1:])
    assert linted == []


def test_every_report_survives_the_cache(folder: Path) -> None:
    every_sample(folder)
    names = sorted(path.name for path in folder.iterdir())
    linters = Linters(Settings(NOW, no_config=True, among_others=True))
    kept = 0
    for name in names:
        source = session.open_source(name)
        report = linters.for_file(name).lint(source)
        made = record.record(report, source)
        if made is not None:
            kept += 1
            assert record.report(made.data, name) == report
            assert type(record.report(made.data, name).envelope) is type(report.envelope)
    assert kept > 400


def test_only_what_has_changed_is_linted_and_the_order_stays(
    folder: Path, tmp_path: Path, linted: list[str]
) -> None:
    names = [f"{number}.mobileconfig" for number in range(5)]
    for name in names:
        write(folder, name)
    lint(names, tmp_path)
    linted.clear()
    write(folder, names[3], "")
    (folder / names[1]).touch()
    reports = lint(names, tmp_path)
    assert (linted, [report.path for report in reports]) == ([names[3]], names)
    assert reports == lint(names)


def test_processes_share_no_cache_and_change_nothing(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for number in range(120):
        write(folder, f"{number:03}.mobileconfig", TWICE if number % 3 else WITH_PASSWORD)
    cached = ["--no-config", "--jobs", "2", "--cache-dir", str(tmp_path / "cache")]
    assert said(capfd, *cached) == said(capfd, "--no-config")
    for number in range(0, 120, 2):
        write(folder, f"{number:03}.mobileconfig", "")
    without = said(capfd, "--no-config")
    assert said(capfd, *cached) == without
    assert said(capfd, *cached) == without


def test_files_that_have_one_identifier_are_still_compared(folder: Path, tmp_path: Path) -> None:
    write(folder, "a.mobileconfig", "")
    path = write(folder, "b.mobileconfig", "")
    path.write_bytes(path.read_bytes().replace(b"kari@example.com", b"ola@example.com"))
    names = ["a.mobileconfig", "b.mobileconfig"]
    for _ in range(2):
        reports = lint(names, tmp_path)
        assert [one.rule for one in reports[1].diagnostics if one.rule == "life-identifier-collision"] == [
            "life-identifier-collision"
        ]
        assert reports == lint(names)


OPTIONS: list[dict[str, Any]] = [
    {"targets": ("ios:17.0",)},
    {"targets": ("ios:18.0",)},
    {"mdm": "jamf"},
    {"installed": ("old.mobileconfig", example.whole("", MAIL))},
    {"installed": ("old.mobileconfig", example.whole(TWICE, MAIL))},
    {"select": frozenset({"doc-duplicate-key"})},
    {"ignore": frozenset({"doc-duplicate-key"})},
    {"complete": True},
    {"among": 2},
    {"config": 'select = ["doc"]'},
    {"config": 'ignore = ["doc-duplicate-key"]'},
    {"config": '[severity]\ndoc-duplicate-key = "note"'},
    {"config": 'targets = ["macos:14"]'},
    {"config": 'mdm = "intune"'},
    {"config": '[per-file-ignores]\n"a.*" = ["doc-entity"]'},
    {"config": 'providers = ["own.toml"]'},
    {"config": 'providers = ["other.toml"]'},
    {"roots": b"one"},
    {"roots": b"two"},
]


@pytest.mark.parametrize("given", OPTIONS, ids=str)
def test_another_option_is_another_result(
    given: dict[str, Any], folder: Path, tmp_path: Path, linted: list[str]
) -> None:
    """Nothing kept under any of the other options is taken, and the same options find it again."""
    write(folder, "a.mobileconfig")
    own = (ROOT / "sample_profiles/providers/example.toml").read_text()
    (folder / "own.toml").write_text(own)
    (folder / "other.toml").write_text(own + "\n")
    for options in ({}, *OPTIONS):
        if options is not given:
            lint(**arguments(folder, options), cache=tmp_path / "cache")
    linted.clear()
    first = lint(**arguments(folder, given), cache=tmp_path / "cache")
    assert linted[0] == "a.mobileconfig"
    linted.clear()
    assert lint(**arguments(folder, given), cache=tmp_path / "cache") == first
    assert linted == (["a.mobileconfig"] if "complete" in given else [])


def arguments(folder: Path, options: dict[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in options.items() if key not in ("config", "roots", "among")}
    names = ["a.mobileconfig"]
    if "config" in options:
        (folder / "profiler.toml").write_text(options["config"])
        rest["config_file"] = folder / "profiler.toml"
    if "roots" in options:
        (folder / "roots.pem").write_bytes(options["roots"])
        rest["trust"] = "roots.pem"
    if "among" in options:
        write(folder, "b.mobileconfig", "")
        names.append("b.mobileconfig")
    return {"names": names, **rest}


def test_what_is_selected_may_be_ignored_by_all_and_not_by_a_file(folder: Path, tmp_path: Path) -> None:
    write(folder, "a.mobileconfig")
    select = frozenset({"doc-duplicate-key"})
    found = []
    for text in ('ignore = ["doc-duplicate-key"]', '[per-file-ignores]\n"a.*" = ["doc-duplicate-key"]'):
        given = arguments(folder, {"select": select, "config": text})
        found.append([one.rule for one in lint(**given, cache=tmp_path / "cache")[0].diagnostics])
    assert found == [["doc-duplicate-key"], []]


@pytest.mark.parametrize(
    ("field", "left_out"),
    [("_NOT_OPTIONS", Settings._fields), ("_NOT_CONFIG", config.Config._fields)],
)
def test_what_is_no_part_of_a_key_is_a_field(field: str, left_out: tuple[str, ...]) -> None:
    assert getattr(cache, field) <= set(left_out)


def test_only_what_depends_on_the_clock_gets_old(folder: Path, tmp_path: Path, linted: list[str]) -> None:
    write(folder, "a.mobileconfig")
    path = write(folder, "removed.mobileconfig")
    path.write_bytes(path.read_bytes().replace(b"<key>PayloadContent</key>", REMOVED, 1))
    names = ["a.mobileconfig", "removed.mobileconfig"]
    rules_at = {}
    for month in (9, 11, 12):
        now = NOW.replace(month=month)
        for _ in range(2):
            reports = lint(names, tmp_path, now=now)
            assert reports == lint(names, now=now)
        rules_at[month] = [one.rule for one in reports[1].diagnostics if "removal-" in one.rule]
    assert rules_at == {9: [], 11: ["prof-removal-soon"], 12: ["prof-removal-past"]}
    linted.clear()
    lint(names, tmp_path, now=NOW.replace(month=10))
    assert linted == ["removed.mobileconfig"]


def test_a_run_that_depends_on_the_clock_gets_old(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = write(folder, "a.mobileconfig")
    path.write_bytes(path.read_bytes().replace(b"<key>PayloadContent</key>", REMOVED, 1))
    for _ in range(2):
        for now in ("2026-09-01", "2026-12-02"):
            arguments = ["--no-config", "--now", now]
            assert said(capfd, *arguments, "--cache-dir", str(tmp_path / "c")) == said(capfd, *arguments)


def test_only_the_clock_of_the_run_is_looked_at() -> None:
    """What a rule asks `run.now` is noticed; another clock would not be."""
    own = re.compile(r"(?:datetime|date|time)\.(?:now|today|utcnow|time|time_ns|localtime|gmtime)\(")
    for name in ("document", "model", "providers", "rules", "lifecycle"):
        for path in (ROOT / "profiler" / name).rglob("*.py"):
            assert own.search(path.read_text()) is None or path.name == "moment.py", path


def signed(data: bytes) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Kari")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(NOW)
        .not_valid_after(NOW + datetime.timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    builder = pkcs7.PKCS7SignatureBuilder(data).add_signer(certificate, key, hashes.SHA256())
    return builder.sign(serialization.Encoding.DER, [])


def test_a_signed_file_is_believed_as_long_as_the_roots_of_the_system_stay(
    folder: Path, tmp_path: Path, linted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.mobileconfig").write_bytes(signed(example.whole("", MAIL)))
    bundle = tmp_path / "roots.pem"
    bundle.write_bytes(b"one")
    monkeypatch.setattr(system, "KEYCHAINS", (str(bundle),))
    for _ in range(2):
        lint(["a.mobileconfig"], tmp_path / "c")
    assert linted == ["a.mobileconfig"]
    bundle.write_bytes(b"two")
    lint(["a.mobileconfig"], tmp_path / "c")
    assert linted == ["a.mobileconfig"] * 2


def kept(folder: Path) -> bytes:
    """Everything that stands in a cache, unpacked too."""
    data = (folder / store._NAME).read_bytes()
    with contextlib.closing(sqlite3.connect(folder / store._NAME)) as db:
        for (packed,) in db.execute("SELECT data FROM entry").fetchall():
            with contextlib.suppress(OSError, EOFError):
                data += gzip.decompress(packed.partition(b"\n")[2])
    return data


@pytest.mark.parametrize(
    ("snippet", "secret"),
    [(WITH_PASSWORD, PASSWORD), (NUMBER_AS_PASSWORD, "918273645")],
    ids=["text", "number"],
)
@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_no_secret_is_kept(
    snippet: str, secret: str, form: str, folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("a", "b"):
        write(folder, f"{name}.mobileconfig", snippet)
    for more in ([], ["--set-complete"], ["--fix"], ["--diff"]):
        said(capfd, "--no-config", "--format", form, "--cache-dir", str(tmp_path), *more)
    everything = kept(tmp_path)
    assert (b"IncomingPassword" in everything, secret.encode() in everything) == (True, False)


def test_a_report_that_quotes_a_secret_is_not_kept() -> None:
    """No rule writes such a report; should one, it goes no further than the screen."""
    source = from_bytes(example.whole(WITH_PASSWORD, MAIL), "a.mobileconfig")
    silent = Diagnostic(
        "mail-x",
        Severity.NOTE,
        "A message",
        (),
        None,
        None,
        None,
        (),
        "",
        "",
        "<string>(hidden)</string>",
        (0, 1),
    )
    for one, is_kept in (
        (silent, True),
        (silent._replace(excerpt=f"<string>{PASSWORD}</string>"), False),
        (silent._replace(excerpt=f"    {PASSWORD}"), False),
        (silent._replace(message=f"The password {PASSWORD!r} is weak"), False),
        (silent._replace(fix=Fix("move", (Edit(0, 0, f"<key>P</key><string>{PASSWORD}</string>"),))), False),
    ):
        report = FileReport(source.name, source.envelope, (one,))
        assert (record.record(report, source) is not None) is is_kept, one


def test_what_could_not_be_checked_is_not_kept(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "a.mobileconfig")
    cached = ["--no-config", "a.mobileconfig", "--cache-dir", str(tmp_path)]
    with monkeypatch.context() as broken:
        broken.setattr(
            importlib.import_module("profiler.rules.index").Entry, "rule", property(lambda _self: 1 / 0)
        )
        code, out, err = said(capfd, *cached)
        assert (code, out) == (3, "0 files checked: nothing found; 1 could not be checked\n")
        assert err.startswith("error: a.mobileconfig: the rule ")
    assert said(capfd, *cached) == said(capfd, "--no-config", "a.mobileconfig")
    missing = ["--no-config", "a.mobileconfig", "gone.mobileconfig"]
    for _ in range(2):
        assert said(capfd, *missing, "--cache-dir", str(tmp_path)) == said(capfd, *missing)


def test_a_file_that_changes_while_it_is_linted_is_not_kept(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "a.mobileconfig", "")
    original = session.open_source

    def changed(name: str, stdin_filename: str = "") -> Any:
        write(folder, "a.mobileconfig", TWICE)
        return original(name, stdin_filename)

    cached = ["--no-config", "--cache-dir", str(tmp_path / "c")]
    with monkeypatch.context() as patched:
        patched.setattr(session, "open_source", changed)
        assert said(capfd, *cached)[0] == 1
    write(folder, "a.mobileconfig", "")
    assert said(capfd, *cached)[0] == 0


SHAPES = [
    ["--format", "json"],
    ["--format", "github"],
    ["--color", "always"],
    ["--fail-on", "never"],
    ["--statistics"],
    ["--baseline", "known.json"],
    ["--config", "profiler.toml"],
    ["-o", "report.txt", "--force"],
]


@pytest.mark.parametrize("shape", SHAPES, ids=" ".join)
def test_what_a_run_says_is_kept_for_its_shape_only(
    shape: list[str], folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write(folder, "a.mobileconfig")
    said(capfd, "--no-config", "--write-baseline", "known.json")
    (folder / "profiler.toml").write_text('fail-on = "never"\n')
    for arguments in (["--color", "never"], shape):
        own = [] if "--config" in arguments else ["--no-config"]
        without = said(capfd, *own, *arguments)
        written = Path("report.txt").read_bytes() if "-o" in arguments else b""
        for _ in range(2):
            Path("report.txt").unlink(missing_ok=True)
            assert said(capfd, *own, "--cache-dir", str(tmp_path / "c"), *arguments) == without
            assert (Path("report.txt").read_bytes() if "-o" in arguments else b"") == written


def test_another_baseline_is_another_answer(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write(folder, "a.mobileconfig")
    (folder / "profiler.toml").write_text('baseline = "known.json"\nignore = ["doc-sample-value"]\n')
    (folder / "known.json").write_text('{"version": 1, "findings": []}')
    cached = ["--cache-dir", str(tmp_path / "c")]
    assert [said(capfd, *cached)[0] for _ in range(2)] == [1, 1]
    said(capfd, "--write-baseline", "new.json", "--no-config")
    (folder / "new.json").replace(folder / "known.json")
    assert [said(capfd, *cached)[0] for _ in range(2)] == [0, 0]


@pytest.mark.parametrize(
    "arguments",
    [["--fix"], ["--diff"], ["--write-baseline", "b.json"], ["--decrypt-key", "key.pem"]],
    ids=str,
)
def test_these_keep_nothing(
    arguments: list[str], folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write(folder, "a.mobileconfig", "")
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(pem)
    said(capfd, *arguments, "--no-config", "--cache-dir", str(tmp_path / "c"))
    assert not (tmp_path / "c").exists()


def damage_all(path: Path) -> None:
    path.write_bytes(b"no database" * 1000)


def damage_half(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def damage_pages(path: Path) -> None:
    data = bytearray(path.read_bytes())
    for place in range(4096, len(data), 512):
        data[place : place + 64] = b"\xa5" * 64
    path.write_bytes(data)


def change_rows(*statements: str) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        with contextlib.closing(sqlite3.connect(path)) as db, db:
            for statement in statements:
                db.execute(statement)

    damage.__name__ = statements[-1]
    return damage


@pytest.mark.parametrize(
    "damage",
    [
        damage_all,
        damage_half,
        damage_pages,
        change_rows("UPDATE entry SET data = zeroblob(200)"),
        change_rows("UPDATE entry SET data = 'text'"),
        change_rows("UPDATE entry SET data = x''"),
        change_rows("UPDATE entry SET data = (SELECT max(data) FROM entry)"),
        change_rows("DROP TABLE entry", "CREATE TABLE entry (other TEXT)"),
        change_rows("DROP INDEX entry_used", "DROP TABLE entry", "CREATE VIEW entry AS SELECT 1"),
    ],
    ids=lambda one: one.__name__,
)
def test_a_damaged_cache_is_an_empty_one(
    damage: Callable[[Path], None], folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write(folder, "a.mobileconfig")
    write(folder, "b.mobileconfig", "")
    cached = ["--no-config", "--cache-dir", str(tmp_path / "c")]
    without = said(capfd, "--no-config")
    said(capfd, *cached)
    damage(tmp_path / "c" / store._NAME)
    for more in ([], ["--color", "never"], ["--fail-on", "error"]):
        code, out, err = said(capfd, *cached, *more)
        assert (code, out) == without[:2]
        assert err == "" or err.startswith("warning: results are not kept: ")


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"[1]\n", b'["", "xml", 3, "", [], "", 0]', b"\xff"])
def test_a_forged_report_is_none(data: bytes, folder: Path, tmp_path: Path) -> None:
    """Whoever may write the cache may lie in it, but runs no code and ends no run."""
    write(folder, "a.mobileconfig")
    expected = lint(["a.mobileconfig"], tmp_path)
    with contextlib.closing(sqlite3.connect(tmp_path / store._NAME)) as db, db:
        for (key,) in db.execute("SELECT key FROM entry").fetchall():
            db.execute("UPDATE entry SET data = ? WHERE key = ?", [store._check(key, data) + data, key])
    assert lint(["a.mobileconfig"], tmp_path) == expected


def test_a_cache_that_cannot_be_written_is_done_without(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    write(folder, "a.mobileconfig", "")
    (tmp_path / "file").write_bytes(b"")
    code, out, err = said(capfd, "--no-config", "--cache-dir", str(tmp_path / "file" / "c"))
    assert (code, out) == (0, said(capfd, "--no-config")[1])
    assert err == (
        f"warning: results are not kept: {tmp_path}/file/c: Not a directory\n  = help: --cache-dir names another folder\n"
    )


def test_a_cache_in_use_is_done_without(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "a.mobileconfig", "")
    monkeypatch.setattr(store, "_PATIENCE", 0.01)
    cached = ["--no-config", "--cache-dir", str(tmp_path / "c")]
    without = said(capfd, *cached)
    for kind in ("IMMEDIATE", "EXCLUSIVE"):
        with contextlib.closing(sqlite3.connect(tmp_path / "c" / store._NAME, isolation_level=None)) as db:
            db.execute(f"BEGIN {kind}")
            for arguments in (cached, [*cached, "--fail-on", "error"]):
                assert said(capfd, *arguments)[:2] == without[:2]
    assert said(capfd, *cached) == without


def test_nothing_is_left_open(folder: Path, tmp_path: Path) -> None:
    one = Cache(tmp_path / "c", Settings(now=NOW), ["not-there.mobileconfig"])
    one.say("a line")
    one.close()
    assert one._lines.closed


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_user_may_read_it(folder: Path, tmp_path: Path) -> None:
    lint([], tmp_path / "c")
    place = tmp_path / "c"
    assert (place.stat().st_mode & 0o777, (place / store._NAME).stat().st_mode & 0o777) == (0o700, 0o600)


def test_what_nobody_used_for_a_month_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    day = 86_400
    for today, written, expected in (
        (100, b"old", {b"old"}),
        (110, b"used", {b"old", b"used"}),
        (130, b"new", {b"old", b"used", b"new"}),
        (135, b"newer", {b"used", b"new", b"newer"}),
    ):
        monkeypatch.setattr(store, "time", SimpleNamespace(time=lambda today=today: today * day))
        one = Store(tmp_path)
        one.put(written, "", b"data")
        one.touch(b"used", [])
        one.close()
        found = Store(tmp_path)
        assert {key for key, _ in found.moments([b"old", b"used", b"new", b"newer"])} == expected
        found.close()


def test_it_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_LARGEST", 1_000_000)
    for turn in range(20):
        one = Store(tmp_path)
        for number in range(30):
            one.put(f"{turn}-{number}".encode(), "", os.urandom(5000))
        one.close()
    assert (tmp_path / store._NAME).stat().st_size < 1_500_000
    last = Store(tmp_path)
    assert last.get(b"19-29") is not None
    last.close()


def test_the_tool_is_known_by_the_contents_of_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "package"
    (package / "__pycache__").mkdir(parents=True)
    rule = package / "rule.py"
    rule.write_text("one")
    monkeypatch.setattr(fingerprint, "_PACKAGE", package)

    def mark() -> bytes:
        one = Store(tmp_path / "c")
        made = fingerprint.tool(one)
        one.close()
        return made

    first = mark()
    os.utime(rule, (1, 1))
    (package / "__pycache__" / "rule.pyc").write_text("compiled")
    assert mark() == first
    rule.write_text("two")
    os.utime(rule, (2, 2))
    second = mark()
    rule.rename(package / "other.py")
    third = mark()
    monkeypatch.setattr(fingerprint, "_cryptography", lambda: "51")
    assert len({first, second, third, mark()}) == 4
    assert mark() == mark()


def test_unchanged_files_are_only_read(tmp_path: Path) -> None:
    """No rule, no schema, no engine is imported when everything is known."""
    write(tmp_path, "a.mobileconfig")
    command = [
        sys.executable, "-c",
        "import sys; from profiler.cli import run; code = run(sys.argv[1:]); print(sorted(sys.modules), file=sys.stderr)",
        "lint", "--no-config", "--cache-dir", "c", "--now", "2026-11-23", "a.mobileconfig",
    ]  # fmt: skip
    cold, warm = (
        subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True) for _ in range(2)
    )
    assert cold.stdout == warm.stdout
    for name in ("profiler.lint.linter", "profiler.rules.document.duplicate_key", "profiler.document.plist"):
        assert (f"'{name}'" in cold.stderr, f"'{name}'" in warm.stderr) == (True, False)


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "/xdg"}, "/xdg/profiler"),
        ("linux", {"HOME": "/home/kari"}, "/home/kari/.cache/profiler"),
        ("darwin", {"HOME": "/Users/kari"}, "/Users/kari/Library/Caches/profiler"),
        ("win32", {"LOCALAPPDATA": "/kari/Local"}, "/kari/Local/profiler"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="paths as POSIX writes them")
def test_where_it_is(
    platform: str, environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    assert user_folder() == Path(expected)


def test_the_environment_names_a_folder_and_the_flag_another(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "a.mobileconfig", "")
    monkeypatch.setenv("PROFILER_CACHE_DIR", str(tmp_path / "one"))
    said(capfd, "--no-config")
    assert not (tmp_path / "one").exists()
    said(capfd, "--no-config", "--cache-dir", str(tmp_path / "two"))
    assert not (tmp_path / "one").exists()
    said(capfd, "--no-config", "--cache")
    assert ((tmp_path / "one" / store._NAME).exists(), (tmp_path / "two" / store._NAME).exists()) == (
        True,
        True,
    )


def test_a_user_without_a_home_has_no_cache(
    folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, "a.mobileconfig", "")

    def no_home() -> Path:
        raise RuntimeError

    monkeypatch.delenv("PROFILER_CACHE_DIR", raising=False)
    monkeypatch.setattr(cache, "user_folder", no_home)
    assert said(capfd, "--no-config", "--cache") == (
        *said(capfd, "--no-config")[:2],
        "warning: results are not kept: the user has no home folder\n  = help: --cache-dir names a folder\n",
    )
