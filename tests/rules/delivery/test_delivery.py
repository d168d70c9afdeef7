"""Notifications, restrictions and domains: what is said, and what must not be."""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING, Any

import pytest

from profiler.model.account import CALDAV, EAS, GOOGLE, LDAP, MAIL, SUBSCRIBED_CALENDAR

if TYPE_CHECKING:
    from tests.rules.conftest import Bench

PREFIXES = ("del-",)
NOTIFICATIONS = "com.apple.notificationsettings"
RESTRICTIONS = "com.apple.applicationaccess"
IOS, MAC = "com.apple.mobilemail", "com.apple.mail"


def settings(bench: Bench, *items: dict[str, Any], **beside: Any) -> dict[str, Any]:
    return bench.payload(NOTIFICATIONS, NotificationSettings=list(items), **beside)


@pytest.mark.parametrize(
    ("target", "ids"),
    [
        ("", []),
        ("ios,supervised", []),
        ("macos", []),
        ("ios", ["del-notif-unsupervised"]),
        ("ipados,mdm", ["del-notif-unsupervised"]),
        ("ipados,shared-ipad", []),
        ("ios,supervised ios", ["del-notif-unsupervised"]),
    ],
)
def test_iphones_take_notification_settings_when_supervised(
    bench: Bench, target: str, ids: list[str]
) -> None:
    assert bench.ids(bench.payload(NOTIFICATIONS), target=target, select="del-notif-unsupervised") == ids


@pytest.mark.parametrize(
    ("name", "target", "right"),
    [
        (MAC, "ios,supervised", IOS),
        (IOS, "macos", MAC),
        ("com.apple.MobileMail", "ios,supervised", IOS),
        ("com.apple.mobilemial", "ios,supervised", IOS),
        ("com.apple.Mail", "ios,supervised", IOS),
        ("com.apple.mial", "macos", MAC),
    ],
)
def test_a_setting_that_reaches_no_app(bench: Bench, name: str, target: str, right: str) -> None:
    payload = settings(bench, {"BundleIdentifier": name})
    found = bench.found(bench.profile(payload, TargetDeviceType=0), target=target)
    assert [(rule, grade) for rule, grade, _ in found] == [("del-notif-bundle", "warning")]
    assert bench.fixed(payload, target=target)[0]["NotificationSettings"] == [{"BundleIdentifier": right}]


@pytest.mark.parametrize(("name", "device"), [(MAC, 1), (IOS, 5), ("com.apple.MobileMail", 0)])
def test_names_of_apps_are_compared_for_a_target_only(bench: Bench, name: str, device: int) -> None:
    payload = settings(bench, {"BundleIdentifier": name})
    assert bench.found(bench.profile(payload, TargetDeviceType=device)) == []


@pytest.mark.parametrize(
    ("names", "target"),
    [
        ([MAC], ""),
        ([IOS], "ios,supervised"),
        ([MAC], "macos"),
        ([MAC], "ios,supervised macos"),
        ([MAC, IOS], "ios,supervised"),
        (
            ["com.apple.Maps", "com.apple.MobileSMS", "com.example.mail", "com.microsoft.Outlook"],
            "ios,supervised",
        ),
    ],
)
def test_settings_that_reach_their_app(bench: Bench, names: list[str], target: str) -> None:
    data = bench.profile(settings(bench, *({"BundleIdentifier": name} for name in names)), TargetDeviceType=0)
    assert bench.found(data, target=target) == []


def test_silent_mail(bench: Bench) -> None:
    off = {"BundleIdentifier": IOS, "NotificationsEnabled": False}
    assert bench.lint(settings(bench, off)) == [
        ("del-notif-off", "note", "Notifications of Mail are off: new mail is not announced")
    ]
    quiet = {"BundleIdentifier": IOS, "AlertType": 0, "BadgesEnabled": False, "SoundsEnabled": False}
    assert bench.lint(settings(bench, quiet)) == [
        (
            "del-notif-off",
            "note",
            "Notifications of Mail have no alert, no badge and no sound: new mail is not announced",
        )
    ]
    assert bench.lint(settings(bench, {**quiet, "BadgesEnabled": True})) == []
    assert bench.lint(settings(bench, {**off, "BundleIdentifier": "com.apple.MobileSMS"})) == []


