from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING, Any

import pytest

from profiler.document.source import from_bytes
from profiler.lint.fixer import fix
from profiler.lint.linter import Linter, Selection
from profiler.rules.document.sample import BODY, DOCTYPE, HEADER, PROFILE

if TYPE_CHECKING:
    from tests.rules.conftest import Bench

PREFIXES = ("doc-",)
MAIL = "com.apple.mail.managed"
EAS = "com.apple.eas.account"
DOCK = "com.apple.dock"


def rules(bench: Bench, data: bytes | str, **options: Any) -> list[tuple[str, str]]:
    data = data.encode() if isinstance(data, str) else data
    return [
        (rule, message) for rule, _, message in bench.found(data, **options) if rule != "doc-sample-value"
    ]


def of_mail(bench: Bench, **keys: Any) -> list[tuple[str, str]]:
    return rules(bench, bench.profile(bench.payload(MAIL, **keys)))


def in_place(name: str, text: str) -> str:
    """The sample profile with another text in one value."""
    return PROFILE.replace(f"<string>{name}</string>", f"<string>{text}</string>")


# doc-doctype, doc-leading-bytes, doc-binary-plist, doc-extension, doc-root-type
@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE plist PUBLIC "-//Apple Computer//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n',
        '<!DOCTYPE plist PUBLIC "-//Apple Inc//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n',
        '<!DOCTYPE plist SYSTEM "file://localhost/System/Library/DTDs/PropertyList.dtd">\n',
        '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN"\n  "https://www.apple.com/DTDs/PropertyList-1.0.dtd">\n',
    ],
)
def test_spellings_of_the_doctype_that_apple_has_used(bench: Bench, doctype: str) -> None:
    assert rules(bench, HEADER + doctype + BODY) == []


def test_a_misspelt_doctype_is_written_anew(bench: Bench) -> None:
    wrong = '<!DOCTYPE plist PUBLIC "-//Apple/DTD PLIST 1.0/EN" "http://www.apple.com/DTDs/PropertyList-1.0.ptd">\n'
    data = HEADER + wrong + BODY
    message = "the DOCTYPE names '-//Apple/DTD PLIST 1.0/EN', which is no spelling of Apple's"
    assert rules(bench, data) == [("doc-doctype", message)]
    assert fix(bench.linter(), from_bytes(data.encode(), "a.mobileconfig")).data.decode() == PROFILE


@pytest.mark.parametrize(
    ("doctype", "named"),
    [
        ("<!DOCTYPE plist>", "no document type of Apple's"),
        ('<!DOCTYPE plist SYSTEM "plist.dtd">', "'plist.dtd', which is no spelling of Apple's"),
    ],
)
def test_a_doctype_that_names_no_type_or_another(bench: Bench, doctype: str, named: str) -> None:
    assert rules(bench, HEADER + doctype + BODY) == [("doc-doctype", f"the DOCTYPE names {named}")]


def test_a_doctype_is_put_before_the_plist_of_a_file_without_a_header(bench: Bench) -> None:
    assert fix(bench.linter(), from_bytes(BODY.encode(), "a.mobileconfig")).data.decode() == DOCTYPE + BODY


@pytest.mark.parametrize(
    ("lead", "what"),
    [
        ("\n", "white space stands"),
        ("\ufeff", "a byte order mark stands"),
        ("PHP Notice: x\n", "14 bytes of other text stand"),
        ("<!-- by hand -->\n", "17 bytes of other text stand"),
        ("<br />\n<b>Notice</b>: x\n", "24 bytes of other text stand"),
    ],
)
def test_what_stands_before_the_xml_is_removed(bench: Bench, lead: str, what: str) -> None:
    data = (lead + PROFILE).encode()
    assert rules(bench, data) == [("doc-leading-bytes", f"{what} before the XML, which some parsers refuse")]
    assert fix(bench.linter(), from_bytes(data, "a.mobileconfig")).data.decode() == PROFILE


def test_a_comment_may_stand_first_where_no_header_follows(bench: Bench) -> None:
    assert rules(bench, ("<!-- by hand -->\n" + DOCTYPE + BODY).encode()) == []


def test_the_byte_order_mark_of_utf16_is_needed(bench: Bench) -> None:
    assert rules(bench, PROFILE.replace("UTF-8", "UTF-16").encode("utf-16")) == []


def test_a_binary_profile_is_no_text_to_fix(bench: Bench) -> None:
    data = plistlib.dumps(plistlib.loads(PROFILE.encode()), fmt=plistlib.FMT_BINARY)
    assert rules(bench, data) == [("doc-binary-plist", "a binary property list; Apple asks for XML")]


