"""The near misses of the provider rules."""

from __future__ import annotations

import datetime
import plistlib
from pathlib import Path

import pytest

from profiler.document.source import from_bytes
from profiler.lint.fixer import fix
from profiler.lint.linter import Linter, Selection
from profiler.model.target import parse_all
from profiler.rules import example
from profiler.rules.run import Context

MAIL = "com.apple.mail.managed"
EXAMPLE = Path(__file__).parents[3] / "sample_profiles/providers/example.toml"


def account(address: str, incoming: str, outgoing: str, **keys: str | int) -> str:
    texts = {
        "EmailAddress": address,
        "IncomingMailServerHostName": incoming,
        "IncomingMailServerUsername": address,
        "OutgoingMailServerHostName": outgoing,
        "OutgoingMailServerUsername": address,
        **keys,
    }
    return "\n".join(
        f"<key>{key}</key>\n<{'integer' if isinstance(value, int) else 'string'}>{value}"
        f"</{'integer' if isinstance(value, int) else 'string'}>"
        for key, value in texts.items()
    )


def found(snippet: str, *, target: str = "", now: str = "2026-11-23", payload: str = MAIL) -> list[str]:
    context = Context(
        targets=parse_all(target.split()),
        now=datetime.datetime.fromisoformat(now).replace(tzinfo=datetime.UTC),
        provider_files=(EXAMPLE,),
    )
    report = Linter(context, Selection(frozenset({"prov"}))).lint(from_bytes(example.whole(snippet, payload)))
    assert report.crash == ""
    return sorted(one.rule for one in report.diagnostics)


def messages(snippet: str) -> list[str]:
    context = Context(now=datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC), provider_files=(EXAMPLE,))
    report = Linter(context, Selection(frozenset({"prov"}))).lint(from_bytes(example.whole(snippet, MAIL)))
    return [one.message for one in report.diagnostics]


@pytest.mark.parametrize(
    ("address", "host", "ends"),
    [
        ("kari@fastmail.com", "imap.fastmail.com", "kari@fastmail.com"),
        ("kari", "imap.fastmail.com", "post"),
        ("a@b@web.de", "imap.web.de", "post@web.de"),
    ],
)
def test_a_user_name_of_another_form_is_offered_from_an_address_only(
    address: str, host: str, ends: str
) -> None:
    name = "post@web.de" if host == "imap.web.de" else "post"
    snippet = account(address, host, host.replace("imap", "smtp"), IncomingMailServerUsername=name)
    linter = Linter(Context(), Selection(frozenset({"prov-username"})))
    fixed = fix(linter, from_bytes(example.whole(snippet, MAIL)), unsafe=True)
    made = plistlib.loads(fixed.data)["PayloadContent"][0]
    assert made["IncomingMailServerUsername"] == ends


def test_a_domain_of_ones_own_at_a_known_provider_is_routing_not_a_mistake() -> None:
    assert found(account("kari@firma.example", "imap.mailbox.org", "smtp.mailbox.org")) == ["prov-no-push"]


def test_a_host_to_be_filled_in_is_not_compared() -> None:
    assert found(account("kari@fastmail.com", "$MAILHOST", "smtp.fastmail.com")) == ["prov-app-password"]


@pytest.mark.parametrize("host", ["10.0.0.5", "mail", "mail.local", "mail.corp", "localhost"])
def test_a_host_of_the_house_is_not_compared(host: str) -> None:
    assert found(account("kari@example.com", host, "smtp.example.com")) == []


def test_both_forms_of_a_user_name_where_the_provider_takes_both() -> None:
    icloud = account(
        "kari@icloud.com", "imap.mail.me.com", "smtp.mail.me.com", OutgoingMailServerPortNumber=587
    )
    local = icloud.replace("Username</key>\n<string>kari@icloud.com", "Username</key>\n<string>kari", 1)
    assert found(icloud) == found(local) == ["prov-app-password", "prov-no-push"]


def test_a_windows_user_name_is_left_alone() -> None:
    assert (
        found(
            account(
                "kari@example.com",
                "imap.example.com",
                "smtp.example.com",
                IncomingMailServerUsername="DOMAIN\\kari",
            )
        )
        == []
    )


def test_google_is_a_warning_and_an_app_password_announced_is_enough() -> None:
    gmail = account("kari@gmail.com", "imap.gmail.com", "smtp.gmail.com")
    assert found(gmail) == ["prov-app-password", "prov-basic-auth-off", "prov-native-payload", "prov-no-push"]
    told = gmail + "\n<key>PayloadDescription</key>\n<string>Needs an app password; mail is fetched.</string>"
    assert found(told) == ["prov-native-payload"]


