"""`profiler schema`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from profiler.cli import run

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "schema-output.schema.json").read_text())

REMOVAL = """\
com.apple.profileRemovalPassword
  iOS 4.0, macOS 10.7, tvOS 9.0
  supervised devices only: iOS, tvOS
  one in a profile
  not in user enrolment: iOS, macOS
  not on a Shared iPad: iOS

  PayloadDescription   string
  PayloadDisplayName   string
  PayloadEnabled       boolean  not in Apple's reference
  PayloadIdentifier    string   required
  PayloadOrganization  string
  PayloadType          string   required
  PayloadUUID          string   required
  PayloadVersion       integer  required; one of 1
  RemovalPassword      string   secret
  updated_at_xid       any      not in Apple's reference
"""


NEW_IN_IOS_17 = {
    "com.apple.cellularprivatenetwork.managed",
    "com.apple.declarations",
    "com.apple.globalethernet.managed",
    "com.apple.relay.managed",
}


def test_one_type(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "com.apple.profileRemovalPassword"]) == 0
    assert capsys.readouterr().out == REMOVAL


def test_what_is_said_of_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "com.apple.mail.managed"]) == 0
    lines = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    said = {line[0]: line[1] if len(line) > 1 else "" for line in lines}
    assert said["EmailAccountType"] == "string   required; one of EmailTypeIMAP, EmailTypePOP"
    assert said["SMIMEEnabled"] == "boolean  default false; iOS 5 (deprecated 10.0); not macOS"
    assert said["IncomingPassword"] == "string   secret"
    assert said["allowMailDrop"] == "boolean  default false; iOS 9.2; macOS 10.12"


def test_only_what_the_target_has(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "com.apple.mail.managed", "--target", "macos:14"]) == 0
    shown = capsys.readouterr().out
    assert "allowMailDrop" in shown
    assert "macOS 10.12" in shown
    assert "VPNUUID" not in shown
    assert "iOS 9.2" not in shown


def test_only_what_works_on_the_version_and_the_kind_of_device(capsys: pytest.CaptureFixture[str]) -> None:
    def types(target: str) -> set[str]:
        assert run(["schema", "--target", target]) == 0
        return {line.split()[0] for line in capsys.readouterr().out.splitlines()}

    assert types("ios:17") - types("ios:16") == NEW_IN_IOS_17
    assert "com.apple.profileRemovalPassword" not in types("ios,user-enrollment")
    assert "com.apple.profileRemovalPassword" not in types("ipados,shared-ipad")
    assert run(["schema", "com.apple.mail.managed", "--target", "ios:9.1"]) == 0
    assert "allowMailDrop" not in capsys.readouterr().out
    assert run(["schema", "com.apple.mail.managed", "--target", "ios:9.2"]) == 0
    assert "allowMailDrop" in capsys.readouterr().out


def test_a_type_that_the_target_does_not_have(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "com.apple.eas.account", "--target", "macos:14,mdm"]) == 0
    assert capsys.readouterr().out == (
        "com.apple.eas.account\n  iOS 4.0, visionOS 1.1\n\n  does not work on macos:14,mdm\n"
    )
    assert run(["schema", "com.apple.eas.account", "--target", "macos", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["keys"] == []


def test_recursive_types_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "com.apple.homescreenlayout"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 33


def test_all_types(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 142
    assert lines[0].split() == [".GlobalPreferences", "macOS", "10.7"]
    assert run(["schema", "--target", "watchos"]) == 0
    watch = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in watch][:3] == [
        "com.apple.applicationaccess",
        "com.apple.cellular",
        "com.apple.declarations",
    ]
    assert not [line for line in watch if "com.apple.mail.managed" in line]


@pytest.mark.parametrize(
    "arguments", [[], ["com.apple.vpn.managed"], ["Configuration"], ["--target", "tvos"]]
)
def test_json_is_as_described(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", *arguments, "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    Draft202012Validator(SCHEMA).validate(report)
    assert report["apple_schema"] == "2026-08-18"


def test_json_of_a_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "com.apple.mail.managed", "--format", "json"]) == 0
    keys = {tuple(key["path"]): key for key in json.loads(capsys.readouterr().out)["keys"]}
    assert keys["VPNUUID",] == {
        "path": ["VPNUUID"],
        "types": ["string"],
        "required": False,
        "documented": True,
        "secret": False,
        "deprecated": False,
        "values": None,
        "default": None,
        "platforms": {"iOS": {"introduced": "14"}, "macOS": False},
    }


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("com.apple.mail.manged", "did you mean com.apple.mail.managed?"),
        ("Com.Apple.Mail.Managed", "did you mean com.apple.mail.managed?"),
        ("wifi", "did you mean com.apple.wifi.managed?"),
        ("zzz", "`profiler schema` lists all types"),
    ],
)
def test_a_typo_is_answered_with_the_nearest_name(
    name: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["schema", name]) == 2
    assert capsys.readouterr().err == f"error: no payload type {name!r} is known\n  = help: {hint}\n"


def test_a_wrong_target_is_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "--target", "maccos"]) == 2
    assert capsys.readouterr().err == (
        "error: target 'maccos': 'maccos' is not a platform\n  = help: did you mean 'macos'?\n"
    )
