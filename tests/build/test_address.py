"""A profile from an address."""

from __future__ import annotations

import datetime as dt
import plistlib
from typing import TYPE_CHECKING

import pytest

from profiler.build.address import Wish, build_address, parse_settings
from profiler.build.check import serialize
from profiler.errors import Refused, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from profiler.build.site import Site


def payload(address: str, site: Site, **wish: Any) -> dict[str, Any]:
    (one,) = build_address(address, Wish(**wish), site).value["PayloadContent"]
    return dict(one)


@pytest.mark.parametrize(
    ("targets", "where"),
    [
        (("ios",), "Settings > Apps > Mail > Mail Accounts > Fetch New Data sets how often."),
        (("ios", "macos"), "Settings > Apps > Mail > Mail Accounts > Fetch New Data sets how often."),
        (("macos",), "Settings > General > Check for new messages in Mail sets how often."),
    ],
)
def test_people_are_told_where_their_device_has_the_schedule(
    site: Callable[..., Site], targets: tuple[str, ...], where: str
) -> None:
    built = build_address("anna@posteo.de", Wish(name="Anna"), site(*targets))
    told = f"New mail is fetched, not pushed: {where}"
    assert [line for line in built.todo if "fetched" in line] == [told]
    assert told in built.value["PayloadDescription"]


@pytest.mark.parametrize(
    ("address", "provider", "settings", "asked"),
    [
        ("anna@fastmail.com", "", (), "the sender's name and the password"),
        ("anna@fastmail.com", "", ("EmailAccountName=Anna",), "the password"),
        ("anna@fastmail.com", "", ("EmailAccountName=Anna", "IncomingPassword=env:MAIL_PASSWORD"), None),
        ("anna@muster.org", "exchange-server", (), "the user name and the password"),
        ("anna@muster.org", "exchange-server", ("UserName=anna",), "the password"),
    ],
)
def test_what_is_set_is_not_asked_for(
    site: Callable[..., Site],
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    provider: str,
    settings: tuple[str, ...],
    asked: str | None,
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "hunter2")
    wish = Wish(provider=provider, settings=parse_settings(settings))
    todo = build_address(address, wish, site("ios,manual")).todo
    told = [line for line in todo if "the device asks for" in line]
    assert told == ([f"{address}: the device asks for {asked} at the installation."] if asked else [])


def test_imap_by_hand(site: Callable[..., Site]) -> None:
    built = build_address(
        "Anna@Fastmail.com", Wish(name="Anna Muster", organization="Muster"), site("ios,manual")
    )
    content = built.value.pop("PayloadContent")
    description = (
        "Sets up Anna@fastmail.com in Mail. Sign in with an app password, made in the account at Fastmail: the password of the "
        "account itself is refused."
    )
    assert built.value == {
        "PayloadDisplayName": "Anna@fastmail.com",
        "PayloadDescription": description,
        "PayloadOrganization": "Muster",
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": "com.fastmail.anna-at-fastmail.com",
        "PayloadUUID": "E2E8020C-8E8E-5F27-ABAC-5E06E186A28E",
        "TargetDeviceType": 1,
    }
    assert content == [
        {
            "PayloadType": "com.apple.mail.managed",
            "PayloadVersion": 1,
            "PayloadIdentifier": "com.fastmail.anna-at-fastmail.com.imap",
            "PayloadUUID": "C4A23248-73AA-51D8-B4DB-E1869CCAC82F",
            "PayloadDisplayName": "Anna@fastmail.com",
            "PayloadDescription": description.partition(". ")[2],
            "EmailAccountDescription": "Anna@fastmail.com",
            "EmailAccountType": "EmailTypeIMAP",
            "EmailAddress": "Anna@fastmail.com",
            "EmailAccountName": "Anna Muster",
            "IncomingMailServerHostName": "imap.fastmail.com",
            "IncomingMailServerPortNumber": 993,
            "IncomingMailServerUseSSL": True,
            "IncomingMailServerAuthentication": "EmailAuthPassword",
            "IncomingMailServerUsername": "Anna@fastmail.com",
            "OutgoingMailServerHostName": "smtp.fastmail.com",
            "OutgoingMailServerPortNumber": 465,
            "OutgoingMailServerUseSSL": True,
            "OutgoingMailServerAuthentication": "EmailAuthPassword",
            "OutgoingMailServerUsername": "Anna@fastmail.com",
            "OutgoingPasswordSameAsIncomingPassword": True,
        }
    ]
    assert built.todo == (
        description.partition(". ")[2] + " See https://www.fastmail.help/hc/en-us/articles/1500000278342",
        "Anna@fastmail.com: the device asks for the password at the installation.",
    )
    assert not built.secret


def test_icloud_has_two_forms_of_the_user_name(site: Callable[..., Site]) -> None:
    made = payload("anna@icloud.com", site())
    assert made["IncomingMailServerUsername"] == "anna"
    assert made["OutgoingMailServerUsername"] == "anna@icloud.com"
    assert made["OutgoingPasswordSameAsIncomingPassword"] is True


