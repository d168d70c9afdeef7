from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from profiler.errors import UsageError
from profiler.model import placeholder
from profiler.model.placeholder import Kind, is_template, is_variable, marks, vendors, vendors_of
from tests import clock

DATA = json.loads((Path(placeholder.__file__).parent / "placeholders.json").read_text())


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("$EMAIL", ["jamf", "kandji"]),
        ("CN=$SERIALNUMBER", ["jamf"]),
        ("$EXTENSIONATTRIBUTE_12", ["jamf"]),
        ("{{mail}}", ["intune"]),
        ("{{UserPrincipalName}}", ["intune"]),
        ("{EmailAddress}", ["workspace-one"]),
        ("$SERIAL_NUMBER", ["kandji"]),
        ("%Email%", ["jamf-school", "mosyle", "hexnode", "manageengine"]),
        ("$FLEET_VAR_HOST_END_USER_IDP_USERNAME", ["fleet"]),
        ("${FLEET_SECRET_MAIL}", ["fleet"]),
        ("{{serial_number}}", ["simplemdm"]),
        ('{{.User "emails_primary"}}', ["addigy"]),
        ("%devicename%", ["mosyle", "hexnode", "manageengine"]),
        ("$OWNEREMAIL", ["meraki"]),
        ("${userEmailAddress}", ["ivanti"]),
        ("%_EMAILADDRESS_%", ["sophos"]),
        ("%short_name%", ["profile-manager"]),
    ],
)
def test_a_known_variable_and_who_fills_it_in(text: str, services: list[str]) -> None:
    assert vendors_of(text) == services
    assert is_variable(text)
    assert all(is_variable(text, name) for name in services)


@pytest.mark.parametrize(
    "text",
    [
        "kari@example.com",
        "",
        "100 %",
        "$5",
        "$EMAILS",
        "{{ imap.host }}",
        "EMAIL",
        "%nothing%",
        "{kari}",
        "a{b}c",
    ],
)
def test_no_variable_of_anybody(text: str) -> None:
    assert not is_variable(text)
    assert vendors_of(text) == []


def test_one_service_knows_its_own_variables_only() -> None:
    assert is_variable("$EMAIL", "jamf")
    assert not is_variable("{{mail}}", "jamf")
    assert not is_variable("$EMAIL", "intune")


def test_variables_an_administrator_defines_count_for_the_service_named() -> None:
    assert not is_variable("{{staff_mailbox}}")
    assert is_variable("{{staff_mailbox}}", "simplemdm")
    assert not is_variable("{StaffMailbox}")
    assert is_variable("{StaffMailbox}", "workspace-one")


def test_a_mac_fills_in_its_own_variables_whoever_sends_them() -> None:
    assert is_variable("host/%AD_ComputerID%", "jamf")
    assert vendors_of("%AD_ComputerID%") == []


@pytest.mark.parametrize("service", ["", "jamf", "intune"])
def test_the_registration_token_of_platform_sso_is_sent_as_it_is(service: str) -> None:
    assert [mark.kind for mark in marks("{{DEVICEREGISTRATION}}", service)] == [Kind.VARIABLE]
    assert [mark.kind for mark in marks("{{deviceregistration}}", service)] == [Kind.TEMPLATE]


