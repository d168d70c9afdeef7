"""POP, folders, and several accounts in one profile: what is said, and what must not be."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from profiler.rules.rule import Severity

if TYPE_CHECKING:
    from tests.rules.mail.conftest import Sample

POP: dict[str, Any] = {
    "EmailAccountType": "EmailTypePOP",
    "IncomingMailServerHostName": "pop.example.com",
    "IncomingMailServerPortNumber": 995,
}
OLA: dict[str, Any] = {
    "EmailAddress": "ola@example.com",
    "IncomingMailServerUsername": "ola@example.com",
    "OutgoingMailServerUsername": "ola@example.com",
}


def ids(mail: Sample, *accounts: dict[str, Any], target: str = "") -> list[str]:
    described = [
        mail.account(**{"EmailAccountDescription": f"Account {index}", **keys})
        for index, keys in enumerate(accounts)
    ]
    return [one.rule for one in mail.lint(mail.profile(*described), target=target)]


def test_pop_names_the_imap_server_of_the_provider(mail: Sample) -> None:
    [finding] = mail.of(**POP)
    assert (finding.rule, finding.severity) == ("mail-pop", Severity.WARNING)
    assert finding.hint == "provider example.com uses imap.example.com:993 with TLS"


def test_one_mailbox_by_pop_and_by_imap(mail: Sample) -> None:
    assert ids(mail, POP, {}) == ["mail-pop", "mail-pop-and-imap"]
    short = {"IncomingMailServerUsername": "kari", "OutgoingMailServerUsername": "kari"}
    assert ids(mail, {}, {**POP, **short}) == ["mail-pop", "mail-pop-and-imap"]


def test_pop_beside_the_imap_mailbox_of_another_user_or_provider(mail: Sample) -> None:
    assert ids(mail, POP, OLA) == ["mail-pop"]
    elsewhere = {
        "IncomingMailServerHostName": "imap.example.net",
        "OutgoingMailServerHostName": "smtp.example.net",
    }
    assert ids(mail, POP, elsewhere) == ["mail-pop"]


def test_a_path_prefix_in_a_pop_account_is_removed(mail: Sample) -> None:
    keys = {**POP, "IncomingMailServerIMAPPathPrefix": "INBOX"}
    assert mail.ids(**keys) == ["mail-pop", "mail-prefix-pop"]
    assert "IncomingMailServerIMAPPathPrefix" not in mail.fixed(**keys)
    assert mail.ids(**{**keys, "IncomingMailServerIMAPPathPrefix": ""}) == ["mail-pop"]


@pytest.mark.parametrize("prefix", ["INBOX", "INBOX.", "inbox", "INBOX/"])
def test_the_prefix_inbox_is_never_more_than_a_note(mail: Sample, prefix: str) -> None:
    [finding] = mail.of(IncomingMailServerIMAPPathPrefix=prefix)
    assert (finding.rule, finding.severity) == ("mail-prefix-inbox", Severity.NOTE)
    fixed = mail.fixed(IncomingMailServerIMAPPathPrefix=prefix, unsafe=True)
    assert fixed["IncomingMailServerIMAPPathPrefix"] == prefix


@pytest.mark.parametrize("prefix", ["Mail", "~/mail", "INBOX.Mail", ""])
def test_another_prefix_is_silent(mail: Sample, prefix: str) -> None:
    assert mail.ids(IncomingMailServerIMAPPathPrefix=prefix) == []


def test_the_prefix_of_a_profile_by_cpanel_is_right(mail: Sample) -> None:
    account = mail.account(IncomingMailServerIMAPPathPrefix="INBOX")
    assert mail.lint(mail.profile(account, PayloadIdentifier="com.cpanel.kari.mail")) == []


def test_the_same_account_twice(mail: Sample) -> None:
    assert ids(mail, {}, {}) == ["mail-duplicate-account"]
    assert ids(mail, {}, {}, {}) == ["mail-duplicate-account"] * 2
    assert ids(mail, {}, {"IncomingMailServerHostName": "IMAP.example.com."}) == ["mail-duplicate-account"]


def test_one_login_with_addresses_of_two_domains_is_one_account(mail: Sample) -> None:
    login = {"IncomingMailServerUsername": "kari", "OutgoingMailServerUsername": "kari"}
    office = {**login, "EmailAddress": "office@example.net"}
    assert ids(mail, login, office) == ["mail-duplicate-account"]


def test_accounts_that_differ_in_one_thing_are_two(mail: Sample) -> None:
    assert ids(mail, {}, OLA) == []
    assert ids(mail, {}, {"IncomingMailServerHostName": "imap2.example.com"}) == []


def test_accounts_whose_users_the_device_asks_for_are_not_compared(mail: Sample) -> None:
    asks = {"EmailAddress": None, "IncomingMailServerUsername": None, "OutgoingMailServerUsername": None}
    assert ids(mail, asks, asks) == []


def test_equal_descriptions_are_numbered(mail: Sample) -> None:
    same = {"EmailAccountDescription": "Mail"}
    office = {**OLA, "IncomingMailServerHostName": "imap.example.net"}
    accounts = [mail.account(**same), mail.account(**OLA, **same), mail.account(**office, **same)]
    findings = mail.lint(mail.profile(*accounts), target="ios:17")
    found = [one for one in findings if one.rule == "mail-duplicate-description"]
    titles = [one.fix.title for one in found if one.fix is not None]
    assert titles == ["call this one 'Mail 2'", "call this one 'Mail 3'"]


def test_equal_descriptions_matter_on_iphone_and_ipad_only(mail: Sample) -> None:
    accounts = [mail.account(), mail.account(**OLA)]
    no_device = mail.profile(*accounts, TargetDeviceType=None)
    assert mail.lint(no_device) == []
    assert mail.lint(no_device, target="macos:14") == []
    assert mail.lint(mail.profile(*accounts, TargetDeviceType=5)) == []
    for target in ("ios:17", "ipados:17", "ios macos"):
        assert [one.rule for one in mail.lint(no_device, target=target)] == ["mail-duplicate-description"]


def test_empty_descriptions_are_not_equal(mail: Sample) -> None:
    assert ids(mail, {"EmailAccountDescription": ""}, {**OLA, "EmailAccountDescription": ""}) == []


def test_what_a_mac_ignores_is_one_note_for_all_keys(mail: Sample) -> None:
    keys = {"PreventMove": True, "PreventAppSheet": True, "SMIMEEncryptByDefaultUserOverrideable": True}
    [finding] = mail.of(**keys, target="macos:14")
    assert (finding.rule, finding.severity) == ("mail-mac-ignored", Severity.NOTE)
    assert (
        finding.message == "A Mac ignores PreventMove, PreventAppSheet, SMIMEEncryptByDefaultUserOverrideable"
    )
    account = mail.account(**keys)
    assert mail.lint(mail.profile(account, TargetDeviceType=5)) == []


def test_what_a_mac_ignores_is_silent_for_other_devices_and_for_defaults(mail: Sample) -> None:
    assert mail.ids(PreventMove=True) == []
    assert mail.ids(PreventMove=True, target="macos:14 ios:17") == []
    assert (
        mail.ids(PreventMove=False, SMIMEEnabled=False, SMIMESigningCertificateUUID="", target="macos:14")
        == []
    )


def test_the_time_for_many_accounts_does_not_grow_with_their_square(only: type[Sample]) -> None:
    mail = only("mail-duplicate-account", "mail-duplicate-description", "mail-pop-and-imap")

    def seconds(number: int) -> float:
        users = ({"IncomingMailServerUsername": f"u{index}@example.com"} for index in range(number))
        accounts = [
            mail.account(**user, EmailAccountDescription=f"{index}") for index, user in enumerate(users)
        ]
        data = mail.profile(*accounts)
        started = time.perf_counter()
        assert mail.lint(data) == []
        return time.perf_counter() - started

    seconds(50)
    assert seconds(1600) < 40 * max(seconds(200), 0.005)


@pytest.mark.parametrize(
    ("rule", "key", "bad", "good"),
    [
        ("mail-baseline-maildrop", "allowMailDrop", True, False),
        ("mail-baseline-move", "PreventMove", False, True),
        ("mail-baseline-move", "PreventMove", None, True),
        ("mail-baseline-recents", "disableMailRecentsSyncing", False, True),
        ("mail-baseline-recents", "disableMailRecentsSyncing", None, True),
    ],
)
def test_baselines_are_asked_for_by_name(
    mail: Sample, only: type[Sample], rule: str, key: str, bad: object, good: object
) -> None:
    assert mail.ids(**{key: bad}) == []
    assert only(rule).ids(**{key: bad}) == [rule]
    assert only(rule).fixed(**{key: bad})[key] is good
    assert only(rule).ids(**{key: good}) == []


def test_the_default_of_mail_drop_is_off(only: type[Sample]) -> None:
    assert only("mail-baseline-maildrop").ids(allowMailDrop=None) == []


def test_a_mac_cannot_prevent_moving(only: type[Sample]) -> None:
    assert only("mail-baseline-move").ids(target="macos:14") == []