def test_device_management_asks_nobody(site: Callable[..., Site]) -> None:
    built = build_address("anna@web.de", Wish(), site("ios,mdm"))
    (made,) = built.value["PayloadContent"]
    assert "OutgoingPasswordSameAsIncomingPassword" not in made
    assert "anna@web.de: missing for device management, which asks nobody: the sender's name." in built.todo


@pytest.mark.parametrize(
    ("address", "targets", "expected"),
    [
        ("anna@gmail.com", (), ("com.apple.google-oauth", 1, None)),
        ("anna@gmail.com", ("visionos",), ("com.apple.google-oauth", 6, None)),
        ("anna@gmail.com", ("macos",), ("com.apple.mail.managed", 5, "User")),
        ("anna@outlook.com", ("ios",), ("com.apple.eas.account", 1, None)),
        ("anna@muster.onmicrosoft.com", ("macos",), ("com.apple.ews.account", 5, "User")),
        ("anna@yahoo.com", (), ("com.apple.mail.managed", None, "User")),
        ("anna@yahoo.com", ("ios", "macos"), ("com.apple.mail.managed", None, "User")),
    ],
)
def test_payload_and_destination(
    address: str,
    targets: tuple[str, ...],
    expected: tuple[str, int | None, str | None],
    site: Callable[..., Site],
) -> None:
    value = build_address(address, Wish(), site(*targets)).value
    found = (
        value["PayloadContent"][0]["PayloadType"],
        value.get("TargetDeviceType"),
        value.get("PayloadScope"),
    )
    assert found == expected


def test_microsoft_signs_in_on_a_page(site: Callable[..., Site]) -> None:
    made = payload("anna@hotmail.com", site())
    assert (made["OAuth"], made["SSL"], made["Host"]) == (True, True, "outlook.office365.com")
    assert "Password" not in made


@pytest.mark.parametrize(
    ("address", "wish", "targets", "message"),
    [
        ("anna@muster-firma.ch", {}, (), "nothing is known about the mail servers of muster-firma.ch"),
        ("anna@gmial.com", {}, (), "did you mean gmail.com?"),
        ("anna@proton.me", {}, ("ios",), "cannot be set up in Mail on an iPhone or iPad"),
        ("anna@proton.me", {}, ("macos",), "its own bridge program, which installs a profile itself"),
        (
            "anna@outlook.com",
            {"protocol": "imap"},
            (),
            "has refused passwords for IMAP, POP and SMTP since 2024-09-16",
        ),
        (
            "anna@outlook.com",
            {},
            ("macos",),
            "no profile can set up Outlook.com / Hotmail / Live / MSN on a Mac",
        ),
        ("anna@icloud.com", {"protocol": "pop"}, (), "offers no pop that a profile can set up; it has imap"),
        (
            "anna@icloud.com",
            {"protocol": "google"},
            (),
            "offers no google that a profile can set up; it has imap",
        ),
        ("anna@proton.me", {"protocol": "google"}, ("ios",), "cannot be set up in Mail on an iPhone or iPad"),
    ],
)
def test_refusals_give_the_reason(
    address: str, wish: dict[str, Any], targets: tuple[str, ...], message: str, site: Callable[..., Site]
) -> None:
    with pytest.raises(Refused) as raised:
        build_address(address, Wish(**wish), site(*targets))
    assert message in raised.value.message
    assert raised.value.hint


def test_an_unknown_domain_names_three_ways_on(site: Callable[..., Site]) -> None:
    with pytest.raises(Refused) as raised:
        build_address("anna@muster-firma.ch", Wish(), site())
    for way in ("--spec", "profiler discover", "provider file"):
        assert way in raised.value.hint


@pytest.mark.parametrize(
    "address",
    ["anna", "@example.com", "anna@", "anna@localhost", "a b@example.com", "anna@exa mple.com", "anna@../etc", "a\x1b@example.com",
     "a" * 65 + "@example.com", "anna@" + "a" * 10000 + ".com", "<anna@example.com>", "a@b@example.com", "anna@-a.com", ".a@example.com"],
)  # fmt: skip
def test_text_that_is_no_address(address: str, site: Callable[..., Site]) -> None:
    with pytest.raises(UsageError, match=r"no mail address|too long") as raised:
        build_address(address, Wish(provider="fastmail"), site())
    assert len(raised.value.message) < 150