def test_google_on_a_mac_has_no_better_payload() -> None:
    gmail = account(
        "kari@gmail.com", "imap.gmail.com", "smtp.gmail.com", PayloadDescription="app password, fetch"
    )
    assert found(gmail, target="macos") == []


def hints(snippet: str, target: str, rule: str) -> list[str]:
    context = Context(targets=parse_all([target]), now=datetime.datetime(2027, 4, 1, tzinfo=datetime.UTC))
    report = Linter(context, Selection(frozenset({rule}))).lint(from_bytes(example.whole(snippet, MAIL)))
    return [one.hint for one in report.diagnostics]


@pytest.mark.parametrize(
    ("address", "rule", "target", "hint"),
    [
        (
            "kari@outlook.com",
            "prov-basic-auth-off",
            "ios",
            "use com.apple.eas.account with OAuth true (on a Mac com.apple.ews.account), which also gets push",
        ),
        (
            "kari@outlook.com",
            "prov-basic-auth-off",
            "macos",
            "no profile can set this account up; people add it in Settings",
        ),
        ("kari@outlook.com", "prov-native-payload", "macos", ""),
        (
            "kari@example.onmicrosoft.com",
            "prov-native-payload",
            "macos",
            "use com.apple.ews.account with OAuth true, for as long as Microsoft serves it (ex-ews-sunset)",
        ),
        (
            "kari@gmail.com",
            "prov-basic-auth-off",
            "macos",
            "tell people in PayloadDescription to make an app password",
        ),
    ],
)
def test_advice_names_only_payloads_that_the_device_has(
    address: str, rule: str, target: str, hint: str
) -> None:
    assert hints(account(address, "outlook.office365.com", "smtp.office365.com"), target, rule) == (
        [hint] if hint else []
    )


def test_the_advice_after_an_end_that_has_passed_is_to_move() -> None:
    workmail = account(
        "kari@example.edu", "imap.mail.us-east-1.awsapps.com", "smtp.mail.us-east-1.awsapps.com"
    )
    assert hints(workmail, "ios", "prov-retiring") == ["move the account now"]


def test_passwords_still_worked_at_microsoft_before_the_end() -> None:
    outlook = account(
        "kari@outlook.com", "outlook.office365.com", "smtp-mail.outlook.com", OutgoingMailServerPortNumber=587
    )
    assert "prov-basic-auth-off" not in found(outlook, now="2024-09-15")
    assert "prov-basic-auth-off" in found(outlook, now="2024-09-16")


def test_proton_is_right_on_a_mac_and_says_nothing_without_a_target_of_its_own() -> None:
    bridge = account(
        "kari@proton.me",
        "127.0.0.1",
        "127.0.0.1",
        IncomingMailServerPortNumber=1143,
        OutgoingMailServerPortNumber=1025,
    )
    assert found(bridge, target="macos") == ["prov-app-password"]
    assert found(bridge, target="ios") == ["prov-app-password", "prov-desktop-only"]


def test_an_end_to_come_and_one_that_has_passed() -> None:
    workmail = account(
        "kari@example.edu", "imap.mail.us-east-1.awsapps.com", "smtp.mail.us-east-1.awsapps.com"
    )
    assert "Amazon WorkMail us-east-1, from 2027-03-31: Amazon ends WorkMail" in messages(workmail)


def test_old_names_that_still_answer_are_reported_once() -> None:
    old = account("kari@online.de", "imap.1und1.de", "smtp.1und1.de")
    assert found(old) == ["prov-legacy-host", "prov-legacy-host", "prov-no-push"]


def test_apple_devices_have_servers_of_their_own_at_netease() -> None:
    netease = account(
        "kari@163.com", "imap.163.com", "applesmtp.163.com", PayloadDescription="authorisation code"
    )
    assert messages(netease) == [
        "NetEase 163 has appleimap.163.com for Apple devices, and this is imap.163.com"
    ]


def test_a_real_domain_far_from_known_ones_is_no_slip() -> None:
    assert found(account("kari@example.edu", "mail.example.edu", "mail.example.edu")) == ["prov-unknown"]


@pytest.mark.parametrize("switch", ["true", "false"])
def test_a_port_that_is_not_offered_is_told_with_and_without_tls(switch: str) -> None:
    keys = {"IncomingMailServerPortNumber": 143}
    snippet = account("kari@fastmail.com", "imap.fastmail.com", "smtp.fastmail.com", **keys)
    snippet += f"\n<key>IncomingMailServerUseSSL</key>\n<{switch}/>"
    assert messages(snippet)[-1] == (
        "imap.fastmail.com does not offer port 143; its provider names 993 (TLS)"
    )