def test_one_app_twice_in_one_payload_or_in_two(bench: Bench) -> None:
    item = {"BundleIdentifier": "com.apple.MobileSMS"}
    message = (
        "The notifications of com.apple.MobileSMS are set a second time, and nobody says which setting counts"
    )
    assert bench.lint(settings(bench, item, item)) == [("del-notif-duplicate", "error", message)]
    assert bench.ids(settings(bench, item), settings(bench, item)) == ["del-notif-duplicate"]


def test_apples_sample_with_a_key_beside_the_list(bench: Bench) -> None:
    payload = settings(bench, {"BundleIdentifier": IOS}, ShowInLockScreen=False, PayloadVersion=1.0)
    assert bench.lint(payload) == [
        (
            "del-notif-misplaced",
            "warning",
            "ShowInLockScreen stands beside NotificationSettings and is not applied: it belongs to an item of the list",
        )
    ]
    fixed = bench.fixed(payload)[0]
    assert fixed["NotificationSettings"] == [{"BundleIdentifier": IOS, "ShowInLockScreen": False}]
    assert "ShowInLockScreen" not in fixed


def test_a_key_beside_the_list_that_its_item_has_already_goes(bench: Bench) -> None:
    fixed = bench.fixed(settings(bench, {"BundleIdentifier": IOS, "AlertType": 2}, AlertType=1))[0]
    assert fixed["NotificationSettings"] == [{"BundleIdentifier": IOS, "AlertType": 2}]
    assert "AlertType" not in fixed


def test_with_two_apps_a_person_has_to_say_where_it_belongs(bench: Bench) -> None:
    items = ({"BundleIdentifier": IOS}, {"BundleIdentifier": "com.apple.MobileSMS"})
    payload = settings(bench, *items, AlertType=1)
    assert bench.ids(payload) == ["del-notif-misplaced"]
    assert bench.fixed(payload, unsafe=True) == [payload]


@pytest.mark.parametrize(
    ("account", "key", "apps", "ids"),
    [
        (MAIL, "blockedAppBundleIDs", [IOS], ["del-mail-blocked"]),
        (GOOGLE, "blacklistedAppBundleIDs", [IOS], ["del-mail-blocked"]),
        (EAS, "allowListedAppBundleIDs", ["com.example.app"], ["del-mail-blocked"]),
        (EAS, "whitelistedAppBundleIDs", ["com.example.app"], ["del-mail-blocked"]),
        (MAIL, "blockedAppBundleIDs", ["com.example.app"], []),
        (MAIL, "blockedAppBundleIDs", [], []),
        (MAIL, "allowListedAppBundleIDs", ["com.example.app", IOS], []),
        (MAIL, "allowListedAppBundleIDs", [], []),
        (CALDAV, "blockedAppBundleIDs", [IOS], []),
    ],
)
def test_an_account_without_its_app(
    bench: Bench, account: str, key: str, apps: list[str], ids: list[str]
) -> None:
    restrictions = bench.payload(RESTRICTIONS, **{key: apps})
    assert bench.ids(bench.payload(account), restrictions) == ids
    assert bench.ids(restrictions) == []


def test_exchange_without_mail_needs_no_mail_app(bench: Bench) -> None:
    restrictions = bench.payload(RESTRICTIONS, blockedAppBundleIDs=[IOS])
    assert bench.ids(bench.payload(EAS, EnableMail=False), restrictions) == []


@pytest.mark.parametrize(
    ("kind", "keys", "asked"),
    [
        (MAIL, {}, "password"),
        (MAIL, {"IncomingPassword": "$PASSWORD", "EmailAddress": None}, "address"),
        (MAIL, {"IncomingMailServerUsername": "", "IncomingPassword": "$PASSWORD"}, "user name"),
        (MAIL, {"IncomingPassword": "$PASSWORD"}, ""),
        (MAIL, {"IncomingPassword": "$PASSWORD", "OutgoingMailServerUsername": None}, "user name"),
        (
            MAIL,
            {"IncomingPassword": "$PASSWORD", "OutgoingPasswordSameAsIncomingPassword": False},
            "password",
        ),
        (MAIL, {"IncomingMailServerAuthentication": "EmailAuthNone"}, ""),
        (EAS, {"OAuth": True}, "sign-in"),
        (EAS, {"UserName": None}, "user name, password"),
        (EAS, {"PayloadCertificateUUID": "X"}, ""),
        (GOOGLE, {}, "sign-in"),
        (CALDAV, {}, "password"),
        (SUBSCRIBED_CALENDAR, {}, ""),
        (LDAP, {}, ""),
    ],
)
def test_accounts_that_nobody_can_finish(bench: Bench, kind: str, keys: dict[str, Any], asked: str) -> None:
    locked = bench.payload(RESTRICTIONS, allowAccountModification=False)
    message = (
        "allowAccountModification is false, and the profile leaves to the user what there may be no place to enter: "
        + asked
    )
    found = bench.lint(bench.payload(kind, **keys), locked)
    assert found == ([("del-accounts-locked", "warning", message)] if asked else [])


