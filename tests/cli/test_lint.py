"""`profiler lint` as a user meets it: output, exit codes, files, fixes, baselines, config."""

from __future__ import annotations

import json
import os
import plistlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from profiler.document.document import Document
from profiler.document.source import from_bytes
from profiler.lint.suppress import Suppressions
from profiler.rules import example
from tests import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    Profiler = Callable[..., Any]

ROOT = Path(__file__).parents[2]
MAIL = "com.apple.mail.managed"
CLEARTEXT = """
<key>OutgoingMailServerPortNumber</key>
<integer>587</integer>
<key>OutgoingMailServerUseSSL</key>
<false/>
"""
DUPLICATE = """
<key>IncomingMailServerUseSSL</key>
<true/>
<key>IncomingMailServerUseSSL</key>
<true/>
"""
PASSWORD = """
<key>IncomingPassword</key>
<string>correct horse battery</string>
"""
PRIVATE_KEY = """
<key>PayloadContent</key>
<data>LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0taG9yc2U=</data>
"""
DESCRIBED = "docs/suppressing.md describes the config file"
CONFIG = f"""
ignore = ["doc-sample-value"]
providers = ["{(ROOT / "sample_profiles/providers/example.toml").as_posix()}"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "profiler.toml").write_text(CONFIG)
    return tmp_path


def write(folder: Path, name: str, snippet: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(example.whole(snippet, MAIL))
    return path


def rules_in(output: str) -> dict[str, list[str]]:
    return {
        file["path"]: [one["rule"] for one in file["diagnostics"]] for file in json.loads(output)["files"]
    }


def test_text_shows_place_line_mark_and_path(folder: Path, profiler: Profiler) -> None:
    write(folder, "mail/anna.mobileconfig", DUPLICATE)
    done = profiler("lint")
    assert done.out == (
        "mail/anna.mobileconfig:49:4: error[doc-duplicate-key] IncomingMailServerUseSSL is written twice in one dictionary; "
        "readers keep one of them without a word\n"
        "   49 |             <key>IncomingMailServerUseSSL</key>\n"
        "      |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ PayloadContent[0].IncomingMailServerUseSSL\n"
        "   = note: line 48: the first one is here\n"
        "   = help: remove the second of two equal entries  [fix available]\n"
        "1 file checked: 1 error, 0 warnings, 0 notes; 1 can be fixed with --fix\n"
    )
    assert (done.code, done.err) == (1, "")


def test_json_follows_its_schema_and_the_contract(folder: Path, profiler: Profiler) -> None:
    path = write(folder, "a.mobileconfig", DUPLICATE)
    done = profiler("lint", "--format", "json", "a.mobileconfig")
    report = json.loads(done.out)
    jsonschema.validate(report, json.loads((ROOT / "schemas/lint-output.schema.json").read_text()))
    assert report["summary"] == {"files": 1, "errors": 1, "warnings": 0, "notes": 0, "fixable": 1}
    assert report["files"][0]["envelope"] == "xml"
    found = report["files"][0]["diagnostics"][0]
    key = b"<key>IncomingMailServerUseSSL</key>"
    offset = path.read_bytes().rindex(key)
    assert found["start"] == {"line": 49, "column": 4, "offset": offset}
    assert found["end"] == {"line": 49, "column": 4 + len(key), "offset": offset + len(key)}
    assert found["key_path"] == ["PayloadContent", 0, "IncomingMailServerUseSSL"]


@pytest.mark.parametrize(
    ("fail_on", "code"),
    [("error", 1), ("warning", 1), ("note", 1), ("never", 0)],
    ids=["error", "warning", "note", "never"],
)
def test_exit_code_follows_fail_on(folder: Path, profiler: Profiler, fail_on: str, code: int) -> None:
    write(folder, "a.mobileconfig", DUPLICATE)
    assert profiler("lint", "--fail-on", fail_on).code == code


def test_a_clean_file_exits_0(folder: Path, profiler: Profiler) -> None:
    write(folder, "a.mobileconfig", "")
    done = profiler("lint", "--fail-on", "note")
    assert (done.code, done.out) == (0, "1 file checked: nothing found\n")


def test_a_missing_path_is_exit_3(folder: Path, profiler: Profiler) -> None:
    done = profiler("lint", "nowhere.mobileconfig")
    assert (done.code, done.out) == (3, "0 files checked: nothing found; 1 could not be checked\n")
    assert done.err == "error: nowhere.mobileconfig: cannot be read: No such file or directory\n"


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("json", '{"path": "no.mobileconfig", "envelope": "unreadable", "diagnostics": [], "error": "@"}'),
        ("junit", '<error message="@"/>'),
        ("github", "::error file=no.mobileconfig,title=not checked::@"),
        ("markdown", "Could not be checked: @"),
        ("sarif", '"executionSuccessful": false,'),
        ("sarif", '"text": "@"'),
    ],
)
def test_a_report_says_what_could_not_be_checked(
    folder: Path, profiler: Profiler, kind: str, told: str
) -> None:
    assert folder.is_dir()
    done = profiler("lint", "no.mobileconfig", "--format", kind)
    reason = "no.mobileconfig: cannot be read: No such file or directory"
    assert told.replace("@", reason) in [line.strip() for line in done.out.splitlines()]
    assert done.code == 3


def test_a_folder_without_profiles_is_told(folder: Path, profiler: Profiler) -> None:
    (folder / "empty").mkdir()
    done = profiler("lint", "empty")
    assert (done.code, done.out) == (0, "0 files checked: nothing found\n")
    assert done.err == "warning: no file to check: no *.mobileconfig below empty\n"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_text_is_reported_in_every_format(folder: Path, profiler: Profiler) -> None:
    name = b"bl\xe5.mobileconfig"
    write(folder, os.fsdecode(name), DUPLICATE)
    for kind in ("text", "json", "sarif", "junit", "github", "markdown"):
        done = profiler("lint", "--format", kind)
        assert (done.code, done.err) == (1, "")
    found = json.loads(profiler("lint", "--format", "sarif").out)["runs"][0]["results"][0]["locations"][0]
    assert found["physicalLocation"]["artifactLocation"]["uri"] == "bl%E5.mobileconfig"
    assert profiler("lint", "--write-baseline", "known.json").code == 0
    assert profiler("lint", "--baseline", "known.json").code == 0


def test_a_missing_path_does_not_hide_what_is_found_elsewhere(folder: Path, profiler: Profiler) -> None:
    write(folder, "a.mobileconfig", DUPLICATE)
    done = profiler("lint", "nowhere.mobileconfig", "a.mobileconfig", "--format", "json")
    assert (done.code, rules_in(done.out)) == (
        3,
        {"a.mobileconfig": ["doc-duplicate-key"], "nowhere.mobileconfig": []},
    )


def test_an_installed_profile_that_is_none_is_exit_3(folder: Path, profiler: Profiler) -> None:
    write(folder, "a.mobileconfig", "")
    (folder / "old.mobileconfig").write_text("<plist><array/></plist>")
    done = profiler("lint", "a.mobileconfig", "--installed", "old.mobileconfig")
    assert (done.code, done.out) == (3, "")
    assert done.err == (
        "error: --installed old.mobileconfig: is no profile to compare with\n"
        "  = help: `profiler lint` says what is wrong with it\n"
    )


def test_an_installed_profile_that_is_encrypted_is_opened(
    folder: Path, profiler: Profiler, recipient: tuple[str, str]
) -> None:
    path = write(folder, "a.mobileconfig", "")
    assert profiler("encrypt", path, *recipient, "-o", "old.mobileconfig").code == 0
    path.write_bytes(path.read_bytes().replace(b".mail-managed<", b".other<"))
    run = (
        "lint",
        "a.mobileconfig",
        "--select",
        "life-payload-id-changed",
        "--installed",
        "old.mobileconfig",
        "--format",
        "json",
    )
    done = profiler(*run)
    assert (done.code, rules_in(done.out)) == (0, {"a.mobileconfig": []})
    assert done.err == (
        "warning: --installed old.mobileconfig: is encrypted, so its accounts are not compared\n"
        "  = help: --decrypt-key opens it\n"
    )
    done = profiler(*run, "--decrypt-key", "key.pem")
    assert (done.code, done.err) == (0, "")
    assert rules_in(done.out) == {"a.mobileconfig": ["life-payload-id-changed"]}


def test_an_encrypted_profile_is_not_called_clean_unseen(
    folder: Path, profiler: Profiler, recipient: tuple[str, str]
) -> None:
    path = write(folder, "a.mobileconfig", "")
    assert profiler("encrypt", path, *recipient, "-o", "sealed.mobileconfig").code == 0
    done = profiler("lint", "sealed.mobileconfig")
    assert done.code == 0
    assert done.out == (
        "sealed.mobileconfig: encrypted; only the outside was checked, --decrypt-key looks inside\n"
        "1 file checked: nothing found\n"
    )
    done = profiler("lint", "sealed.mobileconfig", "--decrypt-key", "key.pem")
    assert (done.code, done.out) == (0, "1 file checked: nothing found\n")


def test_a_key_that_is_none_is_exit_3(folder: Path, profiler: Profiler) -> None:
    write(folder, "a.mobileconfig", "")
    done = profiler("lint", "--decrypt-key", "profiler.toml")
    assert (done.code, done.out) == (3, "")
    assert done.err == (
        "error: profiler.toml: holds no private key\n  = help: it must be PEM: -----BEGIN PRIVATE KEY-----\n"
    )


def test_roots_that_are_not_there_are_missed_before_a_file_is_signed(
    folder: Path, profiler: Profiler
) -> None:
    write(folder, "a.mobileconfig", "")
    done = profiler("lint", "--trust", "roots.pem")
    assert (done.code, done.out, done.err) == (3, "", "error: --trust roots.pem: no such file\n")


def test_a_group_may_have_a_severity_and_a_rule_of_it_another(folder: Path, profiler: Profiler) -> None:
    path = write(folder, "a.mobileconfig", CLEARTEXT)
    path.write_bytes(
        path.read_bytes().replace(b"<key>EmailAccountName</key>", b"<key>emailAccountName</key>")
    )
    config = folder / "profiler.toml"
    config.write_text(
        config.read_text() + '[severity]\nmail-name-missing = "error"\nmail = "warning"\nprof = "note"\n'
    )
    done = json.loads(profiler("lint", "--format", "json").out)["files"][0]["diagnostics"]
    assert {one["rule"]: one["severity"] for one in done} == {
        "mail-cleartext": "warning",
        "mail-name-missing": "error",
        "prof-key-case": "note",
    }


def test_ignores_for_files_hold_for_the_name_of_standard_input(folder: Path, profiler: Profiler) -> None:
    data = write(folder, "a.mobileconfig", DUPLICATE).read_bytes()
    config = folder / "profiler.toml"
    config.write_text(config.read_text() + '[per-file-ignores]\n"old/*" = ["doc-duplicate-key"]\n')
    for name, code in (("old/a.mobileconfig", 0), ("new/a.mobileconfig", 1)):
        assert profiler("lint", "--stdin-filename", name, "-", stdin=data).code == code


def test_a_service_that_does_not_exist_is_found_in_the_config(folder: Path, profiler: Profiler) -> None:
    write(folder, "a.mobileconfig", "")
    (folder / "profiler.toml").write_text('fail-on = "note"\nmdm = "jamff"\n')
    done = profiler("lint")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        f"error: {folder / 'profiler.toml'}:2: mdm 'jamff': no management service of that name is known\n"
        "  = help: did you mean 'jamf'?\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--select", "mail-cleartxt"], "--select: there is no rule 'mail-cleartxt'"),
        (["--ignore", "mail-x*"], "--ignore: there is no rule 'mail-x*'"),
        (["--now", "yesterday"], "--now 'yesterday' is not a time in RFC 3339 form"),
        (
            ["--now", "9999-12-31T23:59:59-14:00"],
            "--now '9999-12-31T23:59:59-14:00' is not a time in RFC 3339 form",
        ),
        (["--target", "iso"], "target 'iso': 'iso' is not a platform"),
        (["--mdm", "jamff"], "--mdm 'jamff': no management service of that name is known"),
        (["--format", "yaml"], "Invalid value for '--format'"),
        (["--color", "sometimes"], "--color 'sometimes' is not one of always, never, auto"),
    ],
)
def test_wrong_flags_are_exit_2(folder: Path, profiler: Profiler, arguments: list[str], message: str) -> None:
    write(folder, "a.mobileconfig", "")
    done = profiler("lint", *arguments)
    assert done.code == 2
    assert message in done.err
    assert done.out == ""


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read anything")
def test_an_unreadable_folder_is_exit_3(folder: Path, profiler: Profiler) -> None:
    (folder / "closed").mkdir(mode=0)
    assert profiler("lint", "closed").code == 3


def test_one_broken_file_does_not_hide_the_others(folder: Path, profiler: Profiler) -> None:
    write(folder, "b.mobileconfig", DUPLICATE)
    (folder / "a.mobileconfig").write_bytes(b"\x00\x01 nonsense")
    (folder / "c.mobileconfig").write_bytes(b"")
    (folder / "d.mobileconfig").mkdir()
    write(folder, "d.mobileconfig/e.mobileconfig", "")
    done = profiler("lint", "--format", "json")
    assert rules_in(done.out) == {
        "a.mobileconfig": ["doc-unreadable"],
        "b.mobileconfig": ["doc-duplicate-key"],
        "c.mobileconfig": ["doc-unreadable"],
        "d.mobileconfig/e.mobileconfig": [],
    }
    assert done.code == 1


def test_a_file_named_twice_is_linted_once(folder: Path, profiler: Profiler) -> None:
    write(folder, "mail/a.mobileconfig", DUPLICATE)
    done = profiler("lint", "--format", "json", "./mail/a.mobileconfig", "mail//a.mobileconfig", "mail/", ".")
    assert rules_in(done.out) == {"mail/a.mobileconfig": ["doc-duplicate-key"]}


def test_standard_input(folder: Path, profiler: Profiler) -> None:
    done = profiler("lint", "--stdin-filename", "x.mobileconfig", "-", stdin=example.whole(DUPLICATE, MAIL))
    assert done.code == 1
    assert done.out.startswith("x.mobileconfig:49:4: error[doc-duplicate-key]")


def test_standard_input_among_files_is_read_whatever_the_processes(folder: Path, profiler: Profiler) -> None:
    write(folder, "a.mobileconfig", DUPLICATE)
    done = profiler(
        "lint", "--jobs", "2", "--format", "json", "-", "a.mobileconfig", stdin=example.whole("", MAIL)
    )
    assert rules_in(done.out) == {"-": [], "a.mobileconfig": ["doc-duplicate-key"]}


def test_select_and_ignore(folder: Path, profiler: Profiler) -> None:
    write(folder, "a.mobileconfig", DUPLICATE)
    assert profiler("lint", "--ignore", "doc-duplicate-key").code == 0
    assert profiler("lint", "--ignore", "doc").code == 0
    assert profiler("lint", "--select", "mail,prof-uuid-form").code == 0
    assert profiler("lint", "--select", "doc").code == 1


def test_fix_changes_only_what_is_wrong(folder: Path, profiler: Profiler) -> None:
    path = write(folder, "a.mobileconfig", "<!-- kept -->\n" + DUPLICATE.strip())
    before = path.read_text()
    done = profiler("lint", "--fix")
    second = "\n\t\t\t<key>IncomingMailServerUseSSL</key>\n\t\t\t<true/>"
    assert path.read_text() == before.replace(second + second, second)
    assert (done.code, done.err) == (0, "fixed 1 finding\n")


def test_diff_shows_and_writes_nothing(folder: Path, profiler: Profiler) -> None:
    path = write(folder, "a.mobileconfig", DUPLICATE)
    before = path.read_bytes()
    done = profiler("lint", "--diff")
    assert path.read_bytes() == before
    assert done.out.splitlines()[:2] == ["--- a/a.mobileconfig", "+++ b/a.mobileconfig"]
    assert [line for line in done.out.splitlines()[2:] if line.startswith("-")] == [
        "-\t\t\t<key>IncomingMailServerUseSSL</key>",
        "-\t\t\t<true/>",
    ]


def test_diff_is_judged_by_the_file_as_it_stands(folder: Path, profiler: Profiler) -> None:
    write(folder, "a.mobileconfig", DUPLICATE)
    assert profiler("lint", "--diff").code == 1
    assert profiler("lint", "--fix").code == 0
    done = profiler("lint", "--diff")
    assert (done.code, done.out) == (0, "")


def test_a_report_of_a_diff_goes_to_a_file(folder: Path, profiler: Profiler) -> None:
    write(folder, "a.mobileconfig", DUPLICATE)
    done = profiler("lint", "--diff", "--format", "json", "-o", "report.json")
    assert done.out.startswith("--- a/a.mobileconfig\n")
    assert rules_in((folder / "report.json").read_text()) == {"a.mobileconfig": ["doc-duplicate-key"]}


def test_fix_keeps_the_line_ends_of_a_file(folder: Path, profiler: Profiler) -> None:
    path = write(folder, "a.mobileconfig", "")
    right = path.read_bytes().replace(b"\n", b"\r\n")
    doctype = right[right.index(b"<!DOCTYPE") : right.index(b"<plist")]
    path.write_bytes(right.replace(doctype, b""))
    assert profiler("lint", "--fix").err == "fixed 1 finding\n"
    assert path.read_bytes() == right


@pytest.mark.skipif(shutil.which("patch") is None, reason="there is no patch")
def test_a_diff_can_be_applied_to_a_file_without_a_last_line_end(folder: Path, profiler: Profiler) -> None:
    path = write(folder, "a.mobileconfig", DUPLICATE)
    comment = "<!-- \u2028 -->\n\t\t\t<key>Inc".encode()
    path.write_bytes(path.read_bytes().replace(b"<key>Inc", comment).replace(b"\t", b"").rstrip())
    diff = profiler("lint", "--diff", "--stdin-filename", "b.mobileconfig", "-", stdin=path.read_bytes()).out
    assert diff.startswith("--- a/b.mobileconfig\n+++ b/b.mobileconfig\n")
    fixed = profiler("lint", "--fix", "-", stdin=path.read_bytes()).out
    subprocess.run(["patch", "-s", path], input=diff.encode(), check=True)  # noqa: S607 - wherever it is
    assert path.read_text() == fixed


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anything")
def test_nothing_is_fixed_when_one_file_cannot_be_written(folder: Path, profiler: Profiler) -> None:
    first = write(folder, "a.mobileconfig", DUPLICATE)
    second = write(folder, "closed/b.mobileconfig", DUPLICATE)
    before = first.read_bytes()
    second.parent.chmod(0o500)
    done = profiler("lint", "--fix")
    assert (done.code, done.out, first.read_bytes()) == (3, "", before)
    assert done.err == f"error: closed/b.mobileconfig: no permission to write in {second.parent}\n"


def test_nothing_is_fixed_when_the_baseline_cannot_be_written(folder: Path, profiler: Profiler) -> None:
    path = write(folder, "a.mobileconfig", DUPLICATE)
    before = path.read_bytes()
    done = profiler("lint", "--fix", "--write-baseline", "profiler.toml")
    assert (done.code, path.read_bytes()) == (2, before)
    assert done.err == "error: profiler.toml: exists already\n  = help: --force overwrites it\n"


def test_fix_of_standard_input_is_on_standard_output(folder: Path, profiler: Profiler) -> None:
    data = example.whole(DUPLICATE, MAIL)
    done = profiler("lint", "--fix", "-", stdin=data)
    second = "\n\t\t\t<key>IncomingMailServerUseSSL</key>\n\t\t\t<true/>"
    assert done.out == data.decode().replace(second + second, second)
    assert done.err == "fixed 1 finding\n1 file checked: nothing found\n"


def test_no_secret_in_any_output(folder: Path, profiler: Profiler) -> None:
    write(folder, "a.mobileconfig", PASSWORD)
    for extra in (
        [],
        ["--diff", "--unsafe-fixes"],
        *(["--format", name] for name in ("json", "sarif", "junit", "github", "markdown")),
    ):
        done = profiler("lint", *extra)
        assert "horse" not in done.out + done.err
        assert done.out


@pytest.mark.parametrize("kind", ["com.apple.security.pem", "com.apple.security.pkcs12"])
def test_no_private_key_in_the_line_that_is_shown(folder: Path, profiler: Profiler, kind: str) -> None:
    (folder / "a.mobileconfig").write_bytes(example.whole(PRIVATE_KEY, kind))
    done = profiler("lint", "--select", "sec-private-key")
    assert done.out.splitlines()[1] == "   19 |             <data>(hidden)</data>"


def test_no_password_of_a_comment_in_the_line_that_is_shown(folder: Path, profiler: Profiler) -> None:
    path = write(folder, "a.mobileconfig", "")
    remark = b"<!-- password: Hunter2222 <key>Token</key><string>horse</string> -->"
    path.write_bytes(path.read_bytes().replace(b"<string>Configuration<", remark + b"<string>Config<"))
    shown = profiler("lint", "--select", "prof-type").out.splitlines()[1]
    assert shown.split(" | ")[1].strip() == (
        "<!-- password: (hidden) <key>Token</key><string>(hidden)</string> --><string>Config</string>"
    )


def test_fix_refuses_a_binary_profile(folder: Path, profiler: Profiler) -> None:
    data = plistlib.dumps(plistlib.loads(example.whole(CLEARTEXT, MAIL)), fmt=plistlib.FMT_BINARY)
    (folder / "a.mobileconfig").write_bytes(data)
    done = profiler("lint", "--fix", "--unsafe-fixes")
    assert (folder / "a.mobileconfig").read_bytes() == data
    assert "a.mobileconfig is a binary property list" in done.err
    assert done.code == 1


def test_a_baseline_survives_moved_lines(folder: Path, profiler: Profiler) -> None:
    path = write(folder, "a.mobileconfig", DUPLICATE)
    done = profiler("lint", "--write-baseline", "known.json")
    assert (done.code, done.err) == (0, "recorded 1 finding in known.json\n")
    path.write_bytes(path.read_bytes().replace(b"<dict>", b"<!-- moved -->\n\n<dict>", 1))
    assert profiler("lint", "--baseline", "known.json").code == 0
    write(folder, "b.mobileconfig", DUPLICATE)
    assert profiler("lint", "--baseline", "known.json").code == 1
    assert profiler("lint", "--write-baseline", "known.json").code == 2
    (folder / "empty").mkdir()
    assert profiler("lint", "empty", "--baseline", "unknown.json").code == 3


def test_an_ignore_comment_is_about_the_next_element(folder: Path, profiler: Profiler) -> None:
    comment = "<!-- profiler: ignore[doc-duplicate-key] both are right -->\n"
    first, second = DUPLICATE.strip().split("<true/>\n", 1)
    write(folder, "a.mobileconfig", first + "<true/>\n" + comment + second)
    assert profiler("lint").code == 0
    write(folder, "b.mobileconfig", comment + DUPLICATE.strip())
    assert rules_in(profiler("lint", "--format", "json", "b.mobileconfig").out)["b.mobileconfig"] == [
        "doc-unused-ignore",
        "doc-duplicate-key",
    ]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("dav", ["dav-ssl-off", "ldap-search-base"]),
        ("ldap", ["ldap-search-base"]),
        ("ldap-search-base", ["ldap-search-base"]),
        ("document", ["doc-sample-value"]),
        ("doc", ["doc-sample-value"]),
        ("signature", []),
    ],
)
def test_rules_go_by_id_prefix_and_group(
    folder: Path, profiler: Profiler, name: str, found: list[str]
) -> None:
    snippet = "<key>LDAPAccountUseSSL</key><false/><key>LDAPSearchSettings</key><array><dict/></array>"
    (folder / "a.mobileconfig").write_bytes(example.whole(snippet, "com.apple.ldap.account"))
    (folder / "profiler.toml").unlink()
    run = profiler("lint", "--select", name, "--format", "json")
    assert sorted(rules_in(run.out)["a.mobileconfig"]) == found
    run = profiler("lint", "--ignore", name, "--format", "json")
    assert set(found).isdisjoint(rules_in(run.out)["a.mobileconfig"])


def test_an_ignore_without_a_rule_is_told(folder: Path, profiler: Profiler) -> None:
    path = write(folder, "a.mobileconfig", "")
    path.write_bytes(path.read_bytes().replace(b"<plist", b"<!-- profiler: ignore[ ] -->\n<plist", 1))
    found = json.loads(profiler("lint", "--format", "json").out)["files"][0]["diagnostics"]
    assert [(one["rule"], one["message"]) for one in found] == [
        ("doc-unused-ignore", "ignore[]: there is no such rule")
    ]


def test_comments_without_an_end_are_soon_read() -> None:
    text = b'<plist version="1.0"><dict>' + b"<!-- profiler: ignore[x" * 100_000
    assert clock.soon(lambda: Suppressions(Document(from_bytes(text))).comments) == []


@pytest.mark.parametrize("first", [b"<!DOCTYPE", b"<plist", b"<dict>"])
def test_an_ignore_comment_at_the_top_is_about_the_file(
    folder: Path, profiler: Profiler, first: bytes
) -> None:
    path = write(folder, "a.mobileconfig", DUPLICATE)
    comment = b"<!-- profiler: ignore[doc-duplicate-key] known -->\n" + first
    path.write_bytes(path.read_bytes().replace(first, comment, 1))
    assert profiler("lint", "--fail-on", "note").code == 0


def test_an_ignore_of_a_rule_that_did_not_run_is_no_finding(folder: Path, profiler: Profiler) -> None:
    path = write(folder, "a.mobileconfig", "")
    comment = b"<!-- profiler: ignore[prof-min-os,life-scope-changed,sec-open-in,mail-pop] -->\n<plist"
    path.write_bytes(path.read_bytes().replace(b"<plist", comment, 1))

    def unused(*arguments: str) -> list[str]:
        report = json.loads(profiler("lint", "--format", "json", *arguments).out)
        return [
            one["message"].split("]")[0].removeprefix("ignore[") for one in report["files"][0]["diagnostics"]
        ]

    assert unused() == ["mail-pop"]
    assert unused("--target", "ios:17", "--ignore", "prof-target-unset,mail-pop,prov,sig") == ["prof-min-os"]
    assert unused("--installed", "a.mobileconfig", "--ignore", "mail") == ["life-scope-changed"]


def test_config_mistakes_name_file_line_and_nearest_key(folder: Path, profiler: Profiler) -> None:
    write(folder, "a.mobileconfig", "")
    (folder / "profiler.toml").write_text('mdm = "jamf"\nselct = ["mail"]\n')
    done = profiler("lint")
    assert (done.code, done.out) == (2, "")
    assert (
        done.err
        == f"error: {folder / 'profiler.toml'}:2: unknown key 'selct'\n  = help: did you mean 'select'?\n"
    )
    (folder / "profiler.toml").write_text('ignore = ["mail-cleartxt"]\n')
    done = profiler("lint")
    place = f"{folder / 'profiler.toml'}:1"
    assert (
        done.err
        == f"error: {place}: ignore: there is no rule 'mail-cleartxt'\n  = help: did you mean 'mail-cleartext'?\n"
    )
    assert profiler("lint", "--no-config", "--fail-on", "never").code == 0


def test_a_config_file_in_another_encoding(tmp_path: Path, profiler: Profiler) -> None:
    (tmp_path / "profiler.toml").write_bytes(b'mdm = "jamf"\n# \xe4\n')
    done = profiler("lint", "--config", "profiler.toml")
    message = "error: profiler.toml:2: is not UTF-8 text\n  = help: save the file as UTF-8\n"
    assert (done.code, done.out, done.err) == (2, "", message)


@pytest.mark.parametrize(
    ("name", "text", "line", "message", "hint"),
    [
        ("profiler.toml", "ignore = [", 1, "no valid TOML: Invalid value", DESCRIBED),
        ("profiler.toml", '\nmdm = "', 2, "no valid TOML: Unterminated string", DESCRIBED),
        ("profiler.toml", "\nmdm = x", 2, "no valid TOML: Invalid value", DESCRIBED),
        ("profiler.toml", '\nproviders = ["no"]', 2, "providers: there is no 'no'", DESCRIBED),
        (
            "profiler.toml",
            "[tool.profiler]",
            1,
            "unknown key 'tool'",
            "here the keys stand without [tool.profiler]",
        ),
        (
            "profiler.toml",
            "now = 1",
            1,
            "unknown key 'now'",
            "the keys are select, ignore, severity, targets, mdm, fail-on, baseline, per-file-ignores, providers",
        ),
        ("pyproject.toml", "[tool]\nprofiler = 3", 2, "tool.profiler: expected a table", DESCRIBED),
    ],
)
def test_config_mistakes_have_a_line_and_a_hint(
    tmp_path: Path, profiler: Profiler, name: str, text: str, line: int, message: str, hint: str
) -> None:
    (tmp_path / name).write_text(text)
    done = profiler("lint", "--config", name)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[-2:] == [f"error: {name}:{line}: {message}", f"  = help: {hint}"]


@pytest.mark.parametrize(
    ("config", "arguments", "found"),
    [
        ('ignore = ["doc-duplicate-key"]', [], 0),
        ('ignore = ["doc-duplicate-key"]', ["--select", "doc-duplicate-key"], 1),
        ('ignore = ["doc-duplicate-key"]', ["--select", "doc-duplicate-key,doc-entity"], 1),
        ('ignore = ["doc-duplicate-key"]', ["--select", "doc"], 0),
        ('ignore = ["doc"]', ["--select", "doc-duplicate-key"], 1),
        ('select = ["doc-duplicate-key"]\nignore = ["doc-duplicate-key"]', [], 0),
        ("", ["--select", "doc-duplicate-key", "--ignore", "doc"], 1),
        ("", ["--select", "doc", "--ignore", "doc-duplicate-key"], 0),
        ("", ["--select", "doc-duplicate-key", "--ignore", "doc-duplicate-key"], 0),
        ("", ["--select", "doc-d*"], 1),
        ("", ["--ignore", "doc-d*"], 0),
        ('select = ["*-key"]\nignore = ["doc-e*"]', [], 1),
        ('[severity]\n"doc-*" = "error"\n[per-file-ignores]\n"*" = ["*-key"]', [], 0),
        ('[per-file-ignores]\n"*" = ["doc"]', ["--select", "doc-duplicate-key"], 1),
        ('[per-file-ignores]\n"*" = ["doc-duplicate-key"]', ["--select", "doc-duplicate-key"], 0),
    ],
)
def test_flags_win_over_the_config_and_rules_over_groups(
    tmp_path: Path, profiler: Profiler, config: str, arguments: list[str], found: int
) -> None:
    write(tmp_path, "a.mobileconfig", DUPLICATE)
    (tmp_path / "profiler.toml").write_text(config)
    done = profiler("lint", "--format", "json", *arguments)
    assert rules_in(done.out)["a.mobileconfig"].count("doc-duplicate-key") == found


@pytest.mark.parametrize(
    ("pattern", "found"),
    [("old/**/*.mobileconfig", ["a.mobileconfig"]), ("**/a.*", ["old/b.mobileconfig"]), ("old", [])],
)
def test_two_stars_are_any_number_of_folders(
    tmp_path: Path, profiler: Profiler, pattern: str, found: list[str]
) -> None:
    for name in ("a.mobileconfig", "old/b.mobileconfig", "old/x/a.mobileconfig"):
        write(tmp_path, name, DUPLICATE)
    (tmp_path / "profiler.toml").write_text(f'[per-file-ignores]\n"{pattern}" = ["doc-duplicate-key"]\n')
    done = profiler("lint", "--select", "doc-duplicate-key", "--format", "json")
    every = ["a.mobileconfig", "old/b.mobileconfig", "old/x/a.mobileconfig"]
    assert [name for name, rules in rules_in(done.out).items() if rules] == (found or every)


def test_config_severity_and_per_file_ignores(folder: Path, profiler: Profiler) -> None:
    write(folder, "old/a.mobileconfig", DUPLICATE)
    write(folder, "new/a.mobileconfig", DUPLICATE)
    table = '[severity]\ndoc-duplicate-key = "note"\n[per-file-ignores]\n"old/*" = ["doc-duplicate-key"]\n'
    (folder / "profiler.toml").write_text(CONFIG + table)
    done = profiler("lint", "--format", "json")
    report = json.loads(done.out)
    assert rules_in(done.out) == {"new/a.mobileconfig": ["doc-duplicate-key"], "old/a.mobileconfig": []}
    assert report["summary"]["notes"] == 1
    assert done.code == 0


def test_pyproject_holds_the_config_too(folder: Path, profiler: Profiler) -> None:
    (folder / "profiler.toml").unlink()
    (folder / "pyproject.toml").write_text('[tool.profiler]\nselect = ["doc-entity"]\n')
    write(folder, "a.mobileconfig", DUPLICATE)
    assert profiler("lint").code == 0


def test_worker_processes_change_nothing(folder: Path, profiler: Profiler) -> None:
    for number in range(120):
        write(folder, f"{number:03}.mobileconfig", DUPLICATE if number % 7 else CLEARTEXT)
    one = profiler("lint", "--format", "json", "--jobs", "1")
    two = profiler("lint", "--format", "json", "--jobs", "2")
    assert one.out == two.out
    assert (one.code, two.code) == (1, 1)


def test_colour_only_when_asked_for(folder: Path, profiler: Profiler) -> None:
    write(folder, "a.mobileconfig", DUPLICATE)
    assert "\x1b" not in profiler("lint").out
    assert "\x1b[31;1merror[doc-duplicate-key]\x1b[0m" in profiler("lint", "--color", "always").out
    assert "\x1b" not in profiler("lint", "--color=never").out


def test_terminal_escapes_in_a_file_are_not_printed(folder: Path, profiler: Profiler) -> None:
    path = write(folder, "a.mobileconfig", DUPLICATE)
    path.write_bytes(
        path.read_bytes().replace(b"<true/>\n\t\t\t<key>Inc", b"<true/><!-- \xe2\x80\xae -->\n\t\t\t<key>Inc")
    )
    assert "\u202e" not in profiler("lint").out


@pytest.mark.parametrize("kind", ["text", "json", "sarif", "junit", "github", "markdown"])
def test_no_report_holds_what_steers_a_terminal(folder: Path, profiler: Profiler, kind: str) -> None:
    path = write(folder, "a.mobileconfig", DUPLICATE)
    path.write_bytes(path.read_bytes().replace(b"IncomingMailServerUseSSL", "\x9b31m\u202eUseSSL".encode()))
    done = profiler("lint", "--format", kind)
    assert "UseSSL is written twice" in done.out
    assert not {"\x9b", "\u202e"} & set(done.out)


def test_a_key_with_a_line_break_begins_no_line(folder: Path, profiler: Profiler) -> None:
    write(folder, "a.mobileconfig", "<key>A|`\n::error ::B</key><true/>")
    for kind in ("text", "github", "markdown"):
        done = profiler("lint", "--format", kind)
        assert "::error ::B" in done.out
        assert not [line for line in done.out.splitlines() if line.startswith("::error ::")]
    assert "(`PayloadContent[0].A\\| ::error ::B`)" in done.out


@pytest.mark.parametrize("kind", ["json", "sarif", "junit"])
def test_reports_for_machines_are_whole_in_any_encoding(folder: Path, profiler: Profiler, kind: str) -> None:
    write(folder, "Blåbær.mobileconfig", DUPLICATE)
    done = profiler("lint", "--format", kind, PYTHONIOENCODING="latin-1")
    assert done.out == profiler("lint", "--format", kind, PYTHONIOENCODING="utf-8").out


def test_statistics_count_by_rule(folder: Path, profiler: Profiler) -> None:
    write(folder, "a.mobileconfig", DUPLICATE)
    write(folder, "b.mobileconfig", DUPLICATE)
    assert profiler("lint", "--statistics").err == "     2  doc-duplicate-key\n"


def test_the_report_can_go_to_a_file(folder: Path, profiler: Profiler) -> None:
    write(folder, "a.mobileconfig", DUPLICATE)
    done = profiler("lint", "--format", "json", "-o", "report.json")
    assert (done.code, done.out) == (1, "")
    assert json.loads((folder / "report.json").read_text())["summary"]["errors"] == 1
    assert profiler("lint", "-o", "report.json").code == 2


def test_files_for_different_people_with_one_identifier(folder: Path, profiler: Profiler) -> None:
    write(folder, "a.mobileconfig", "")
    ola = "<key>EmailAddress</key>\n<string>ola@example.com</string>\n" + "".join(
        f"<key>{way}MailServerUsername</key>\n<string>ola@example.com</string>\n"
        for way in ("Incoming", "Outgoing")
    )
    write(folder, "b.mobileconfig", ola)
    assert rules_in(profiler("lint", "--format", "json").out) == {
        "a.mobileconfig": [],
        "b.mobileconfig": ["life-identifier-collision"],
    }
    path = folder / "b.mobileconfig"
    comment = b"<!-- profiler: ignore[life-identifier-collision] other devices -->\n<plist"
    path.write_bytes(path.read_bytes().replace(b"<plist", comment, 1))
    assert profiler("lint", "--fail-on", "note").code == 0