@pytest.mark.parametrize(
    ("name", "expected"), [("a.MobileConfig", []), ("-", []), ("dir.mobileconfig/a.plist", ["doc-extension"])]
)
def test_the_end_of_the_name(bench: Bench, name: str, expected: list[str]) -> None:
    report = bench.linter().lint(from_bytes(PROFILE.encode(), name))
    assert [one.rule for one in report.diagnostics if one.rule != "doc-sample-value"] == expected


def test_an_array_alone_is_one_error(bench: Bench) -> None:
    data = HEADER + DOCTYPE + "<plist><array><dict/></array></plist>"
    assert rules(bench, data) == [
        ("doc-root-type", "the file holds an array, where a profile is a dictionary; no device installs it")
    ]


def test_bytes_that_are_nothing_are_one_error(bench: Bench) -> None:
    assert rules(bench, b"hello") == [
        ("doc-unreadable", "neither an XML nor a binary property list, nor a signed one")
    ]


# doc-encoding
GARBLED = ": names may be garbled, or a device refuses it"


def test_latin1_bytes_are_converted_only_when_asked(bench: Bench) -> None:
    data = PROFILE.encode("latin-1")
    assert rules(bench, data) == [
        ("doc-encoding", f"the file declares UTF-8, but the byte 0xFC is not UTF-8{GARBLED}")
    ]
    source = from_bytes(data, "a.mobileconfig")
    assert fix(bench.linter(), source).data == data
    assert fix(bench.linter(), source, unsafe=True).data.decode() == PROFILE


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-be"])
def test_utf16_that_declares_something_else_is_declared(bench: Bench, codec: str) -> None:
    source = from_bytes(PROFILE.encode(codec), "a.mobileconfig")
    assert rules(bench, source.data) == [
        ("doc-encoding", f"the file declares UTF-8, but the bytes are UTF-16{GARBLED}")
    ]
    assert fix(bench.linter(), source).data == PROFILE.replace('"UTF-8"', '"UTF-16"').encode(codec)


@pytest.mark.parametrize(
    ("codec", "declared"), [("latin-1", "ISO-8859-1"), ("ascii", "US-ASCII"), ("utf-16", "UTF-16")]
)
def test_fixes_are_written_in_the_encoding_of_the_file(bench: Bench, codec: str, declared: str) -> None:
    whole = plistlib.loads(bench.profile(bench.payload(MAIL, EmailAccountDescription="Bjørn €")))
    del whole["PayloadDisplayName"]
    text = plistlib.dumps(whole).decode().replace('"UTF-8"', f'"{declared}"')
    data = text.encode(codec, "xmlcharrefreplace")
    selection = Selection(frozenset({"prof-display-name", "doc-encoding"}))
    fixed = fix(Linter(bench.context(), selection), from_bytes(data, "a.mobileconfig"))
    assert (fixed.applied, fixed.report.diagnostics) == (1, ())
    added = "\t<key>PayloadDisplayName</key>\n\t<string>Bjørn €</string>\n"
    assert fixed.data.decode(codec).replace("&#248;", "ø").replace("&#8364;", "€") == text.replace(
        "</dict>\n</plist>", f"{added}</dict>\n</plist>"
    )
    assert plistlib.loads(fixed.data)["PayloadDisplayName"] == "Bjørn €"


@pytest.mark.parametrize(
    ("ignore", "left"), [("doc-doctype", "doc-placeholder"), ("doc-placeholder", "doc-unreadable")]
)
def test_a_file_that_a_template_breaks_never_passes_in_silence(ignore: str, left: str) -> None:
    source = from_bytes(b"<plist><dict>{{#if imap}}<key>A</key></dict></plist>", "a.mobileconfig")
    report = Linter(selection=Selection(ignore=frozenset({ignore}))).lint(source)
    found = {one.rule for one in report.diagnostics}
    assert found & {"doc-placeholder", "doc-unreadable"} == {left}


# doc-type-mismatch, doc-real-for-integer
@pytest.mark.parametrize(
    ("value", "target", "severity"),
    [
        (1, "", "warning"),
        (0, "", "warning"),
        (1, "ios,apple-business", "error"),
        ("true", "", "error"),
        (2, "", "error"),
    ],
)
def test_coercions_that_devices_forgive(bench: Bench, value: object, target: str, severity: str) -> None:
    payload = bench.payload(MAIL, IncomingMailServerUseSSL=value)
    found = bench.lint(payload, target=target)
    assert [(rule, grade) for rule, grade, _ in found if rule != "doc-sample-value"] == [
        ("doc-type-mismatch", severity)
    ]


