"""A spec for every row of a table."""

from __future__ import annotations

import datetime as dt
import json
import os
import plistlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator

from profiler.build import spec, users
from profiler.build.batch import Batch, Manifest, Outcome
from profiler.build.fill import fill
from profiler.build.maker import Maker
from profiler.errors import ProfilerError, UsageError
from profiler.providers.validate import schema
from tests import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from profiler.build.check import Checker
    from profiler.build.site import Site

SPEC = """\
identifier-prefix = "ch.muster"
targets = ["ios:17,manual"]
[[profiles]]
id = "mail"
name = "Mail of {name}"
description = "{note}"
[[profiles.accounts]]
kind = "imap"
address = "{email}"
name = "{name}"
password = "{password}"
"""


class Result(NamedTuple):
    files: dict[str, dict[str, Any]]
    failed: list[tuple[int | None, str]]
    manifest: dict[str, Any]


@pytest.fixture
def build(tmp_path: Path, site: Callable[..., Site], checker: Checker) -> Callable[..., Result]:
    def run(table: str | bytes, text: str = SPEC, *, jobs: int = 1, force: bool = False) -> Result:
        (tmp_path / "spec.toml").write_text(text, encoding="utf-8")
        (tmp_path / "users.csv").write_bytes(table.encode() if isinstance(table, str) else table)
        folder = tmp_path / "out"
        maker = Maker(site(), checker)
        batch = Batch(spec.read(tmp_path / "spec.toml"), tmp_path / "users.csv", folder, maker, force)
        count = batch.check()
        manifest = Manifest(folder)
        for outcome in batch.run(count, jobs):
            manifest.add(outcome)
        manifest.close()
        report = json.loads(manifest.path.read_text(encoding="utf-8"))
        Draft202012Validator(schema("build-output.schema.json")).validate(report)
        files = {path.name: plistlib.loads(path.read_bytes()) for path in folder.glob("*.mobileconfig")}
        return Result(files, [(one["line"], one["reason"]) for one in report["failed"]], report)

    return run


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_tables_as_spreadsheets_write_them(
    delimiter: str, mark: str, line: str, build: Callable[..., Result]
) -> None:
    rows = [
        ["email", "name", "note", "password"],
        ["anna@web.de", '"Anna, ""A""; Muster"', f'"one{line}two"', ""],
    ]
    made = build(mark + line.join(delimiter.join(row) for row in rows))
    value = made.files["anna@web.de.mobileconfig"]
    assert value["PayloadDisplayName"] == 'Mail of Anna, "A"; Muster'
    assert value["PayloadDescription"] == "one\ntwo"
    assert "IncomingPassword" not in value["PayloadContent"][0]
    assert made.failed == []


@pytest.mark.parametrize(
    ("cell", "line"),
    [("  a \r\n\n b\u2028c\n", "a b c"), ("a" + " " * 100_000 + "b", "a" + " " * 100_000 + "b")],
)
def test_the_lines_of_a_cell_are_soon_joined(cell: str, line: str) -> None:
    assert clock.soon(lambda: fill({"name": "{x}"}, {"x": cell})) == {"name": line}


