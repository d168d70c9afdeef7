"""`profiler show`."""

from __future__ import annotations

import base64
import datetime
import json
import plistlib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from profiler.cli import run
from profiler.model import confidential
from profiler.model.schema import load, payload_types

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "show-output.schema.json").read_text())
PASSWORD = "correct horse"
IDENTITY = b"a private key and a certificate"

PROFILE: dict[str, Any] = {
    "PayloadType": "Configuration",
    "PayloadVersion": 1,
    "PayloadIdentifier": "org.example.mail.anna",
    "PayloadUUID": "6F1D3C52-8B0E-4A57-9C3A-1E2F3A4B5C6D",
    "PayloadDisplayName": "Mail for Anna",
    "PayloadOrganization": "Example",
    "RemovalDate": datetime.datetime(2030, 1, 2, 3, 4, 5),  # noqa: DTZ001 - plist dates have no zone
    "ConsentText": {"default": "Read this.\nTwice."},
    "PayloadContent": [
        {
            "PayloadType": "com.apple.mail.managed",
            "PayloadVersion": 1,
            "PayloadIdentifier": "org.example.mail.anna.account",
            "PayloadUUID": "0B7E5E0B-5B2C-4B0A-8D5E-2F3A4B5C6D7E",
            "EmailAccountType": "EmailTypeIMAP",
            "EmailAddress": "anna@example.org",
            "IncomingMailServerAuthentication": "EmailAuthPassword",
            "IncomingMailServerHostName": "imap.example.org",
            "IncomingMailServerPortNumber": 993,
            "IncomingMailServerUseSSL": True,
            "IncomingMailServerUsername": "anna",
            "IncomingPassword": PASSWORD,
            "OutgoingMailServerAuthentication": "EmailAuthPassword",
            "OutgoingMailServerHostName": "smtp.example.org",
            "EmailAccountName": "",
        },
        {
            "PayloadType": "com.apple.security.pkcs12",
            "PayloadVersion": 1,
            "PayloadIdentifier": "org.example.mail.anna.identity",
            "PayloadUUID": "1C7E5E0B-5B2C-4B0A-8D5E-2F3A4B5C6D7E",
            "PayloadDisplayName": "Anna's identity",
            "PayloadContent": IDENTITY,
            "Chain": [{"Name": "Root", "Data": b"short"}, {"Data": b"x" * 100}, []],
        },
    ],
}
OVERVIEW = """\
Mail for Anna
  identifier    org.example.mail.anna
  UUID          6F1D3C52-8B0E-4A57-9C3A-1E2F3A4B5C6D
  organization  Example
  envelope      xml
  RemovalDate = 2030-01-02T03:04:05Z
  ConsentText:
    default = Read this.\\nTwice.

1. com.apple.mail.managed
  identifier  org.example.mail.anna.account
  UUID        0B7E5E0B-5B2C-4B0A-8D5E-2F3A4B5C6D7E
  account     imap anna@example.org
  imap        imap.example.org:993/tls, password as anna, password inside
  smtp        smtp.example.org/none, password
  EmailAccountType = EmailTypeIMAP
  EmailAddress = anna@example.org
  IncomingMailServerAuthentication = EmailAuthPassword
  IncomingMailServerHostName = imap.example.org
  IncomingMailServerPortNumber = 993
  IncomingMailServerUseSSL = true
  IncomingMailServerUsername = anna
  IncomingPassword = (hidden)
  OutgoingMailServerAuthentication = EmailAuthPassword
  OutgoingMailServerHostName = smtp.example.org
  EmailAccountName = ""

2. Anna's identity (com.apple.security.pkcs12)
  identifier  org.example.mail.anna.identity
  UUID        1C7E5E0B-5B2C-4B0A-8D5E-2F3A4B5C6D7E
  PayloadContent = (hidden)
  Chain:
    [0]:
      Name = Root
      Data = c2hvcnQ=
    [1]:
      Data = 100 bytes
    [2] = empty
"""


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "anna.mobileconfig"
    path.write_bytes(plistlib.dumps(PROFILE, sort_keys=False))
    return path