def test_apple_business_takes_no_real_number(bench: Bench) -> None:
    payload = bench.payload(MAIL, IncomingMailServerPortNumber=993.0)
    found = bench.lint(payload, target="ios,apple-business")
    message = (
        "IncomingMailServerPortNumber is a real number where an integer belongs; Apple Business refuses it"
    )
    assert ("doc-real-for-integer", "error", message) in found


@pytest.mark.parametrize(
    ("key", "value", "fixed"),
    [
        ("IncomingMailServerPortNumber", "993", 993),
        ("IncomingMailServerUseSSL", "true", True),
        ("IncomingMailServerUseSSL", 1, True),
        ("PreventMove", "NO", False),
        ("EmailAddress", 5, "5"),
        ("IncomingMailServerPortNumber", "imaps", "imaps"),
        ("IncomingMailServerUseSSL", "maybe", "maybe"),
    ],
)
def test_only_exact_conversions_are_made(bench: Bench, key: str, value: object, fixed: object) -> None:
    assert bench.fixed(bench.payload(MAIL, **{key: value}))[0][key] == fixed


def test_a_variable_fits_any_type(bench: Bench) -> None:
    assert of_mail(bench, IncomingMailServerPortNumber="$EXTENSIONATTRIBUTE_1") == []


# doc-whitespace-value, doc-empty-string
def test_white_space_in_a_password_is_nobodys_business(bench: Bench) -> None:
    assert of_mail(bench, IncomingPassword=" s3cret ") == []


def test_white_space_around_an_identifier_is_removed_only_when_asked(bench: Bench) -> None:
    payload = bench.payload(MAIL, PayloadIdentifier="com.example.kari.mail\n")
    message = (
        "PayloadIdentifier has white space around 'com.example.kari.mail', which counts as part of the value"
    )
    assert rules(bench, bench.profile(payload)) == [("doc-whitespace-value", message)]
    assert bench.fixed(payload)[0]["PayloadIdentifier"] == "com.example.kari.mail\n"
    assert bench.fixed(payload, unsafe=True)[0]["PayloadIdentifier"] == "com.example.kari.mail"


def test_white_space_around_a_reference(bench: Bench) -> None:
    payload = bench.payload(MAIL, VPNUUID="E9D2B4A6-7C1F-4E0A-B3D8-6F5A9C8E7B10\n")
    message = "VPNUUID has white space around 'E9D2B4A6-7C1F-4E0A-B3D8-6F5A9C8E7B10', which counts as part of the value"
    assert rules(bench, bench.profile(payload)) == [("doc-whitespace-value", message)]


@pytest.mark.parametrize(
    "key",
    [
        "EmailAccountDescription",
        "EmailAccountName",
        "PayloadOrganization",
        "IncomingMailServerIMAPPathPrefix",
    ],
)
def test_what_may_be_empty(bench: Bench, key: str) -> None:
    assert of_mail(bench, **{key: ""}) == []


def test_an_empty_key_goes_unless_the_account_needs_it(bench: Bench) -> None:
    payload = bench.payload(MAIL, EmailAddress="", IncomingMailServerHostName="")
    assert rules(bench, bench.profile(payload)) == [
        ("doc-empty-string", "EmailAddress is empty; leave it out so that the device asks for it"),
        ("doc-empty-string", "IncomingMailServerHostName is empty, and the account cannot work without it"),
    ]
    fixed = bench.fixed(payload)[0]
    assert "EmailAddress" not in fixed
    assert fixed["IncomingMailServerHostName"] == ""


# doc-placeholder, doc-mdm-variable
@pytest.mark.parametrize(
    "text", ["$EMAIL", "{{mail}}", "%Email%", "{EmailAddress}", "$FLEET_VAR_HOST_END_USER_IDP_USERNAME"]
)
def test_variables_of_any_service_are_fine_until_one_is_named(bench: Bench, text: str) -> None:
    assert of_mail(bench, EmailAddress=text) == []


def test_with_a_service_named_the_variables_of_others_are_errors(bench: Bench) -> None:
    payload = bench.payload(MAIL, EmailAddress="{{mail}}", EmailAccountName="$FULLNAME")
    found = rules(bench, bench.profile(payload), mdm="jamf")
    assert found == [
        ("doc-placeholder", "{{mail}} is a variable of Microsoft Intune; Jamf Pro sends it as it is")
    ]
    assert rules(bench, bench.profile(payload), mdm="intune") == [
        ("doc-placeholder", "$FULLNAME is a variable of Jamf Pro; Microsoft Intune sends it as it is")
    ]