def test_an_exchange_server_of_ones_own(site: Callable[..., Site]) -> None:
    settings = parse_settings(
        ["Host=mail.muster-firma.ch", "MailNumberOfPastDaysToSync=14", "PayloadRemovalDisallowed=true"]
    )
    built = build_address("anna@muster-firma.ch", Wish(provider="exchange-server", settings=settings), site())
    (made,) = built.value["PayloadContent"]
    assert made["Host"] == "mail.muster-firma.ch"
    assert made["MailNumberOfPastDaysToSync"] == 14
    assert built.value["PayloadRemovalDisallowed"] is True


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("PreventMov=true", "com.apple.mail.managed has no such key"),
        ("PreventMove=maybe", "--set PreventMove takes true or false, not 'maybe'"),
        ("IncomingMailServerPortNumber=x", "takes a whole number, not 'x'"),
        ("IncomingMailServerPortNumber=99999999999999999999", "takes a whole number"),
        ("RemovalDate=9999-12-31T23:00:00-23:00", "--set RemovalDate takes a time such as"),
        ("IncomingPassword=hunter2", "takes a reference to a secret, never the secret"),
        ("PayloadContent=[]", "com.apple.mail.managed has no such key"),
        ("EmailAccountType=IMAP", "'IMAP' is not one of EmailTypeIMAP, EmailTypePOP"),
        ("PreventMove", "--set needs KEY=VALUE"),
    ],
)
def test_wrong_settings(setting: str, message: str, site: Callable[..., Site]) -> None:
    with pytest.raises(UsageError) as raised:
        build_address("anna@fastmail.com", Wish(settings=parse_settings([setting])), site())
    assert message in raised.value.message
    assert "hunter2" not in raised.value.message + raised.value.hint


def test_a_password_by_reference_is_inside_and_marked(
    site: Callable[..., Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_PW", "hunter2")
    built = build_address(
        "anna@fastmail.com", Wish(settings=parse_settings(["IncomingPassword=env:MAIL_PW"])), site()
    )
    assert built.value["PayloadContent"][0]["IncomingPassword"] == "hunter2"
    assert built.secret
    assert "hunter2" not in " ".join(built.todo)


def test_identifiers_are_unique_per_account_and_stable(site: Callable[..., Site]) -> None:
    addresses = [
        "anna@web.de",
        "anna@gmx.de",
        "anna.b@web.de",
        "anna-b@web.de",
        "anna_b@web.de",
        "anna+b@web.de",
        "a-at-b@web.de",
        "ännä@web.de",
    ]
    values = [build_address(address, Wish(prefix="ch.muster"), site()).value for address in addresses]
    identifiers = [value["PayloadIdentifier"] for value in values]
    assert len(set(identifiers)) == len(addresses)
    assert len({value["PayloadUUID"] for value in values}) == len(addresses)
    assert identifiers[0] == "ch.muster.anna-at-web.de"
    again = build_address("ANNA@web.de", Wish(prefix="ch.muster"), site()).value
    assert again["PayloadUUID"] == values[0]["PayloadUUID"]


@pytest.mark.parametrize(
    "name", ["Anna & Ben <x>", 'Ann "A" O\'Neil', "🙂 Anna", "أنّا", "../../etc/passwd", "A" * 10000]
)
def test_hostile_names_are_kept(name: str, site: Callable[..., Site]) -> None:
    built = build_address("anna@web.de", Wish(name=name), site())
    assert plistlib.loads(serialize(built.value))["PayloadContent"][0]["EmailAccountName"] == name


@pytest.mark.parametrize("name", ["Anna\x1b[31m", "Anna\x00", "Anna\ud800"])
def test_names_that_no_profile_can_hold(name: str, site: Callable[..., Site]) -> None:
    built = build_address("anna@web.de", Wish(name=name), site())
    with pytest.raises(UsageError, match=r"^EmailAccountName holds a character that no profile can"):
        serialize(built.value)


@pytest.mark.parametrize("address", ["$EMAIL", "{{mail}}"])
def test_a_variable_has_no_local_part(address: str, site: Callable[..., Site]) -> None:
    built = build_address(address, Wish(provider="web.de"), site())
    (made,) = built.value["PayloadContent"]
    assert "IncomingMailServerUsername" not in made
    assert "OutgoingMailServerUsername" not in made
    assert (
        "WEB.DE wants the part before the @ as user name, which cannot be told from a variable: "
        "give --set IncomingMailServerUsername=NAME --set OutgoingMailServerUsername=NAME, or let the device ask."
    ) in built.todo
    built = build_address(address, Wish(provider="fastmail"), site())
    assert built.value["PayloadContent"][0]["IncomingMailServerUsername"] == address


def test_settings_of_every_type(site: Callable[..., Site]) -> None:
    settings = parse_settings(
        [
            "RemovalDate=2027-01-31",
            'ConsentText={"default": "Yes?"}',
            "HasRemovalPasscode=true",
            "PayloadScope=System",
        ]
    )
    value = build_address("anna@fastmail.com", Wish(settings=settings), site()).value
    assert value["RemovalDate"] == dt.datetime.fromisoformat("2027-01-31")
    assert value["ConsentText"] == {"default": "Yes?"}
    assert value["HasRemovalPasscode"] is True
    assert value["PayloadScope"] == "System"


def test_an_identity_by_reference(site: Callable[..., Site], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("P12", "AAEC")
    wish = Wish(provider="exchange-server", settings=(("Certificate", "env:P12"),))
    built = build_address("anna@muster-firma.ch", wish, site())
    assert built.value["PayloadContent"][0]["Certificate"] == b"\x00\x01\x02"
    assert built.secret