@pytest.mark.parametrize(
    "text",
    [
        "{{ imap.hostname }}", "{{#if imap.secure}}", "{% if imap %}", "{{ .Host }}", "<?= $host ?>", "<?php echo $host; ?>",
        "${HOST}", "$(uuidgen)", "%{host}", "%(host)s", "<%= host %>", "HOSTNAME", "imap.DOMAIN", "HOSTNAME.example.com",
        "kari@DOMAIN", "PRIMARY_HOSTNAME calendar", "CHANGEME", "changeme", "CHANGE_ME", "REPLACE-ME", "UUID1", "UUID",
        "YOUR_EMAIL_HERE", "TODO", "$UNKNOWN_VARIABLE", "%unknown%", "{Unknown}",
        "__EMAIL__", "[HOSTNAME]", "<EMAIL>", "#EMAIL#", "kari@[DOMAIN]",
    ],
)  # fmt: skip
def test_marks_of_templates(text: str) -> None:
    assert is_template(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "imap.example.com", "kari@example.com", "Work EMAIL", "Kari's TODO list", "Change me not", "pa$$w0rd", "100%",
        "com.example.EMAIL", "A{1,2}", "https://example.com/#a#b", "#12# of 20", "&#169;2026&#38;",
        "Exchange", "NTLM", "EmailAuthPassword", "https://example.com/?a=%20b", "DOMAIN\\kari",
        "https://example.com/caf%C3%A9", "^(?=.*[$%{}])(?=.*[@#$()]).{8,}$",
    ],
)  # fmt: skip
def test_plain_texts_have_no_marks(text: str) -> None:
    assert not is_template(text)
    assert list(marks(text)) == []


def test_marks_come_in_order_with_their_kind_and_place() -> None:
    assert list(marks("$EMAIL of {{ company }} %what%")) == [
        (Kind.VARIABLE, "$EMAIL", 0),
        (Kind.TEMPLATE, "{{ company }}", 10),
        (Kind.LOOK_ALIKE, "%what%", 24),
    ]


def test_a_name_between_number_signs_looks_like_a_variable() -> None:
    assert list(marks("Mail of #userEmail#")) == [(Kind.LOOK_ALIKE, "#userEmail#", 8)]
    assert list(marks("#EMAIL#")) == [(Kind.TEMPLATE, "#EMAIL#", 0)]


def test_for_one_service_the_variables_of_others_are_templates() -> None:
    assert list(marks("{{mail}} $EMAIL", "jamf")) == [
        (Kind.TEMPLATE, "{{mail}}", 0),
        (Kind.VARIABLE, "$EMAIL", 9),
    ]


@pytest.mark.parametrize(
    ("name", "service"),
    [("jamf", "jamf"), ("Iru", "kandji"), ("Workspace ONE", "workspace-one"), ("airwatch", "workspace-one")],
)  # fmt: skip
def test_services_by_the_names_people_use(name: str, service: str) -> None:
    assert placeholder.vendor(name) == service


def test_an_unknown_service_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError) as caught:
        placeholder.vendor("mosile")
    assert caught.value.message == "--mdm 'mosile': no management service of that name is known"
    assert caught.value.hint == "did you mean 'mosyle'?"


def test_a_service_near_to_none_is_refused_with_all_names() -> None:
    with pytest.raises(UsageError) as caught:
        placeholder.vendor("zzzzzz")
    assert caught.value.hint == f"one of {', '.join(known_names())}"


def known_names() -> list[str]:
    return [alias for name in vendors() for alias in (name, *DATA[name].get("aliases", ()))]


def test_the_services_that_the_tool_promises() -> None:
    assert set(vendors()) >= {
        "jamf", "intune", "workspace-one", "kandji", "mosyle", "fleet", "simplemdm", "addigy", "hexnode", "miradore",
        "manageengine", "meraki",
    }  # fmt: skip


@pytest.mark.parametrize("name", DATA)
def test_each_catalogue_says_where_it_is_from(name: str) -> None:
    entry = DATA[name]
    assert entry["source"].startswith("https://")
    assert entry["certainty"] in ("documented", "reported", "unconfirmed")
    assert entry["variables"] or entry.get("patterns") or entry["certainty"] == "unconfirmed"
    for pattern in (*entry.get("patterns", ()), *entry.get("own", ())):
        assert re.compile(pattern).search("") is None
    for variable in entry["variables"]:
        assert is_variable(variable), variable
        assert is_template(variable), "other rules ask for marks of any kind"


@pytest.mark.parametrize("mark", ["{{ ", "{%", "{# ", "${", "$(", "%{", "<% ", "%", "$", "{"])
def test_a_text_of_opening_marks_alone_is_soon_looked_through(mark: str) -> None:
    clock.soon(lambda: (marks(mark * 300_000, "jamf"), is_template(mark * 300_000)))
