"""Looking providers up."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from profiler.errors import ProfilerError, UsageError
from profiler.model.account import EAS, EWS, GOOGLE, MAIL
from profiler.providers.database import Database
from profiler.providers.provider import Provider, Server
from profiler.providers.settings import expected_settings
from profiler.providers.typo import one_edit_apart

if TYPE_CHECKING:
    from pathlib import Path

OWN = """\
id = "example"
name = "Example mail"
domains = ["example.com", "fastmail.com"]
mx = ["mx.example.com"]
imap = ["imap.example.com:993/tls"]
smtp = ["smtp.example.com:465/tls"]
username = "local-part"
app-password = "none"
oauth = "none"
push = "no"
source = ["own servers"]
checked = 2026-01-02
confidence = "vendor"
"""


@pytest.fixture(scope="module")
def database() -> Database:
    return Database.load()


def found(database: Database, domain: str) -> str | None:
    provider = database.find(domain)
    return provider and provider.id


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("gmail.com", "gmail"),
        ("GMAIL.com.", "gmail"),
        ("me.com", "icloud"),
        ("firm.onmicrosoft.com", "microsoft-365"),
        ("a.b.onmicrosoft.com", None),
        ("notgmail.com", None),
        ("", None),
        ("münchen.example", None),
    ],
)
def test_find_takes_the_very_domain(database: Database, domain: str, expected: str | None) -> None:
    assert found(database, domain) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("imap.gmail.com", "google-workspace"),
        ("imap.mail.yahoo.com", "yahoo"),
        ("outlook.office365.com", "microsoft-365"),
        ("IMAP.1und1.de", "ionos-de"),
        ("imap-mail.outlook.com", "outlook"),
        ("imap.cox.net", "cox"),
        ("mail.example.com", None),
    ],
)
def test_by_host(database: Database, host: str, expected: str | None) -> None:
    provider = database.by_host(host)
    assert (provider and provider.id) == expected


def test_a_host_that_depends_on_the_domain_is_filled_in(database: Database) -> None:
    provider = database.find("inbox.lt")
    assert provider is not None
    assert provider.imap == (Server("mail.inbox.lt", 993, "tls"),)
    by_host = database.by_host("mail.inbox.lt")
    assert by_host == provider


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("alt1.aspmx.l.google.com", "google-workspace"),
        ("gmail-smtp-in.l.google.com", "gmail"),
        ("firm-example.mail.protection.outlook.com", "microsoft-365"),
        ("outlook-com.olc.protection.outlook.com", "outlook"),
        ("in1-smtp.messagingengine.com", "fastmail"),
        ("mx.example.com", None),
    ],
)
def test_by_mx_takes_the_longest_end(database: Database, host: str, expected: str | None) -> None:
    provider = database.by_mx(host)
    assert (provider and provider.id) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("hotnail.com", "hotmail.com"),
        ("gmail.com", None),
        ("mail.com", None),
        ("yahoo.cn", None),
        ("example.com", None),
    ],
)
def test_nearest_domain(database: Database, typed: str, expected: str | None) -> None:
    assert database.nearest_domain(typed) == expected


@pytest.mark.parametrize(
    ("typed", "known", "expected"),
    [
        ("abc", "abc", False),
        ("abc", "acb", True),
        ("abc", "ab", True),
        ("abc", "abd", True),
        ("abcd", "badc", False),
        ("ab", "abcd", False),
    ],
)
def test_one_edit_apart(typed: str, known: str, expected: bool) -> None:
    assert one_edit_apart(typed, known) is expected
    assert one_edit_apart(known, typed) is expected


def test_own_files_win_and_are_found_every_way(tmp_path: Path) -> None:
    (tmp_path / "example.toml").write_text(OWN)
    database = Database.load([tmp_path])
    assert found(database, "example.com") == "example"
    assert found(database, "fastmail.com") == "example"
    assert (
        database.by_host("imap.example.com") == database.get("example") == database.by_mx("a.mx.example.com")
    )
    assert Database.load().find("example.com") is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("checked = ", ":{last}: no valid TOML: Invalid value"),
        ('imap = ["imap.example.com:993"]', ":{last}: imap[0]: expected: HOST:PORT/SECURITY"),
        ('imap = ["imap.example.com:993"]', "imap[0]: expected: HOST:PORT/SECURITY"),
        (
            'app-pasword = "none"',
            "app-pasword: unknown key; did you mean app-password? expected one of app-password, ",
        ),
        ("push = true", "push: expected one of yes, no, unknown"),
        ("checked = 2026-99-99", "no valid TOML"),
        ('checked = "soon"', "checked: expected: A date, written 2026-09-01."),
        ('checked = "2026-02-30"', "day is out of range for month"),
    ],
)
def test_a_wrong_own_file_says_where_and_what(tmp_path: Path, change: str, message: str) -> None:
    key = change.partition(" ")[0]
    lines = [line for line in OWN.splitlines() if not line.startswith(f"{key} =")]
    path = tmp_path / "own.toml"
    path.write_text("\n".join([*lines, change]))
    with pytest.raises(UsageError) as raised:
        Database.load([path])
    assert str(path) in raised.value.message
    assert message.replace("{last}", str(len(lines) + 1)) in raised.value.message
    assert raised.value.hint == "docs/providers.md describes a provider file"


def test_dates_as_text_and_with_a_time_are_dates(tmp_path: Path) -> None:
    lines = [line for line in OWN.splitlines() if not line.startswith("checked =")]
    dates = ['checked = "2026-09-01"', "password-off-since = 2020-01-02T03:04:05Z"]
    retirement = ["[[retirement]]", 'date = "2027-01-01"', 'what = "service"', 'text = "It ends."']
    (tmp_path / "own.toml").write_text("\n".join([*lines, *dates, *retirement]))
    own = provider(Database.load([tmp_path]), "example")
    assert (own.checked, own.password_off_since, own.retirements[0].date) == (
        date(2026, 9, 1),
        date(2020, 1, 2),
        date(2027, 1, 1),
    )


def test_a_missing_own_file_is_no_usage_error(tmp_path: Path) -> None:
    with pytest.raises(ProfilerError, match="cannot be read: No such file") as raised:
        Database.load([tmp_path / "absent.toml"])
    assert raised.value.exit_code == 3


def provider(database: Database, key: str) -> Provider:
    one = database.get(key)
    assert one is not None
    return one


def test_dated_facts_act_on_their_date(database: Database) -> None:
    gmail, outlook = provider(database, "gmail"), provider(database, "outlook")
    assert gmail.app_password_at(date(2022, 5, 29)) == "supported"
    assert gmail.app_password_at(date(2022, 5, 30)) == "required"
    assert outlook.password_works_at(date(2024, 9, 15))
    assert not outlook.password_works_at(date(2024, 9, 16))


def test_protocols_by_platform(database: Database) -> None:
    assert provider(database, "gmail").protocols() == ("google", "imap", "pop")
    assert provider(database, "gmail").protocols("macos") == ("imap", "pop")
    assert provider(database, "outlook").protocols() == ("exchange",)
    assert provider(database, "outlook").protocols("macos") == ()
    assert provider(database, "microsoft-365").protocols("macos") == ("exchange",)
    assert provider(database, "workmail-eu-west-1").protocols() == ("imap", "exchange")
    assert provider(database, "proton").protocols("macos") == ()


def test_usernames(database: Database) -> None:
    icloud = provider(database, "icloud")
    assert icloud.username_for("anna@me.com") == "anna"
    assert icloud.username_for("anna@me.com", outgoing=True) == "anna@me.com"
    assert icloud.accepts_username("anna@me.com", "Anna@me.com")
    assert not icloud.accepts_username("anna@me.com", "ben@me.com")
    assert not provider(database, "fastmail").accepts_username("anna@fastmail.com", "anna")
    assert provider(database, "iijmio-mail.jp").username_for("anna@x-il.jp") == "anna.x-il.jp"
    assert provider(database, "online.no").username_for("anna@online.no") is None
    assert provider(database, "online.no").accepts_username("anna@online.no", "a123")


def test_expected_settings(database: Database) -> None:
    assert expected_settings(provider(database, "web.de"), MAIL, "anna@web.de", pop=True) == {
        "EmailAccountType": "EmailTypePOP",
        "EmailAddress": "anna@web.de",
        "IncomingMailServerHostName": "pop3.web.de",
        "IncomingMailServerPortNumber": 995,
        "IncomingMailServerUseSSL": True,
        "IncomingMailServerAuthentication": "EmailAuthPassword",
        "IncomingMailServerUsername": "anna",
        "OutgoingMailServerHostName": "smtp.web.de",
        "OutgoingMailServerPortNumber": 465,
        "OutgoingMailServerUseSSL": True,
        "OutgoingMailServerAuthentication": "EmailAuthPassword",
        "OutgoingMailServerUsername": "anna",
    }
    microsoft = {
        "EmailAddress": "anna@outlook.com",
        "Host": "outlook.office365.com",
        "SSL": True,
        "OAuth": True,
        "UserName": "anna@outlook.com",
    }
    assert expected_settings(provider(database, "outlook"), EAS, "anna@outlook.com") == microsoft
    assert expected_settings(provider(database, "outlook"), EWS, "anna@outlook.com") == {}
    assert expected_settings(provider(database, "gmail"), GOOGLE, "anna@gmail.com") == {
        "EmailAddress": "anna@gmail.com"
    }
    assert expected_settings(provider(database, "fastmail"), GOOGLE, "anna@fastmail.com") == {}
    assert expected_settings(provider(database, "goo.jp"), MAIL, "anna@goo.jp") == {}