def test_bad_rows_are_reported_by_line_and_the_rest_built(
    build: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PW_BEN", "hunter2")
    made = build(
        "email,name,note,password\n"
        "anna@web.de,Anna,,\n"
        "\n"
        'broken,"A\nB",,\n'
        "ben@web.de,Ben,,env:PW_BEN\n"
        "carl@web.de,Carl,,hunter2\n"
        "dora@web.de,Dora\n"
        "emil@web.de,Emil\x1b[31m,,\n"
        "fred@muster-firma.ch,Fred,,\n"
        "gabi@web.de,Gabi,,env:PW_MISSING\n"
        "hugo@web.de,Hugo,,\n"
    )
    assert sorted(made.files) == [
        "anna@web.de.mobileconfig",
        "ben@web.de.mobileconfig",
        "hugo@web.de.mobileconfig",
    ]
    assert made.files["ben@web.de.mobileconfig"]["PayloadContent"][0]["IncomingPassword"] == "hunter2"
    assert made.failed == [
        (4, "profiles[0].accounts[0]: 'broken' is no mail address"),
        (7, "profiles[0].accounts[0]: the password of carl@web.de must be given by reference"),
        (8, "has 2 cells for 4 columns"),
        (9, "PayloadDisplayName holds a character that no profile can: a control character, for instance"),
        (
            10,
            "profiles[0].accounts[0]: fred@muster-firma.ch: nothing is known about the mail servers of muster-firma.ch",
        ),
        (
            11,
            "profiles[0].accounts[0]: the password of gabi@web.de: the environment variable PW_MISSING is not set",
        ),
    ]
    assert "hunter2" not in json.dumps(made.manifest)


def test_files_with_secrets_are_private(
    build: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PW", "hunter2")
    build("email,name,note,password\nanna@web.de,A,,env:PW\nben@web.de,B,,\n")
    modes = {path.name[:3]: path.stat().st_mode & 0o077 for path in (tmp_path / "out").glob("*.mobileconfig")}
    assert modes["ann"] == 0
    assert modes["ben"] != 0


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_the_manifest_is_as_private_as_other_files(build: Callable[..., Result], tmp_path: Path) -> None:
    mask = os.umask(0o077)
    try:
        build("email,name,note,password\nanna@web.de,Anna,,\n")
    finally:
        os.umask(mask)
    assert {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()} == {
        "anna@web.de.mobileconfig": 0o600,
        "manifest.json": 0o600,
    }


def test_the_manifest(build: Callable[..., Result], tmp_path: Path) -> None:
    made = build("email,name,note,password\nanna@web.de,Anna,,\n")
    assert made.manifest == {
        "version": 1,
        "outputs": [
            {
                "path": str(tmp_path / "out" / "anna@web.de.mobileconfig"),
                "identifier": "ch.muster.mail.anna-at-web.de",
                "email": "anna@web.de",
                "provider": "web.de",
                "signed": False,
                "todo": made.manifest["outputs"][0]["todo"],
            }
        ],
        "failed": [],
    }
    assert (
        "Turn on access by POP3 and IMAP in the settings of the webmail."
        in made.manifest["outputs"][0]["todo"]
    )


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            "email,name,note,password\na@web.de,A,,\nb@web.de,B,,\nA@web.de,C,,\n",
            ":4: would write A@web.de.mobileconfig, as line 2 does",
        ),
        (
            "email,name,password\na@web.de,A,\n",
            "spec.toml:6: profiles[0].description: users.csv has no column 'note'",
        ),
        ("email,name,note,password\n\n \n", "users.csv:1: holds no user"),
        ("", "users.csv:1: the first line must name the columns"),
        ("email,email\n", "users.csv:1: two columns are called 'email'"),
        ("email,,name\n", "users.csv:1: column 2 has no name"),
        (b"email,name,note,password\nanna@web.de,\xe4,,\n", "is not UTF-8 text"),
    ],
)
def test_tables_that_stop_everything(
    table: str | bytes, message: str, build: Callable[..., Result], tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as raised:
        build(table)
    assert message in raised.value.message
    assert raised.value.hint
    assert not (tmp_path / "out").exists()


def test_nothing_is_overwritten_without_force(build: Callable[..., Result], tmp_path: Path) -> None:
    table = "email,name,note,password\nanna@web.de,Anna,,\n"
    build(table)
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    with pytest.raises(UsageError, match=r"anna@web.de.mobileconfig: exists already"):
        build(table)
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()} == before
    build(table, force=True)
    (tmp_path / "out" / "ben@web.de.mobileconfig").mkdir()
    with pytest.raises(UsageError, match=r"ben@web.de.mobileconfig: is a folder"):
        build("email,name,note,password\ncarl@web.de,C,,\nben@web.de,B,,\n", force=True)
    assert not (tmp_path / "out" / "carl@web.de.mobileconfig").exists()


HOSTILE = [
    "../../etc/passwd",
    "/etc/passwd",
    "..\\..\\x",
    "CON",
    "nul.txt",
    "a:b",
    "a\tb",
    "-rf",
    "é" * 300,
    "🙂",
    "أنّا",
    " ",
    "x" * 10000,
    ".hidden",
    "a/b",
]


def test_file_names_stay_in_the_folder(build: Callable[..., Result], tmp_path: Path) -> None:
    text = SPEC.replace('id = "mail"', 'id = "mail"\nfile = "{file}"')
    rows = [f'user{index}@web.de,A,,,"{name}"' for index, name in enumerate(HOSTILE)]
    made = build("\n".join(["email,name,note,password,file", *rows]), text)
    assert made.failed == []
    assert len(made.files) == len(HOSTILE)
    assert {path.name for path in tmp_path.iterdir()} == {"spec.toml", "users.csv", "out"}
    for name in made.files:
        assert len(name) < 160
        assert not name.startswith(("-", "."))
        assert not set(name) & set('<>:"/\\|?*\t ')
        assert name.partition(".")[0].lower() not in ("con", "nul")


