"""`profiler build`, as people run it."""

from __future__ import annotations

import datetime as dt
import json
import os
import plistlib
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jsonschema import Draft202012Validator

from profiler.providers.validate import schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


SPEC = """\
identifier-prefix = "ch.muster"
[[profiles]]
id = "mail"
[[profiles.accounts]]
kind = "imap"
address = "{email}"
name = "{name}"
"""
STATIC = SPEC.replace("{email}", "anna@web.de").replace("{name}", "Anna")
TODO = """\
todo: Sign in with an app password, made in the account at Fastmail: the password of the account itself is refused. See https://www.fastmail.help/hc/en-us/articles/1500000278342
todo: anna@fastmail.com: the device asks for the sender's name and the password at the installation.
"""


def test_one_profile_goes_to_standard_output(profiler: Callable[..., Any]) -> None:
    ran = profiler("build", "anna@fastmail.com")
    assert (ran.code, ran.err) == (0, TODO)
    assert plistlib.loads(ran.out.encode())["PayloadIdentifier"] == "com.fastmail.anna-at-fastmail.com"


def test_into_a_file(profiler: Callable[..., Any], tmp_path: Path) -> None:
    ran = profiler("build", "anna@fastmail.com", "-o", "a.mobileconfig")
    assert (ran.code, ran.out, ran.err) == (0, "a.mobileconfig: built\n", TODO)
    first = (tmp_path / "a.mobileconfig").read_bytes()
    again = profiler("build", "ben@fastmail.com", "-o", "a.mobileconfig")
    assert (again.code, again.err) == (
        2,
        "error: a.mobileconfig: exists already\n  = help: --force overwrites it\n",
    )
    assert (tmp_path / "a.mobileconfig").read_bytes() == first
    assert profiler("build", "ben@fastmail.com", "-o", "a.mobileconfig", "--force").code == 0
    assert (tmp_path / "a.mobileconfig").read_bytes() != first


def test_several_addresses_go_into_a_folder_and_a_broken_one_is_told(
    profiler: Callable[..., Any], tmp_path: Path
) -> None:
    ran = profiler(
        "build", "anna@web.de", "ben@muster-firma.ch", "carl@gmx.de", "-o", "out", "--format", "json"
    )
    assert ran.code == 1
    report = json.loads(ran.out)
    Draft202012Validator(schema("build-output.schema.json")).validate(report)
    assert [(one["email"], one["provider"]) for one in report["outputs"]] == [
        ("anna@web.de", "web.de"),
        ("carl@gmx.de", "gmx.net"),
    ]
    reason = "ben@muster-firma.ch: nothing is known about the mail servers of muster-firma.ch"
    assert report["failed"] == [{"line": None, "reason": reason}]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "anna@web.de.mobileconfig",
        "carl@gmx.de.mobileconfig",
    ]


def test_json_without_a_file_writes_nothing(profiler: Callable[..., Any], tmp_path: Path) -> None:
    ran = profiler("build", "anna@outlook.com", "--format", "json")
    report = json.loads(ran.out)
    Draft202012Validator(schema("build-output.schema.json")).validate(report)
    assert (ran.code, report["outputs"][0]["path"], report["outputs"][0]["signed"]) == (0, None, False)
    assert list(tmp_path.iterdir()) == []


def test_json_of_several_needs_no_folder(profiler: Callable[..., Any], tmp_path: Path) -> None:
    ran = profiler("build", "anna@web.de", "ben@web.de", "--format", "json")
    assert ran.code == 0
    assert [(one["email"], one["path"]) for one in json.loads(ran.out)["outputs"]] == [
        ("anna@web.de", None),
        ("ben@web.de", None),
    ]
    assert list(tmp_path.iterdir()) == []