def test_locked_accounts_without_an_account(bench: Bench) -> None:
    assert bench.lint(bench.payload(RESTRICTIONS, allowAccountModification=False)) == []


def test_no_next_installation_by_hand(bench: Bench) -> None:
    locked = bench.payload(RESTRICTIONS, allowUIConfigurationProfileInstallation=False)
    assert bench.ids(locked) == []
    assert bench.ids(locked, target="ios,mdm") == []
    assert bench.ids(locked, target="macos,manual") == ["del-install-locked"]


@pytest.mark.parametrize(
    ("key", "value", "target", "ids"),
    [
        ("allowMailSummary", False, "ios:26.4", ["del-restriction-deprecated"]),
        ("allowMailSmartReplies", False, "ios:27 macos:26.4", ["del-restriction-deprecated"]),
        ("allowMailSummary", False, "ios:26.3", []),
        ("allowMailSummary", False, "ios:26.4 ios:18", []),
        ("allowMailSummary", False, "ios", []),
        ("allowMailSummary", False, "", []),
        ("allowMailSummary", True, "ios:26.4", []),
        ("blockedAppBundleIDs", ["com.example.app"], "ios:27", ["del-restriction-deprecated"]),
        ("blockedAppBundleIDs", ["com.example.app"], "ios:26.4", []),
        ("blockedAppBundleIDs", [], "ios:27", []),
    ],
)
def test_restrictions_with_a_successor(
    bench: Bench, key: str, value: object, target: str, ids: list[str]
) -> None:
    assert bench.ids(bench.payload(RESTRICTIONS, **{key: value}), target=target) == ids


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("allowGlobalBackgroundFetchWhenRoaming", False, "del-fetch-roaming"),
        ("blockedAppBundleIDs", [IOS], "del-mail-blocked"),
        ("allowListedAppBundleIDs", ["com.example.app"], "del-mail-blocked"),
    ],
)
def test_a_restriction_that_no_target_knows_does_nothing(
    bench: Bench, key: str, value: Any, rule: str
) -> None:
    account, restrictions = bench.payload(MAIL), bench.payload(RESTRICTIONS, **{key: value})
    note = "prof-key-not-on-platform"
    for target, rules, notes in (("macos", [], [note]), ("macos ios", [rule], [])):
        assert bench.ids(account, restrictions, target=target, select=rule) == rules
        assert bench.ids(restrictions, target=target, select=note) == notes


def test_roaming(bench: Bench) -> None:
    assert bench.lint(bench.payload(RESTRICTIONS, allowGlobalBackgroundFetchWhenRoaming=False)) == [
        (
            "del-fetch-roaming",
            "note",
            "allowGlobalBackgroundFetchWhenRoaming is false: abroad mail arrives only when Mail is opened",
        )
    ]


@pytest.mark.parametrize(
    ("domains", "address", "ids"),
    [
        (["example.org"], "kari@example.com", ["del-domains"]),
        (["example.org"], "$EMAIL", []),
        (["Example.com"], "kari@example.com", []),
        (["example.com"], "kari@mail.example.com", []),
        (["@example.com"], "kari@example.com", []),
        ([], "kari@example.com", []),
    ],
)
def test_own_addresses_in_red(bench: Bench, domains: list[str], address: str, ids: list[str]) -> None:
    mail = bench.payload(MAIL, EmailAddress=address)
    payload = bench.payload("com.apple.domains", EmailDomains=domains)
    assert bench.ids(mail, mail, payload) == ids
    if ids:
        assert bench.fixed(mail, payload)[1]["EmailDomains"] == [*domains, "example.com"]


def test_broken_shapes_are_left_to_the_rules_about_types(bench: Bench) -> None:
    broken = (
        bench.payload(NOTIFICATIONS, NotificationSettings="x"),
        bench.payload("com.apple.domains", EmailDomains="x"),
    )
    restrictions = bench.payload(RESTRICTIONS, blockedAppBundleIDs=IOS, allowListedAppBundleIDs={"a": 1})
    assert bench.lint(bench.payload(MAIL), *broken, restrictions) == []
    assert plistlib.loads(bench.profile(restrictions))["PayloadContent"] == [restrictions]