@pytest.mark.parametrize(("port", "ids"), [(1143, ["prov-app-password"]), (993, [])])
def test_a_program_on_the_device_itself_is_protons_bridge_only_on_its_port(port: int, ids: list[str]) -> None:
    keys = {"IncomingMailServerPortNumber": port, "OutgoingMailServerPortNumber": 1025}
    assert found(account("kari@example.edu", "127.0.0.1", "127.0.0.1", **keys)) == ids


def test_two_data_centres_under_a_domain_of_ones_own() -> None:
    zoho = account("kari@example.edu", "imappro.zoho.eu", "smtppro.zoho.com")
    assert messages(zoho)[-1] == (
        "smtppro.zoho.com is a server of Zoho Mail US, and mail is received at Zoho Mail Europe"
    )
    workmail = account(
        "kari@example.edu", "imap.mail.us-east-1.awsapps.com", "smtp.mail.eu-west-1.awsapps.com"
    )
    assert "prov-region-host" in found(workmail)


def test_one_data_centre_under_a_domain_of_ones_own_is_right() -> None:
    zoho = account("kari@example.edu", "imappro.zoho.eu", "smtppro.zoho.eu")
    assert found(zoho) == ["prov-imap-disabled", "prov-no-push"]
    ionos = account("kari@example.edu", "imap.ionos.co.uk", "smtp.ionos.com")
    assert found(ionos) == ["prov-no-push"]


@pytest.mark.parametrize(
    ("description", "ids"),
    [
        ("IMAP account of kari@rambler.ru", ["prov-imap-disabled"]),
        ("Enable IMAP in the webmail first.", []),
        ("Zuerst IMAP im Webmail aktivieren.", []),
    ],
)
def test_the_word_imap_alone_tells_nobody_to_turn_it_on(description: str, ids: list[str]) -> None:
    rambler = account(
        "kari@rambler.ru", "imap.rambler.ru", "smtp.rambler.ru", PayloadDescription=f"{description} fetch"
    )
    assert found(rambler) == ids


@pytest.mark.parametrize(
    "snippet",
    [
        account(
            "kari@pec.it",
            "pop3s.pec.aruba.it",
            "smtps.pec.aruba.it",
            EmailAccountType="EmailTypePOP",
            IncomingMailServerPortNumber=993,
        ),
        account(
            "kari@pdx.edu",
            "psumail.pdx.edu",
            "mailhost.pdx.edu",
            IncomingMailServerPortNumber=587,
            OutgoingMailServerPortNumber=465,
        ),
        account(
            "kari@rediffmail.com",
            "pop.rediffmail.com",
            "smtp.rediffmail.com",
            EmailAccountType="EmailTypePOP",
            IncomingMailServerPortNumber=995,
            OutgoingMailServerPortNumber=586,
        ),
    ],
    ids=["POP on 993", "IMAP on 587", "sending on 586"],
)
def test_odd_ports_that_a_provider_really_has(snippet: str) -> None:
    ports = Selection(frozenset({"mail-port-protocol", "prov-port-tls"}))
    assert Linter(Context(), ports).lint(from_bytes(example.whole(snippet, MAIL))).diagnostics == ()


@pytest.mark.parametrize(
    ("name", "what"),
    [("kari", "the part before the @"), ("KARI", "the part before the @"), ("u4711", "a name without an @")],
)
def test_a_user_name_is_called_what_it_is(name: str, what: str) -> None:
    gmail = account("kari@gmail.com", "imap.gmail.com", "smtp.gmail.com", IncomingMailServerUsername=name)
    assert f"Gmail (consumer) wants the whole address as user name, and this is {what}" in messages(gmail)


def test_an_app_password_in_the_profile_needs_no_telling() -> None:
    fastmail = account("kari@fastmail.com", "imap.fastmail.com", "smtp.fastmail.com")
    context = Context(now=datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC))
    snippet = f"{fastmail}\n<key>IncomingPassword</key>\n<string>abcd efgh</string>"
    [one] = (
        Linter(context, Selection(frozenset({"prov"})))
        .lint(from_bytes(example.whole(snippet, MAIL)))
        .diagnostics
    )
    advice = "make sure that the password in the profile is one"
    assert one.hint == f"{advice} (https://www.fastmail.help/hc/en-us/articles/1500000278342)"