def test_json_tells_of_a_failure_too(profiler: Callable[..., Any]) -> None:
    ran = profiler("build", "anna@proton.me", "--format", "json")
    report = json.loads(ran.out)
    assert (ran.code, report["outputs"]) == (1, [])
    assert report["failed"][0]["reason"].startswith(
        "anna@proton.me: Proton Mail (Bridge only) cannot be set up"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 2, "nothing to build"),
        (("anna",), 2, "'anna' is no mail address"),
        (("a@web.de", "b@web.de"), 2, "2 profiles cannot all go to standard output"),
        (("a@web.de", "b@web.de", "-o", "a.mobileconfig"), 2, "-o a.mobileconfig: 2 profiles do not go into one file"),
        (("--spec", "s.toml", "--users", "u.csv", "-o", "a.mobileconfig"), 2, "profiles of a table do not go into one"),
        (("a@web.de", "--chain", "ca.pem"), 2, "no identity to sign with"),
        (("a@web.de", "--passphrase", "env:PW"), 2, "no identity to sign with"),
        (("a@web.de", "--format", "yaml"), 2, "not one of text, json"),
        (("a@web.de", "--protocol", "jmap"), 2, "not one of imap, pop, exchange, google"),
        (("a@web.de", "--identifier-prefix", "com.example."), 2, "'com.example.' is no domain backwards"),
        (("a@web.de", "--provider", "nobody"), 2, "provider 'nobody' is not known"),
        (("a@web.de", "--target", "windows"), 2, "'windows' is not a platform"),
        (("a@web.de", "--spec", "s.toml"), 2, "give addresses or --spec, not both"),
        (("--users", "u.csv"), 2, "--users needs --spec"),
        (("--spec", "s.toml", "--name", "A"), 2, "go with addresses"),
        (("--spec", "missing.toml"), 3, "missing.toml: cannot be read"),
        (("--spec", "s.toml", "--users", "missing.csv", "-o", "out"), 3, "missing.csv: cannot be read"),
        (("--spec", "s.toml", "--users", "u.csv"), 2, "--users writes many files"),
        (("--spec", "s.toml"), 2, "s.toml:6: profiles[0].accounts[0].address: {email} needs a table of users"),
        (("a@muster-firma.ch",), 1, "nothing is known about the mail servers"),
        (("a@pm.me", "--target", "ios"), 1, "cannot be set up in Mail on an iPhone or iPad"),
        (("a@web.de", "--set", "IncomingMailServerUseSSL=false"), 1, "the profile would not work: "),
    ],
)  # fmt: skip
def test_exit_codes(
    arguments: tuple[str, ...], code: int, message: str, profiler: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "s.toml").write_text(SPEC)
    (tmp_path / "u.csv").write_text("email,name\nanna@web.de,Anna\n")
    ran = profiler("build", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert message in ran.err
    assert ran.err.startswith("error: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.toml", "u.csv"]


def test_a_spec(profiler: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(
        STATIC
        + '[[profiles]]\nid = "second"\n[[profiles.accounts]]\nkind = "google"\naddress = "a@gmail.com"\n'
    )
    ran = profiler("build", "--spec", "s.toml", "-o", "out")
    assert (ran.code, ran.out) == (0, "out/mail.mobileconfig: built\nout/second.mobileconfig: built\n")


def test_a_spec_from_standard_input(profiler: Callable[..., Any], tmp_path: Path) -> None:
    ran = profiler("build", "--spec", "-", "-o", "out", stdin=STATIC.encode())
    assert (ran.code, ran.out) == (0, "out/mail.mobileconfig: built\n")
    ran = profiler("build", "--spec", "-", stdin=b"x")
    assert (ran.code, ran.err.splitlines()[0]) == (
        2,
        "error: -:1: no valid TOML: Expected '=' after a key in a key/value pair (at end of document)",
    )


@pytest.mark.skipif(not os.path.exists("/dev/stdin"), reason="needs /dev/stdin")  # noqa: PTH110 - a device
def test_a_pipe_is_no_table(profiler: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(SPEC)
    ran = profiler("build", "--spec", "s.toml", "--users", "/dev/stdin", "-o", "out", stdin=b"email,name\n")
    assert (ran.code, ran.out, ran.err) == (
        3,
        "",
        "error: /dev/stdin: cannot be read twice, as a pipe\n  = help: write the table to a file first\n",
    )


def test_a_table_of_users(profiler: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(SPEC)
    (tmp_path / "u.csv").write_text("email,name\nanna@fastmail.com,Anna\nbroken,B\ncarl@fastmail.com,Carl\n")
    ran = profiler("build", "--spec", "s.toml", "--users", "u.csv", "-o", "out")
    assert (ran.code, ran.out) == (1, "2 profiles in out; manifest.json lists them\n")
    assert ran.err == (
        "todo: Sign in with an app password, made in the account at Fastmail: the password of the account itself is refused. "
        "See https://www.fastmail.help/hc/en-us/articles/1500000278342\n"
        "todo: the device asks for the password at the installation.\n"
        "error: u.csv:3: profiles[0].accounts[0]: 'broken' is no mail address\n"
        "  = help: write it as anna@example.com\n"
    )
    as_json = profiler(
        "build", "--spec", "s.toml", "--users", "u.csv", "-o", "out", "--force", "--format", "json"
    )
    assert as_json.out == (tmp_path / "out" / "manifest.json").read_text()


def test_a_password_is_inside_private_and_warned_about(profiler: Callable[..., Any], tmp_path: Path) -> None:
    ran = profiler(
        "build", "anna@web.de", "--set", "IncomingPassword=env:PW", "-o", "a.mobileconfig", PW="hunter2"
    )
    assert ran.code == 0
    assert "warning: a.mobileconfig: holds a secret that everybody who gets the file can read" in ran.err
    assert "hunter2" not in ran.out + ran.err
    path = tmp_path / "a.mobileconfig"
    assert b"hunter2" in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_the_same_bytes_anywhere_any_day(profiler: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(STATIC)
    (tmp_path / "sub").mkdir()
    first = profiler("build", "--spec", "s.toml", TZ="UTC", PYTHONHASHSEED="1")
    second = profiler(
        "build",
        "--spec",
        "sub/../s.toml",
        "--now",
        "2031-01-01",
        TZ="Asia/Tokyo",
        LC_ALL="tr_TR.UTF-8",
        PYTHONHASHSEED="2",
    )
    assert first.code == second.code == 0
    assert first.out == second.out


def test_dated_facts_are_told_as_they_are_on_the_day(profiler: Callable[..., Any]) -> None:
    arguments = ("build", "anna@muster-firma.ch", "--provider", "workmail-eu-west-1", "--now")
    assert "todo: Amazon ends WorkMail (on 2027-03-31).\n" in profiler(*arguments, "2026-11-23").err
    assert "todo: Amazon ends WorkMail (since 2027-03-31).\n" in profiler(*arguments, "2027-04-01").err


def test_terminal_escapes_of_a_table_are_not_printed(profiler: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(SPEC)
    (tmp_path / "u.csv").write_text("email,name\nan\x1b[31mna,Anna\n")
    ran = profiler("build", "--spec", "s.toml", "--users", "u.csv", "-o", "out")
    assert ran.code == 1
    assert "\x1b" not in ran.err


def test_own_providers_come_from_the_config(profiler: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "profiler.toml").write_text('providers = ["own.toml"]\n')
    (tmp_path / "own.toml").write_text(
        'id = "muster"\nname = "Muster"\ndomains = ["muster-firma.ch"]\nimap = ["imap.muster-firma.ch:993/tls"]\n'
        'smtp = ["smtp.muster-firma.ch:465/tls"]\nusername = "local-part"\napp-password = "none"\noauth = "none"\npush = "no"\n'
        'source = ["own"]\nchecked = 2026-01-02\nconfidence = "vendor"\n'
    )
    ran = profiler("build", "anna@muster-firma.ch")
    assert ran.code == 0
    assert plistlib.loads(ran.out.encode())["PayloadContent"][0]["IncomingMailServerUsername"] == "anna"


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("identity")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Muster")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    (folder / "c.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "k.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return [
        "--certificate",
        str(folder / "c.pem"),
        "--key",
        str(folder / "k.pem"),
        "--trust",
        str(folder / "c.pem"),
    ]


def test_signed(identity: list[str], profiler: Callable[..., Any], tmp_path: Path) -> None:
    ran = profiler("build", "anna@web.de", "-o", "a.mobileconfig", "--format", "json", *identity)
    assert ran.code == 0
    assert json.loads(ran.out)["outputs"][0]["signed"] is True
    unsigned = profiler("build", "anna@web.de").out.encode()
    data = (tmp_path / "a.mobileconfig").read_bytes()
    assert data.startswith(b"\x30")
    assert unsigned in data


def test_many_signed(identity: list[str], profiler: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(SPEC)
    (tmp_path / "u.csv").write_text("email,name\n" + "".join(f"u{number}@web.de,U\n" for number in range(60)))
    ran = profiler("build", "--spec", "s.toml", "--users", "u.csv", "-o", "out", "--jobs", "2", *identity)
    assert ran.code == 0
    signed = list((tmp_path / "out").glob("*.mobileconfig"))
    assert len(signed) == 60
    assert all(path.read_bytes().startswith(b"\x30") for path in signed)


def test_variables_in_a_signed_profile_are_told(
    identity: list[str], profiler: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "s.toml").write_text(STATIC.replace('name = "Anna"', 'name = "{{mail}}"'))
    ran = profiler("build", "--spec", "s.toml", "-o", "a.mobileconfig", *identity)
    assert ran.code == 0
    assert "once the profile is signed: give it the unsigned one." in ran.err