def test_what_looks_like_a_variable_is_a_note(bench: Bench) -> None:
    found = bench.lint(bench.payload(MAIL, EmailAccountName="$WHO_KNOWS"))
    assert [one for one in found if one[0] != "doc-sample-value"] == [
        ("doc-placeholder", "note", "$WHO_KNOWS looks like a variable, but no device management service is known to fill it in")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "{{ host }}",
        "{% if x %}",
        "<?= $host ?>".replace("<", "&lt;"),
        "${HOST}",
        "$(hostname)",
        "HOSTNAME",
        "CHANGEME",
        "{{ .Host }}",
    ],
)
def test_templates_nobody_filled_in(bench: Bench, text: str) -> None:
    found = rules(bench, in_place("Dock für das Büro", text))
    assert [rule for rule, _ in found] == ["doc-placeholder"]


def test_a_template_is_one_finding_however_many_marks_it_has(bench: Bench) -> None:
    text = PROFILE.replace("<integer>48</integer>", "<integer>{{ size }}</integer>")
    text = text.replace("<key>tilesize", "{{#if size}}<key>tilesize").replace(
        "<dict>\n\t<key>", "<dict>{% if x %}\n\t<key>"
    )
    text = text.replace("Dock für das Büro", "{{ name }}").replace(
        "0E7F3A54-92B1-5C3D-8A64-7B1C5D9E2F03", "UUID1"
    )
    assert rules(bench, text) == [
        ("doc-placeholder", "{% if x %} was never filled in; a device takes it literally (5 places)")
    ]


@pytest.mark.parametrize("mark", ["{{#if a && b}}", "{% if a < b %}", "<?= $a ?>", "<?php if ($a) { ?>"])
def test_xml_that_a_template_breaks_is_the_template_s_finding(bench: Bench, mark: str) -> None:
    found = rules(bench, PROFILE.replace("<key>tilesize", f"{mark}<key>tilesize"))
    assert [rule for rule, _ in found] == ["doc-placeholder"]


@pytest.mark.parametrize(
    ("first", "second", "entries"),
    [
        ("<true/>", "<true/>", 1),
        ("<true/>", "<integer>1</integer>", 2),
        ("<array><true/></array>", "<array><true/></array>", 1),
        ("<array><true/></array>", "<array><integer>1</integer></array>", 2),
        ("<integer>1</integer>", "<real>1</real>", 2),
    ],
)
def test_the_second_of_two_entries_goes_only_when_they_are_the_same(
    bench: Bench, first: str, second: str, entries: int
) -> None:
    text = PROFILE.replace(
        "<key>PayloadDisplayName</key>",
        f"<key>x</key>{first}<key>x</key>{second}<key>PayloadDisplayName</key>",
    )
    data = fix(bench.linter(select="doc-duplicate-key"), from_bytes(text.encode(), "a.mobileconfig")).data
    assert data.count(b"<key>x</key>") == entries


def test_branches_that_write_a_key_twice_are_no_duplicates(bench: Bench) -> None:
    both = "{{#if a}}<integer>48</integer>{{else}}<integer>16</integer>{{/if}}"
    assert [rule for rule, _ in rules(bench, PROFILE.replace("<integer>48</integer>", both))] == [
        "doc-placeholder"
    ]


def test_a_mistake_elsewhere_in_a_template_is_still_said(bench: Bench) -> None:
    text = in_place("Dock für das Büro", "{{ name }}").replace(
        "<integer>48</integer>", "<integer>many</integer>"
    )
    assert [rule for rule, _ in rules(bench, text)] == ["doc-unreadable", "doc-placeholder"]


@pytest.mark.parametrize(
    "mark", ["UUID1", "not-a-uuid", "8D8739D2-B3A1-41AB-8302-E72D979DXXXX", "$(uuidgen)", "YOUR-UUID"]
)
def test_marks_in_place_of_a_uuid(bench: Bench, mark: str) -> None:
    found = rules(bench, in_place("0E7F3A54-92B1-5C3D-8A64-7B1C5D9E2F03", mark))
    assert found == [("doc-placeholder", f"{mark} was never filled in; a device takes it literally")]


@pytest.mark.parametrize("ending", ["-gmail-uuid", "_UUID2", ".xxxx"])
def test_a_uuid_with_something_behind_it_was_filled_in(bench: Bench, ending: str) -> None:
    uuid = "0E7F3A54-92B1-5C3D-8A64-7B1C5D9E2F03"
    assert rules(bench, in_place(uuid, uuid + ending)) == []