def test_jobs_change_nothing(build: Callable[..., Result], tmp_path: Path) -> None:
    table = (
        "email,name,note,password\n"
        + "".join(f"user{index}@web.de,U {index},,\n" for index in range(120))
        + "broken,B,,\n"
    )
    one = build(table, jobs=1)
    data = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    two = build(table, jobs=2, force=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == data
    assert one == two
    assert len(one.files) == 120


def test_two_profiles_for_each_user(build: Callable[..., Result]) -> None:
    text = (
        SPEC
        + '[[profiles]]\nid = "calendar"\n[[profiles.accounts]]\nkind = "caldav"\nhost = "dav.muster.ch"\nusername = "{email}"\n'
    )
    with pytest.raises(UsageError, match=r"would write calendar.mobileconfig, as line 2 does"):
        build("email,name,note,password\nanna@web.de,A,,\nben@web.de,B,,\n", text)
    text = text.replace(
        'id = "calendar"',
        'id = "calendar"\nfile = "calendar-{email}"\nidentifier = "ch.muster.calendar.{email}"',
    )
    made = build("email,name,note,password\nanna@web.de,A,,\n", text)
    assert sorted(made.files) == ["calendar-anna@web.de.mobileconfig", "mail-anna@web.de.mobileconfig"]


def test_rows_know_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text('a,b\n1,"x\ny"\n\n2,z\n3,"open\n')
    assert [(row.line, row.cells.get("a"), bool(row.problem)) for row in users.read(path)] == [
        (2, "1", False),
        (5, "2", False),
        (6, None, True),
    ]


def test_without_an_address_the_file_name_tells_users_apart(build: Callable[..., Result]) -> None:
    text = (
        'identifier-prefix = "ch.muster"\n[[profiles]]\nid = "calendar"\nfile = "{login}"\n'
        '[[profiles.accounts]]\nkind = "caldav"\nhost = "dav.muster.ch"\nusername = "{login}"\n'
    )
    made = build("login\nanna\nben\n", text)
    assert {value["PayloadIdentifier"] for value in made.files.values()} == {
        "ch.muster.calendar.anna",
        "ch.muster.calendar.ben",
    }


def test_an_empty_cell_where_something_must_stand_fails_the_row_alone(build: Callable[..., Result]) -> None:
    text = SPEC + (
        '[[profiles.accounts]]\nkind = "caldav"\nhost = "{dav}"\n'
        '[profiles.certificates.ca]\nfile = "{ca}"\n[[profiles.payloads]]\ntype = "com.example.app"\n'
        'settings = { host = "{dav}" }\n'
    )
    made = build(
        "email,name,note,password,dav,ca\n,Anna,,,x,y\nanna@web.de,Anna,,,,y\nben@web.de,Ben,,,x,\n", text
    )
    assert made.files == {}
    assert made.failed == [
        (2, "{email} is empty, and address cannot be left out"),
        (3, "{dav} is empty, and host cannot be left out"),
        (4, "{ca} is empty, and file cannot be left out"),
    ]


def test_rows_that_are_broken_stand_in_nobodys_way(build: Callable[..., Result]) -> None:
    made = build("email,name,note,password\n-,A,,\nanna@web.de,Anna,,\n-,B,,\n")
    assert list(made.files) == ["anna@web.de.mobileconfig"]
    assert [line for line, _reason in made.failed] == [2, 4]


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("email,name\nanna@web.de,Anna\nben@web.de,B\u00e9n\n".encode("latin-1"), 3),
        ("email,name\nanna@web.de,Anna\n".encode("utf-16"), 1),
    ],
)
def test_the_line_that_is_not_utf8_is_told(table: bytes, line: int, tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_bytes(table)
    with pytest.raises(UsageError) as raised:
        list(users.read(path))
    assert raised.value.message == f"{path}:{line}: is not UTF-8 text"


def test_a_delimiter_in_quotes_is_none(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text('"Name, first, last";email\n"Muster, Anna";anna@web.de\n')
    assert users.columns(path) == ["Name, first, last", "email"]
    assert [row.cells["email"] for row in users.read(path)] == ["anna@web.de"]


def test_names_of_columns_as_people_write_them(build: Callable[..., Result]) -> None:
    text = SPEC.replace("{name}", "{Name (full)}").replace("{email}", "{user.e-mail}")
    made = build("user.e-mail, Name (full) ,note,password\nanna@web.de,Anna,,\n", text)
    assert made.files["anna@web.de.mobileconfig"]["PayloadDisplayName"] == "Mail of Anna"


def test_a_file_name_may_bring_its_suffix(build: Callable[..., Result]) -> None:
    text = SPEC.replace('id = "mail"', 'id = "mail"\nfile = "{note}"')
    made = build("email,name,note,password\nanna@web.de,Anna,anna.mobileconfig,\n", text)
    assert list(made.files) == ["anna.mobileconfig"]


def test_a_date_comes_from_a_column_too(build: Callable[..., Result]) -> None:
    text = SPEC.replace('id = "mail"', 'id = "mail"\nremoval = { date = "{note}" }')
    made = build(
        "email,name,note,password\nanna@web.de,Anna,2027-07-31,\nben@web.de,Ben,,\ncarl@web.de,Carl,soon,\n",
        text,
    )
    assert made.files["anna@web.de.mobileconfig"]["RemovalDate"] == dt.datetime.fromisoformat("2027-07-31")
    assert "RemovalDate" not in made.files["ben@web.de.mobileconfig"]
    assert made.failed == [(4, "profiles[0].removal: soon is no date")]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_names_the_manifest_and_leaves_nothing(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path)
    manifest._stream.close()
    manifest._stream = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115 - abandon() closes it
    with pytest.raises(ProfilerError) as caught:
        manifest.add(Outcome(entries=({"path": "x" * 100_000},)))
    assert caught.value.message == f"{tmp_path / 'manifest.json'}: cannot be written: No space left on device"
    manifest.abandon()
    assert list(tmp_path.iterdir()) == []
