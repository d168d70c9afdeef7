"""Google accounts: what is said, and what must not be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from profiler.model.account import GOOGLE, MAIL

if TYPE_CHECKING:
    from tests.rules.conftest import Bench

PREFIXES = ("goo-",)


@pytest.mark.parametrize(
    ("target", "ids"),
    [
        ("", []),
        ("ios", []),
        ("ios,mdm", []),
        ("ios,manual,supervised", []),
        ("ios,mdm ios,manual", ["goo-manual"]),
        ("ios,manual", ["goo-manual"]),
    ],
)
def test_by_hand_on_a_device_that_is_not_supervised(bench: Bench, target: str, ids: list[str]) -> None:
    assert bench.ids(bench.payload(GOOGLE), target=target) == ids


def test_the_address_is_required_and_may_be_a_variable(bench: Bench) -> None:
    assert bench.lint(bench.payload(GOOGLE, EmailAddress=None)) == [
        ("goo-address", "error", "EmailAddress is absent, which a Google account requires")
    ]
    assert bench.lint(bench.payload(GOOGLE, EmailAddress="$EMAIL")) == []
    assert bench.lint(bench.payload(GOOGLE, EmailAddress="")) == []  # doc-empty-string says it


@pytest.mark.parametrize(
    ("address", "host", "ids"),
    [
        ("kari@example.com", "imap.gmail.com", ["goo-duplicate-with-imap"]),
        ("KARI@example.com", "imap.googlemail.com", ["goo-duplicate-with-imap"]),
        ("ola@example.com", "imap.gmail.com", []),
        ("kari@example.com", "imap.example.com", []),
        ("kari@example.com", "imap.notgmail.com", []),
    ],
)
def test_one_gmail_mailbox_twice(bench: Bench, address: str, host: str, ids: list[str]) -> None:
    mail = bench.payload(MAIL, EmailAddress=address, IncomingMailServerHostName=host)
    assert bench.ids(bench.payload(GOOGLE), mail) == ids


def test_the_user_of_an_imap_account_without_an_address_tells_whose_it_is(bench: Bench) -> None:
    keys = {"IncomingMailServerHostName": "imap.gmail.com", "EmailAddress": None}
    mail = bench.payload(MAIL, **keys, IncomingMailServerUsername="kari@example.com")
    assert bench.ids(bench.payload(GOOGLE), mail) == ["goo-duplicate-with-imap"]