def test_what_an_app_makes_of_its_own_settings_is_its_own_affair(bench: Bench) -> None:
    common = {
        "PayloadIdentifier": "com.example.kari.app",
        "PayloadUUID": "0F6C9A5E-1B7D-5C1E-9F43-2E8A7B6C5D41",
        "PayloadVersion": 1,
    }
    chrome = {
        "PayloadType": "com.google.Chrome",
        "ProfileFolder": "${user_home}/x",
        "Url": "https://{{host}}/",
        **common,
    }
    preferences = {
        "PayloadType": "com.apple.ManagedClient.preferences", **common,
        "PayloadContent": {"com.example.app": {"Forced": [{"mcx_preference_settings": {"a": "%machine_id%"}}]}},
    }  # fmt: skip
    assert rules(bench, bench.profile(chrome)) == []
    assert rules(bench, bench.profile(preferences)) == []


def test_a_mark_in_a_comment_is_talk(bench: Bench) -> None:
    assert rules(bench, PROFILE.replace("<dict>\n\t<key>", "<!-- {{ mail }} -->\n<dict>\n\t<key>")) == []


def test_a_part_of_a_password_is_not_shown(bench: Bench) -> None:
    assert of_mail(bench, IncomingPassword="Sum$ERTIME") == []
    assert of_mail(bench, IncomingPassword="${MAIL_PASSWORD}") == [
        ("doc-placeholder", "${MAIL_PASSWORD} was never filled in; a device takes it literally")
    ]


@pytest.mark.parametrize("target", ["", "ios", "ios,mdm"])
def test_a_variable_is_right_where_a_service_delivers(bench: Bench, target: str) -> None:
    found = rules(bench, bench.profile(bench.payload(MAIL, EmailAddress="$EMAIL")), target=target)
    assert found == []


# doc-sample-value
def test_samples_are_one_finding(bench: Bench) -> None:
    payload = bench.payload(
        EAS, Password="Password123", EmailAddress="kari@nordmann.no", UserName="kari", Host="ex.example.com"
    )
    data = bench.profile(payload, PayloadIdentifier="no.nordmann.kari")
    found = [one for one in bench.found(data) if one[0] == "doc-sample-value"]
    assert found == [
        (
            "doc-sample-value",
            "warning",
            "Host ex.example.com is a sample; the name does not exist (2 such values)",
        )
    ]


@pytest.mark.parametrize(
    "host",
    ["examples.com", "example.nordmann.no", "mail.test.nordmann.no", "myexample.com", "imap.nordmann.no"],
)
def test_names_that_only_look_like_samples(bench: Bench, host: str) -> None:
    payload = bench.payload(EAS, Host=host, EmailAddress="kari@nordmann.no", UserName="kari")
    data = bench.profile(payload, PayloadIdentifier="no.nordmann.kari")
    assert [one for one in bench.found(data) if one[0] == "doc-sample-value"] == []


# secrets
@pytest.mark.parametrize(
    "broken",
    [
        "<key>Password</key>Tiger-77<string>Tiger-77</string>",
        "<key>Password</key><integer>77001122</integer>",
        "<key>Password</key><bogus/><string>Tiger-77</string>",
    ],
)
def test_no_finding_about_a_broken_password_tells_it(bench: Bench, broken: str) -> None:
    text = PROFILE.replace("<key>PayloadDescription</key>", f"{broken}<key>PayloadDescription</key>")
    report = bench.linter().lint(from_bytes(text.encode(), "a.mobileconfig"))
    assert report.diagnostics
    assert "7700" not in repr(report.diagnostics)
    assert "Tiger" not in repr(report.diagnostics)


def test_white_space_around_an_address_with_a_password_is_for_the_user_to_remove(bench: Bench) -> None:
    payload = bench.payload(MAIL, IncomingMailServerHostName=" https://kari:tiger@imap.example.com")
    report = bench.linter().lint(from_bytes(bench.profile(payload), "a.mobileconfig"))
    assert [one.rule for one in report.diagnostics if one.rule == "doc-whitespace-value"]
    assert "tiger" not in repr(report.diagnostics)


def test_a_broken_value_of_a_secret_is_not_shown(bench: Bench) -> None:
    text = PROFILE.replace(
        "<integer>48</integer>", "<integer>48</integer><key>Password</key><integer>hunter2</integer>"
    )
    report = bench.linter().lint(from_bytes(text.encode(), "a.mobileconfig"))
    assert [one.message for one in report.diagnostics if one.rule == "doc-unreadable"] == [
        "the value of Password is no integer"
    ]
