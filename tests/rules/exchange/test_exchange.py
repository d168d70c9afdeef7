"""Exchange accounts: what is said, and what must not be."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pytest

from profiler.model.account import EAS, EWS, MAIL
from profiler.rules.exchange.service_off_locked import SERVICES

if TYPE_CHECKING:
    from tests.rules.conftest import Bench

PREFIXES = ("ex-",)
CLOUD = "outlook.office365.com"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"SSL": None}, "Exchange would travel unencrypted: SSL is absent, which means false"),
        ({"SSL": False}, "Exchange would travel unencrypted: SSL is false"),
        ({"SSL": 0}, "Exchange would travel unencrypted: SSL is false"),
    ],
)
def test_exchange_without_tls(bench: Bench, keys: dict[str, Any], message: str) -> None:
    assert bench.lint(bench.payload(EAS, **keys)) == [("ex-ssl", "error", message)]
    assert bench.fixed(bench.payload(EAS, **keys), unsafe=True)[0]["SSL"] is True


def test_a_written_false_is_changed_by_unsafe_fixes_only(bench: Bench) -> None:
    assert bench.fixed(bench.payload(EAS, SSL=False))[0]["SSL"] is False
    assert bench.fixed(bench.payload(EAS, SSL=None))[0]["SSL"] is True


@pytest.mark.parametrize(
    ("keys", "ids"),
    [
        ({"Host": None}, []),
        ({"Host": None, "EmailAddress": "kari@outlook.com"}, []),
        ({"Host": CLOUD}, ["ex-host-ignored"]),
        ({"Host": CLOUD, "OAuthSignInURL": "https://login.microsoftonline.com/common/oauth2/authorize"}, []),
        (
            {"Host": None, "OAuthSignInURL": "https://login.microsoftonline.com/x/authorize"},
            ["ex-signin-no-host"],
        ),
        ({"OAuthSignInURL": "https://login.example.com/authorize"}, ["ex-ssl"]),
        ({}, ["ex-host-ignored", "ex-ssl"]),
    ],
)
def test_oauth_to_microsofts_cloud_needs_no_ssl_key(
    bench: Bench, keys: dict[str, Any], ids: list[str]
) -> None:
    assert sorted(bench.ids(bench.payload(EAS, SSL=None, OAuth=True, **keys))) == ids


def test_tls_is_the_default_on_a_mac(bench: Bench) -> None:
    assert bench.lint(bench.payload(EWS, SSL=None)) == []
    assert bench.lint(bench.payload(EWS, SSL=False, ExternalSSL=False)) == [
        ("ex-ews-ssl", "error", "Exchange would travel unencrypted: SSL is false"),
        (
            "ex-ews-ssl",
            "error",
            "Exchange would travel outside the company's network unencrypted: ExternalSSL is false",
        ),
    ]


def test_a_password_beside_oauth_is_never_shown(bench: Bench) -> None:
    eas = bench.payload(EAS, OAuth=True, Host=None, Password="Sommer-2026")
    assert bench.lint(eas) == [
        ("ex-oauth-password", "error", "Password is given although OAuth is true, and has no use then")
    ]
    assert "Password" not in bench.fixed(eas)[0]
    assert bench.lint(bench.payload(EAS, OAuth=True, Host=None, Password="")) == []
    assert bench.lint(bench.payload(EAS, OAuth=False, Password="Sommer-2026")) == []


def test_both_addresses_without_oauth_are_one_finding_and_the_fix_is_left_to_a_person(bench: Bench) -> None:
    urls = dict.fromkeys(("OAuthSignInURL", "OAuthTokenRequestURL"), "https://login.example.com/x")
    eas = bench.payload(EAS, **urls)
    assert bench.lint(eas) == [
        ("ex-oauth-url-unused", "warning", "OAuthSignInURL is ignored because OAuth is not true")
    ]
    assert bench.fixed(eas, unsafe=True) == [eas]


@pytest.mark.parametrize(
    ("url", "ids"),
    [
        ("http://login.example.com/x", ["ex-oauth-url-https"]),
        ("login.example.com/x", ["ex-oauth-url-https"]),
        ("HTTPS://login.example.com/x", []),
        ("{{signin}}", []),
    ],
)
def test_the_sign_in_page_has_to_be_https(bench: Bench, url: str, ids: list[str]) -> None:
    assert bench.ids(bench.payload(EAS, OAuth=True, OAuthSignInURL=url)) == ids


def test_all_services_off_is_not_told_as_locked_as_well(bench: Bench) -> None:
    off = {f"Enable{service}": False for service in SERVICES}
    locks = {f"Enable{service}UserOverridable": False for service in SERVICES}
    assert bench.lint(bench.payload(EAS, **off, **locks)) == [
        (
            "ex-all-services-off",
            "error",
            (
                "All services of the account are off (mail, contacts, calendars, reminders, notes), "
                "and at least one has to be on"
            ),
        )
    ]


def test_services_off_for_good_are_one_note(bench: Bench) -> None:
    keys = {"EnableNotes": False, "EnableNotesUserOverridable": False}
    keys |= {"EnableReminders": False, "EnableRemindersUserOverridable": False}
    assert bench.lint(bench.payload(EAS, **keys)) == [
        (
            "ex-service-off-locked",
            "note",
            "The account has reminders and notes off, and the user cannot turn them on",
        )
    ]
    one = bench.payload(EAS, EnableNotes=False, EnableNotesUserOverridable=False)
    assert bench.lint(one)[0][2] == "The account has notes off, and the user cannot turn it on"
    assert bench.lint(bench.payload(EAS, EnableMail=True, EnableMailUserOverridable=False)) == []


@pytest.mark.parametrize("days", [0, 1, 3, 7, 14, 31, 7.0])
def test_days_that_exist(bench: Bench, days: float) -> None:
    assert bench.lint(bench.payload(EAS, MailNumberOfPastDaysToSync=days)) == []


@pytest.mark.parametrize(("days", "nearest"), [(2, 3), (5, 7), (30, 31), (365, 31), (-1, 1)])
def test_days_that_do_not_exist(bench: Bench, days: int, nearest: int) -> None:
    eas = bench.payload(EAS, MailNumberOfPastDaysToSync=days)
    message = f"MailNumberOfPastDaysToSync is {days}, and only 0, 1, 3, 7, 14 and 31 exist"
    assert bench.lint(eas) == [("ex-past-days", "error", message)]
    assert bench.fixed(eas, unsafe=True)[0]["MailNumberOfPastDaysToSync"] == nearest
    assert bench.fixed(eas) == [eas]


def test_apples_example_for_macs_has_days_too(bench: Bench) -> None:
    assert bench.lint(bench.payload(EWS, MailNumberOfPastDaysToSync=5)) == []


def test_a_user_name_is_needed_from_a_service_only(bench: Bench) -> None:
    assert bench.ids(bench.payload(EAS, UserName=None), target="ios,manual") == []
    assert bench.ids(bench.payload(EAS, UserName=None)) == []
    assert bench.ids(bench.payload(EAS, UserName=None), target="ios,mdm") == ["ex-username-mdm"]
    assert bench.ids(bench.payload(EWS, UserName=""), target="macos,mdm") == ["ex-username-mdm"]
    assert bench.ids(bench.payload(EAS, UserName=None), mdm="jamf") == ["ex-username-mdm"]
    assert bench.ids(bench.payload(EAS, UserName="$USERNAME"), target="ios,mdm") == []


def test_a_certificate_that_is_ignored_is_not_told_as_embedded_as_well(bench: Bench) -> None:
    assert bench.ids(bench.payload(EAS, Certificate=b"0")) == ["ex-embedded-p12"]
    assert bench.ids(bench.payload(EAS, Certificate=b"0", PayloadCertificateUUID="X")) == []
    assert bench.ids(bench.payload(EAS, Certificate=b"")) == []


@pytest.mark.parametrize(
    ("keys", "ids"),
    [
        ({"Host": CLOUD}, ["ex-basic-cloud"]),
        ({"Host": "OUTLOOK.OFFICE365.COM."}, ["ex-basic-cloud"]),
        ({"Host": None, "EmailAddress": "kari@example.onmicrosoft.com"}, ["ex-basic-cloud"]),
        ({"Host": None}, []),
        ({"Host": "notoffice365.com"}, []),
        ({}, []),
    ],
)
def test_a_password_for_microsofts_cloud(bench: Bench, keys: dict[str, Any], ids: list[str]) -> None:
    assert bench.ids(bench.payload(EAS, **keys)) == ids


def test_new_iphones_move_to_oauth_by_themselves(bench: Bench) -> None:
    eas = bench.payload(EAS, Host=CLOUD)
    grades = {
        target: bench.lint(eas, target=target, select="ex-basic-cloud")[0][1]
        for target in ("ios:14", "ios:13", "ios", "ios:17 ios:12")
    }
    assert grades == {"ios:14": "warning", "ios:13": "error", "ios": "error", "ios:17 ios:12": "error"}


def test_oauth_for_microsofts_cloud_settles_password_and_host_too(bench: Bench) -> None:
    fixed = bench.fixed(bench.payload(EAS, Host=CLOUD, Password="Sommer-2026"), unsafe=True)[0]
    assert (fixed["OAuth"], "Password" in fixed, "Host" in fixed) == (True, False, False)


@pytest.mark.parametrize(
    ("day", "times"),
    [
        ("2026-09-30", ("from", "from")),
        ("2026-10-01", ("since", "from")),
        ("2027-04-01", ("since", "since")),
    ],
)
def test_the_end_of_exchange_web_services(bench: Bench, day: str, times: tuple[str, str]) -> None:
    now = datetime.datetime.fromisoformat(f"{day}T12:00:00+00:00")
    ews = bench.payload(EWS, OAuth=True, Host=None)
    assert bench.lint(ews, now=now) == [
        (
            "ex-ews-sunset",
            "warning",
            (
                "Microsoft's cloud stops Exchange Web Services, which this account uses: "
                f"{times[0]} 2026-10-01 Exchange Web Services, the protocol of Exchange accounts on a Mac, is blocked "
                f"by default; {times[1]} 2027-04-01 Exchange Web Services is removed from Exchange Online"
            ),
        )
    ]


def test_a_server_of_ones_own_keeps_exchange_web_services(bench: Bench) -> None:
    assert bench.lint(bench.payload(EWS)) == []


def test_one_mailbox_twice(bench: Bench) -> None:
    eas, imap = bench.payload(EAS), bench.payload(MAIL, EmailAddress="Kari@Example.com")
    assert bench.lint(eas, imap) == [
        (
            "ex-duplicate-with-imap",
            "warning",
            "The mailbox of kari@example.com is set up twice: as Exchange and as IMAP",
        )
    ]
    assert bench.lint(bench.payload(EAS, EnableMail=False), imap) == []
    assert bench.lint(eas, bench.payload(MAIL, EmailAddress="ola@example.com")) == []
    assert bench.lint(bench.payload(EAS, EmailAddress=None), bench.payload(MAIL, EmailAddress=None)) == []


@pytest.mark.parametrize(
    ("keys", "rule"),
    [
        ({"SMIMESigningEnabled": True}, "mail-smime-no-cert"),
        ({"SMIMESigningCertificateUUID": "X"}, "mail-smime-cert-unused"),
        ({"SMIMEEnabled": True}, "mail-smime-legacy"),
        ({"EmailAddress": "kari.example.com"}, "mail-address-syntax"),
    ],
)
def test_what_holds_of_mail_accounts_holds_of_exchange(bench: Bench, keys: dict[str, Any], rule: str) -> None:
    [(found, _, _)] = bench.lint(bench.payload(EAS, **keys), select="mail")
    assert found == rule
