"""Users, addresses, passwords and ways to sign in: what is said, and what must not be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from profiler.rules.rule import Severity

if TYPE_CHECKING:
    from tests.rules.mail.conftest import Sample

MDM = "ios:17.0,mdm"


@pytest.mark.parametrize(
    ("key", "value", "hint"),
    [
        ("EmailAccountType", "EmailTypeImap", "write EmailTypeIMAP"),
        ("EmailAccountType", "IMAP", "write one of EmailTypeIMAP, EmailTypePOP"),
        (
            "EmailAccountType",
            "EmailTypeExchange",
            "use the payload com.apple.eas.account (on a Mac com.apple.ews.account) for Exchange",
        ),
        ("IncomingMailServerAuthentication", "EmailAuthPasswort", "write EmailAuthPassword"),
        ("OutgoingMailServerAuthentication", "emailauthpassword", "write EmailAuthPassword"),
    ],
)
def test_words_that_apple_does_not_know(only: type[Sample], key: str, value: str, hint: str) -> None:
    [finding] = only("mail-bad-enum").of(**{key: value})
    assert finding.severity is Severity.ERROR
    assert finding.message == f"{key} is {value!r}, which no device knows, so it refuses the profile"
    assert finding.hint == hint


def test_a_word_to_come_and_a_value_of_another_type_are_silent(mail: Sample) -> None:
    assert mail.ids(EmailAccountType=7) == []
    assert mail.ids(IncomingMailServerAuthentication="{{authentication}}") == []


@pytest.mark.parametrize(
    "key",
    [
        "EmailAccountType",
        "IncomingMailServerAuthentication",
        "IncomingMailServerHostName",
        "OutgoingMailServerAuthentication",
        "OutgoingMailServerHostName",
    ],
)
def test_a_missing_key_is_one_finding(mail: Sample, key: str) -> None:
    [finding] = mail.of(**{key: None})
    assert (finding.rule, finding.severity) == ("mail-missing-key", Severity.ERROR)
    assert finding.message == f"{key} is missing, so the device refuses the profile"


def test_no_sign_in_for_receiving_is_fixed(mail: Sample) -> None:
    keys = {"IncomingMailServerAuthentication": "EmailAuthNone", "IncomingMailServerUsername": None}
    assert mail.ids(**keys) == ["mail-auth-none-incoming"]
    assert mail.fixed(**keys)["IncomingMailServerAuthentication"] == "EmailAuthPassword"


def test_no_sign_in_for_sending_is_a_warning_and_a_suggestion(mail: Sample) -> None:
    keys = {"OutgoingMailServerAuthentication": "EmailAuthNone", "OutgoingMailServerUsername": None}
    [finding] = mail.of(**keys)
    assert (finding.rule, finding.severity) == ("mail-auth-none-outgoing", Severity.WARNING)
    assert mail.fixed(**keys, unsafe=True)["OutgoingMailServerAuthentication"] == "EmailAuthNone"


def test_names_and_passwords_beside_no_sign_in(mail: Sample) -> None:
    conflict, none = mail.of(OutgoingMailServerAuthentication="EmailAuthNone", OutgoingPassword="s3cret-word")
    assert (conflict.rule, none.rule) == ("mail-auth-conflict", "mail-auth-none-outgoing")
    assert conflict.message == (
        "Outgoing authentication is EmailAuthNone, so the device does not use OutgoingMailServerUsername and "
        "OutgoingPassword"
    )
    assert "s3cret-word" not in repr(conflict)


def test_empty_names_are_no_conflict(only: type[Sample]) -> None:
    mail = only("mail-auth-conflict")
    assert mail.ids(OutgoingMailServerAuthentication="EmailAuthNone", OutgoingMailServerUsername="") == []


@pytest.mark.parametrize("method", ["EmailAuthCRAMMD5", "EmailAuthNTLM", "EmailAuthHTTPMD5"])
def test_old_challenges(mail: Sample, method: str) -> None:
    [finding] = mail.of(OutgoingMailServerAuthentication=method)
    assert (finding.rule, finding.severity) == ("mail-auth-legacy", Severity.WARNING)


@pytest.mark.parametrize(
    ("address", "host"), [("anna@earthlink.net", "imap.earthlink.net"), ("anna@daum.net", "imap.daum.net")]
)
def test_providers_that_ask_for_a_challenge(only: type[Sample], address: str, host: str) -> None:
    mail = only("mail-auth-legacy")
    keys = {"EmailAddress": address, "IncomingMailServerHostName": host}
    assert mail.ids(**keys, IncomingMailServerAuthentication="EmailAuthCRAMMD5") == []
    assert mail.ids(**keys, IncomingMailServerAuthentication="EmailAuthNTLM") == ["mail-auth-legacy"]


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("kari.example.com", "has no @"),
        ("@example.com", "has nothing on one side of the @"),
        ("kari@", "has nothing on one side of the @"),
        ("kari nordmann@example.com", "holds a space or a control character"),
        ("Kari <kari@example.com>", "holds a space or a control character"),
        ("<kari@example.com>", "holds more than one plain address"),
        ("kari@example.com,ola@example.com", "holds more than one plain address"),
        ("mailto:kari@example.com", "holds more than one plain address"),
        ("kari@@example.com", "holds more than one plain address"),
        ("kari..nordmann@example.com", "has more than 64 characters, or a dot too many, before the @"),
        ("kari@example..com", "has a domain that has an empty label"),
        (
            "kari@-example.com",
            "has a domain that has the label '-example', which begins or ends with a hyphen",
        ),
    ],
)
def test_what_is_no_address(only: type[Sample], address: str, fault: str) -> None:
    [finding] = only("mail-address-syntax").of(EmailAddress=address)
    assert finding.severity is Severity.ERROR
    assert finding.message == f"EmailAddress {address!r} {fault}"


@pytest.mark.parametrize(
    "address",
    [
        "kari+lists@example.com",
        "o'brien@example.com",
        '"kari nordmann"@example.com',
        "kåri@bücher.example",
        " kari@example.com ",
        "a@b.co",
        "$EMAIL",
        "{{mail}}",
        "{EmailAddress}",
        "",
    ],
)
def test_near_address_faults_that_are_none(only: type[Sample], address: str) -> None:
    assert only("mail-address-syntax").ids(EmailAddress=address) == []


def test_an_address_without_a_top_level_domain_is_a_warning(only: type[Sample]) -> None:
    [finding] = only("mail-address-syntax").of(EmailAddress="kari@intranet")
    assert finding.severity is Severity.WARNING


def test_what_nobody_is_asked_for_under_management(mail: Sample) -> None:
    keys = {"EmailAddress": None, "OutgoingPasswordSameAsIncomingPassword": None}
    assert mail.ids(**keys, target=MDM) == ["mail-address-missing"]
    users = {"IncomingMailServerUsername": None, "OutgoingMailServerUsername": None}
    [finding] = mail.of(**users, OutgoingPasswordSameAsIncomingPassword=None, target=MDM)
    assert finding.message == (
        "IncomingMailServerUsername and OutgoingMailServerUsername are missing, and a profile that comes from a "
        "management service does not ask for a user name"
    )
    assert mail.ids(target=MDM) == ["mail-same-password-noninteractive"]


@pytest.mark.parametrize("target", ["", "ios:17.0", "ios:17.0,manual"])
def test_what_a_person_is_asked_for_is_silent(mail: Sample, target: str) -> None:
    users = {"IncomingMailServerUsername": None, "OutgoingMailServerUsername": None}
    assert mail.ids(EmailAddress=None, **users, target=target) == []


def test_a_vendor_says_management_too(mail: Sample) -> None:
    assert mail.ids(EmailAddress=None, mdm="jamf") == [
        "mail-address-missing",
        "mail-same-password-noninteractive",
    ]


def test_no_user_is_missing_where_nobody_signs_in(only: type[Sample]) -> None:
    keys = {"IncomingMailServerAuthentication": "EmailAuthNone", "IncomingMailServerUsername": None}
    assert only("mail-username-missing").ids(**keys, target=MDM) == []


@pytest.mark.parametrize(
    "incoming",
    [
        {"IncomingMailServerAuthentication": "EmailAuthNone", "IncomingMailServerUsername": None},
        {"IncomingMailServerUsername": ""},
    ],
    ids=["no sign-in", "empty"],
)
def test_a_user_is_missing_for_sending_alone(only: type[Sample], incoming: dict[str, str | None]) -> None:
    rules = only("mail-username-missing", "mail-outgoing-user-missing")
    [finding] = rules.of(**incoming, OutgoingMailServerUsername=None, target=MDM)
    assert (finding.rule, finding.message) == (
        "mail-username-missing",
        (
            "OutgoingMailServerUsername is missing, and a profile that comes from a management service does not ask for a "
            "user name"
        ),
    )


def test_variables_of_a_service_are_values(mail: Sample) -> None:
    variable = {"IncomingMailServerUsername": "$EMAIL", "OutgoingMailServerUsername": "$EMAIL"}
    keys = {**variable, "EmailAddress": "$EMAIL", "EmailAccountName": "$FULLNAME"}
    assert mail.ids(**keys, OutgoingPasswordSameAsIncomingPassword=None, target=MDM, mdm="jamf") == []


@pytest.mark.parametrize("name", [None, ""])
def test_a_name_that_is_missing_or_empty(mail: Sample, name: str | None) -> None:
    [finding] = mail.of(EmailAccountName=name)
    assert (finding.rule, finding.severity) == ("mail-name-missing", Severity.NOTE)


@pytest.mark.parametrize(
    "name", ["kari@example.com", "Kari@Example.com ", "imap.example.com", "smtp.example.com"]
)
def test_a_name_that_is_the_address_or_a_host(mail: Sample, name: str) -> None:
    assert mail.ids(EmailAccountName=name) == ["mail-name-is-address"]


def test_a_name_to_come_is_silent(mail: Sample) -> None:
    assert mail.ids(EmailAccountName="$EMAIL", EmailAddress="$EMAIL") == []


@pytest.mark.parametrize("name", ["Kari", "Kari (example.com)", "kari"])
def test_a_name_that_is_a_name(mail: Sample, name: str) -> None:
    assert mail.ids(EmailAccountName=name) == []


def test_an_alias_is_a_note(mail: Sample) -> None:
    [finding] = mail.of(EmailAddress="kari@nordmann.example")
    assert (finding.rule, finding.severity) == ("mail-user-domain-differs", Severity.NOTE)
    assert (
        finding.message
        == "The user name is of example.com, the address of nordmann.example: an alias, or a typing error"
    )


def test_one_domain_in_two_spellings_is_no_alias(only: type[Sample]) -> None:
    user = {"IncomingMailServerUsername": "kari@xn--blbr-roah.example", "OutgoingMailServerUsername": "kari"}
    assert only("mail-user-domain-differs").ids(**user, EmailAddress="kari@blåbær.example") == []


@pytest.mark.parametrize("address", ["kari@example.org", "KARI@EXAMPLE.COM", "$EMAIL", None])
def test_domains_of_one_provider_and_values_to_come_are_no_alias(mail: Sample, address: str | None) -> None:
    assert mail.ids(EmailAddress=address) == []


def test_a_user_without_a_domain_is_no_alias(only: type[Sample]) -> None:
    keys = {"IncomingMailServerUsername": "kari", "OutgoingMailServerUsername": "kari"}
    assert only("mail-user-domain-differs").ids(**keys, EmailAddress="kari@nordmann.example") == []


def test_the_outgoing_user_is_copied(mail: Sample) -> None:
    keys = {"OutgoingMailServerUsername": None}
    assert mail.ids(**keys) == ["mail-outgoing-user-missing"]
    assert mail.fixed(**keys)["OutgoingMailServerUsername"] == "kari@example.com"
    relay = {**keys, "OutgoingMailServerHostName": "mail.example.net"}
    assert "OutgoingMailServerUsername" not in mail.fixed(**relay)
    assert mail.fixed(**relay, unsafe=True)["OutgoingMailServerUsername"] == "kari@example.com"


def test_an_empty_outgoing_user_is_left_to_the_rule_about_empty_values(mail: Sample) -> None:
    assert mail.ids(OutgoingMailServerUsername="", OutgoingPasswordSameAsIncomingPassword=True) == []


def test_a_second_password_that_is_not_used(mail: Sample) -> None:
    keys = {"IncomingPassword": "first-s3cret", "OutgoingPassword": "other-s3cret"}
    [finding] = mail.of(**keys)
    assert finding.rule == "mail-same-password-conflict"
    assert finding.message.startswith("OutgoingPassword differs from the incoming password, but ")
    assert "s3cret" not in repr(finding)
    assert "OutgoingPassword" not in mail.fixed(**keys)
    [alone] = mail.of(OutgoingPassword="other-s3cret")
    assert alone.message.startswith("OutgoingPassword is given without the incoming password, but ")


@pytest.mark.parametrize(("flag", "outgoing"), [(True, "first-s3cret"), (True, ""), (False, "other-s3cret")])
def test_passwords_that_agree_with_the_flag(mail: Sample, flag: bool, outgoing: str) -> None:
    keys = {"IncomingPassword": "first-s3cret", "OutgoingPassword": outgoing}
    assert mail.ids(**keys, OutgoingPasswordSameAsIncomingPassword=flag) == []


def test_one_password_for_two_users(mail: Sample) -> None:
    [finding] = mail.of(OutgoingMailServerUsername="office@example.com")
    assert finding.rule == "mail-same-password-other-user"
    assert (
        finding.message == "One password for two users: kari@example.com receives, office@example.com sends"
    )


@pytest.mark.parametrize("name", ["kari", "KARI@example.com", "Kari", " kari@example.com "])
def test_a_name_with_and_without_its_domain_is_one_user(mail: Sample, name: str) -> None:
    assert mail.ids(OutgoingMailServerUsername=name) == []


def test_the_same_name_at_two_domains_is_two_users(mail: Sample) -> None:
    ids = mail.ids(OutgoingMailServerUsername="kari@example.org")
    assert ids == ["mail-same-password-other-user"]


@pytest.mark.parametrize(
    ("incoming", "outgoing", "ids"),
    [
        ("OFFICE\\kari", "kari", []),
        ("kari@example.com", "OFFICE\\Kari", []),
        ("OFFICE\\kari", "HOME\\kari", ["mail-same-password-other-user"]),
        ("OFFICE\\kari", "ola", ["mail-same-password-other-user"]),
    ],
)
def test_a_windows_name_with_and_without_its_domain_is_one_user(
    only: type[Sample], incoming: str, outgoing: str, ids: list[str]
) -> None:
    users = {"IncomingMailServerUsername": incoming, "OutgoingMailServerUsername": outgoing}
    assert only("mail-same-password-other-user").ids(**users) == ids


def test_two_prompts_are_a_note_and_settled_by_hand_installation(mail: Sample) -> None:
    keys = {"OutgoingPasswordSameAsIncomingPassword": None}
    [finding] = mail.of(**keys)
    assert (finding.rule, finding.severity) == ("mail-two-prompts", Severity.NOTE)
    assert "OutgoingPasswordSameAsIncomingPassword" not in mail.fixed(**keys)
    assert mail.fixed(**keys, target="ios:17.0,manual")["OutgoingPasswordSameAsIncomingPassword"] is True


@pytest.mark.parametrize(
    "keys",
    [
        {"OutgoingMailServerUsername": "office@example.com"},
        {"OutgoingMailServerHostName": "smtp.example.net"},
        {"OutgoingPassword": "first-s3cret"},
        {"IncomingMailServerUsername": "$EMAIL", "OutgoingMailServerUsername": "$EMAIL"},
    ],
    ids=lambda keys: next(iter(keys)),
)
def test_two_passwords_that_are_meant(mail: Sample, keys: dict[str, str]) -> None:
    assert mail.ids(**keys, OutgoingPasswordSameAsIncomingPassword=False) == []