def test_overview(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", str(profile)]) == 0
    assert capsys.readouterr().out == OVERVIEW


def test_overview_with_secrets(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", str(profile), "--reveal"]) == 0
    shown = capsys.readouterr().out
    assert f"  IncomingPassword = {PASSWORD}\n" in shown
    assert f"  PayloadContent = {base64.b64encode(IDENTITY).decode()}\n" in shown


def test_json(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", str(profile), "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    Draft202012Validator(SCHEMA).validate(report)
    assert report["profile"]["settings"]["RemovalDate"] == "2030-01-02T03:04:05Z"
    assert report["payloads"][0]["settings"]["IncomingPassword"] == "(hidden)"
    assert report["payloads"][1]["settings"]["PayloadContent"] == "(hidden)"
    assert report["payloads"][0]["account"]["servers"][0] == {
        "protocol": "imap",
        "host": "imap.example.org",
        "port": 993,
        "security": "tls",
        "authentication": "password",
        "username": "anna",
        "has_password": True,
    }


def test_xml_keeps_the_text_and_hides_secrets(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = profile.read_text().replace("<array>", "<!-- Anna & Co -->\n\t<array>", 1)
    profile.write_text(text)
    assert run(["show", str(profile), "--format", "xml"]) == 0
    shown = capsys.readouterr().out
    hidden = text.replace(PASSWORD, "(hidden)").replace(base64.b64encode(IDENTITY).decode(), "KGhpZGRlbik=")
    assert "".join(shown.split()) == "".join(hidden.split())
    assert plistlib.loads(shown.encode())["PayloadContent"][1]["PayloadContent"] == b"(hidden)"


def test_xml_of_a_binary_profile(profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile.write_bytes(plistlib.dumps(PROFILE, fmt=plistlib.FMT_BINARY))
    assert run(["show", str(profile), "--format", "xml"]) == 0
    shown = plistlib.loads(capsys.readouterr().out.encode())
    assert shown["PayloadContent"][0]["IncomingPassword"] == "(hidden)"
    assert shown["PayloadContent"][1]["PayloadContent"] == b"(hidden)"
    assert run(["show", str(profile), "--format", "xml", "--reveal"]) == 0
    assert plistlib.loads(capsys.readouterr().out.encode()) == PROFILE


@pytest.mark.parametrize("format_", ["text", "json", "xml"])
def test_no_secret_in_any_format(format_: str, profile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", str(profile), "--format", format_]) == 0
    captured = capsys.readouterr()
    secrets = [PASSWORD, base64.b64encode(IDENTITY).decode()]
    assert not [secret for secret in secrets if secret in captured.out + captured.err]


def test_terminal_escapes_of_the_file_are_stripped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "escape.mobileconfig"
    path.write_bytes(
        plistlib.dumps(PROFILE | {"PayloadDisplayName": "x"}, fmt=plistlib.FMT_BINARY).replace(
            b"Qx", b"Q\x1b"
        )
    )
    assert run(["show", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "\ufffd"


def test_encrypted_payloads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "encrypted.mobileconfig"
    encrypted = {key: value for key, value in PROFILE.items() if key != "PayloadContent"}
    path.write_bytes(plistlib.dumps(encrypted | {"EncryptedPayloadContent": b"sealed"}))
    assert run(["show", str(path)]) == 0
    shown = capsys.readouterr().out
    assert "envelope      encrypted\n" in shown
    assert shown.endswith("The payloads are encrypted; only a device that holds the key can read them.\n")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"<plist><array/></plist>", "cannot be read: the property list is no dictionary"),
    ],
)
def test_what_cannot_be_shown_is_exit_3(
    content: bytes | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.mobileconfig"
    if content is not None:
        path.write_bytes(content)
    assert run(["show", str(path)]) == 3
    assert capsys.readouterr().err == f"error: {path}: {message}\n"


def test_every_secret_of_the_schemas_is_hidden() -> None:
    """What Apple's schema calls secret, reports hide: one meaning of secret."""
    shown = []
    for payload_type in payload_types():
        schema = load(payload_type)
        assert schema is not None
        shown += [
            (payload_type, key)
            for key, item in schema["properties"].items()
            if item.get("x-secret") and not confidential.is_secret_key(key)
        ]
    assert shown == [
        ("com.apple.eas.account", "Certificate"),
        ("com.apple.security.pkcs12", "PayloadContent"),
    ]


def test_odd_values_keep_json_valid_and_names_on_their_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "odd.mobileconfig"
    account = {
        "PayloadType": "com.apple.mail.managed",
        "X": float("inf"),
    }
    name = "a\u009b31mred\u202e\r\nNext"
    value = {"PayloadType": "Configuration", "PayloadDisplayName": name, "PayloadContent": [account]}
    path.write_bytes(plistlib.dumps(value, fmt=plistlib.FMT_BINARY, sort_keys=False))
    assert run(["show", str(path), "--format", "json"]) == 0
    shown = capsys.readouterr().out
    assert "\u009b" not in shown
    assert "\u202e" not in shown
    report = json.loads(shown, parse_constant=pytest.fail)
    assert report["profile"]["display_name"] == name
    assert report["payloads"][0]["settings"] == {"X": "inf"}
    assert run(["show", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "a\ufffd31mred\ufffd\\nNext"


def test_values_that_are_not_of_their_type(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "template.mobileconfig"
    path.write_text(
        "<plist><dict><key>PayloadContent</key><array><dict>"
        "<key>PayloadType</key><string>com.apple.vpn.managed</string>"
        "<key>Port</key><integer>{{ port }}</integer>"
        "<key>IPSec</key><dict><key>SharedSecret</key><data>{{ psk | b64encode }}</data></dict>"
        "<key>Until</key><date>tomorrow</date></dict></array></dict></plist>"
    )
    assert run(["show", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[-4:] == [
        "  Port = (not readable as integer)",
        "  IPSec:",
        "    SharedSecret = (not readable as data)",
        "  Until = (not readable as date)",
    ]
