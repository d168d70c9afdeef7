"""The checklist of Apple's support article on mail that does not arrive, item by item; docs/article.md lists the rules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from profiler import rules

if TYPE_CHECKING:
    from tests.rules.mail.conftest import Sample

PAGE = Path(__file__).parents[3] / "docs/article.md"
CHECKLIST: dict[str, dict[str, dict[str, Any]]] = {
    "settings as the provider gives them": {
        "mail-port-protocol": {"IncomingMailServerPortNumber": 995},
        "mail-port-range": {"OutgoingMailServerPortNumber": 4650000},
        "mail-port-unset": {"OutgoingMailServerPortNumber": None},
        "mail-host-swapped": {"OutgoingMailServerHostName": "imap.example.net"},
    },
    "SSL and its port": {
        "mail-ssl-unset": {"IncomingMailServerUseSSL": None},
        "mail-ssl-off-tls-port": {"IncomingMailServerUseSSL": False},
        "mail-cleartext": {"IncomingMailServerUseSSL": False, "IncomingMailServerPortNumber": 143},
    },
    "signing in to the outgoing server": {
        "mail-auth-none-outgoing": {"OutgoingMailServerAuthentication": "EmailAuthNone"},
        "mail-outgoing-user-missing": {"OutgoingMailServerUsername": None},
        "mail-same-password-conflict": {"IncomingPassword": "one", "OutgoingPassword": "two"},
        "mail-same-password-other-user": {"OutgoingMailServerUsername": "ola"},
        "mail-smtp-25": {"OutgoingMailServerPortNumber": 25},
    },
    "address and user": {
        "mail-address-syntax": {"EmailAddress": "kari"},
        "mail-user-domain-differs": {"EmailAddress": "kari@example.net"},
    },
    "POP on one device": {"mail-pop": {"EmailAccountType": "EmailTypePOP"}},
}
ITEMS = [
    pytest.param(rule, keys, id=f"{item}: {rule}")
    for item, broken in CHECKLIST.items()
    for rule, keys in broken.items()
]


@pytest.mark.parametrize(("rule", "keys"), ITEMS)
def test_the_item_is_found_before_a_device_sees_it(mail: Sample, rule: str, keys: dict[str, Any]) -> None:
    assert rule not in mail.ids()
    assert rule in mail.ids(**keys)


@pytest.mark.parametrize(
    "rule", ["mail-address-missing", "mail-username-missing", "mail-same-password-noninteractive"]
)
def test_what_the_device_would_have_asked_is_found_for_management(mail: Sample, rule: str) -> None:
    asks = {"EmailAddress": None, "IncomingMailServerUsername": None, "OutgoingMailServerUsername": None}
    assert rule not in mail.ids(**asks)
    assert rule in mail.ids(**asks, target="ios:17.0,mdm")


def test_the_page_names_rules_that_exist_and_all_that_are_tried_here() -> None:
    page = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:mail|prov|prof|del|life)-[a-z0-9-]*[a-z0-9])`", page))
    assert {name for name in named if not rules.exists(name)} == set()
    assert {rule for broken in CHECKLIST.values() for rule in broken} - named == set()
