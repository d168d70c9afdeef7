"""Calendars, contacts and directories: what is said, and what must not be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from profiler.model.account import CALDAV, CARDDAV, LDAP, SUBSCRIBED_CALENDAR

if TYPE_CHECKING:
    from tests.rules.conftest import Bench

PREFIXES = ("dav-", "subcal-", "ldap-")


@pytest.mark.parametrize(
    ("kind", "key", "message"),
    [
        (CALDAV, "CalDAVUseSSL", "Calendars would travel unencrypted: CalDAVUseSSL is false"),
        (CARDDAV, "CardDAVUseSSL", "Contacts would travel unencrypted: CardDAVUseSSL is false"),
        (
            LDAP,
            "LDAPAccountUseSSL",
            "Directory searches would travel unencrypted: LDAPAccountUseSSL is false",
        ),
    ],
)
def test_tls_off_is_an_error_and_absent_is_on(bench: Bench, kind: str, key: str, message: str) -> None:
    off = bench.payload(kind, **{key: False})
    assert bench.lint(off) == [("dav-ssl-off", "error", message)]
    assert bench.lint(bench.payload(kind, **{key: None})) == []
    assert bench.fixed(off) == [off]
    assert bench.fixed(off, unsafe=True)[0][key] is True


def test_on_a_port_without_tls_a_person_has_to_give_another(bench: Bench) -> None:
    off = bench.payload(CALDAV, CalDAVUseSSL=False, CalDAVPort=8008)
    assert bench.ids(off) == ["dav-ssl-off"]
    assert bench.fixed(off, unsafe=True) == [off]


@pytest.mark.parametrize(
    ("keys", "severity", "message"),
    [
        (
            {"SubCalAccountUseSSL": None},
            "warning",
            "The calendar may be fetched unencrypted: SubCalAccountUseSSL is absent, which means false",
        ),
        (
            {"SubCalAccountUseSSL": False},
            "warning",
            "The calendar would be fetched unencrypted: SubCalAccountUseSSL is false",
        ),
        (
            {"SubCalAccountUseSSL": False, "SubCalAccountPassword": "Sommer-2026"},
            "error",
            "The calendar would be fetched unencrypted: SubCalAccountUseSSL is false",
        ),
    ],
)
def test_a_subscribed_calendar_is_unencrypted_unless_told(
    bench: Bench, keys: dict[str, Any], severity: str, message: str
) -> None:
    assert bench.lint(bench.payload(SUBSCRIBED_CALENDAR, **keys)) == [("subcal-ssl", severity, message)]
    assert (
        bench.fixed(bench.payload(SUBSCRIBED_CALENDAR, **keys), unsafe=True)[0]["SubCalAccountUseSSL"] is True
    )


def test_calendars_from_a_service_need_a_user_name(bench: Bench) -> None:
    assert bench.ids(bench.payload(CALDAV, CalDAVUsername=None)) == []
    assert bench.ids(bench.payload(CALDAV, CalDAVUsername=None), target="ios,manual") == []
    assert bench.ids(bench.payload(CALDAV, CalDAVUsername=None), target="ios,mdm") == ["dav-username-mdm"]
    assert bench.ids(bench.payload(CALDAV, CalDAVUsername=None), mdm="jamf") == ["dav-username-mdm"]
    assert bench.ids(bench.payload(CALDAV, CalDAVUsername="{{mail}}"), target="ios,mdm") == []
    assert bench.ids(bench.payload(CARDDAV, CardDAVUsername=None), target="ios,mdm") == []


def test_a_search_needs_a_base_and_a_scope_that_exists(bench: Bench) -> None:
    searches = [
        {"LDAPSearchSettingScope": "Subtree"},
        {"LDAPSearchSettingSearchBase": "dc=example", "LDAPSearchSettingScope": "LDAPSearchSettingScopeBase"},
        {"LDAPSearchSettingSearchBase": "$BASE"},
    ]
    assert bench.lint(bench.payload(LDAP, LDAPSearchSettings=searches)) == [
        (
            "ldap-search-base",
            "error",
            "The search has no LDAPSearchSettingSearchBase, so the device does not know where to search",
        ),
        ("ldap-search-base", "error", "LDAPSearchSettingScope is 'Subtree', which does not exist"),
    ]
    assert bench.lint(bench.payload(LDAP, LDAPSearchSettings=None)) == []
    assert bench.lint(bench.payload(LDAP, LDAPSearchSettings=[])) == []
