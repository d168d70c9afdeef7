"""`profiler providers`."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from profiler.cli import run
from profiler.providers.validate import schema

ICLOUD = """\
Apple iCloud Mail (icloud)
  domains                mac.com, me.com, icloud.com
  imap                   imap.mail.me.com:993/tls
  smtp                   smtp.mail.me.com:587/starttls
  user name              the part before the @; for sending the whole address (also works: the whole address)
  app-specific password  required: the password of the account itself is refused
  OAuth                  none
  push                   no: mail is fetched
  profile                imap
  note                   The push of the built-in iCloud account is not available to an IMAP account made by a profile.
  help                   https://support.apple.com/102525
  status                 https://www.apple.com/support/systemstatus/
  source                 https://github.com/thunderbird/autoconfig/blob/master/ispdb/me.com.xml
  source                 https://support.apple.com/102525
  checked                2026-09-01 (vendor)
"""


@pytest.mark.parametrize("query", ["me.com", "anna@me.com", "icloud", "iCloud Mail", "imap.mail.me.com"])
def test_one_provider(query: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["providers", query]) == 0
    assert capsys.readouterr().out == ICLOUD


def test_several(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["providers", "ionos"]) == 0
    assert capsys.readouterr().out == (
        "ionos-de  IONOS / 1&1 Germany  [imap, pop]  online.de, onlinehome.de, sofortstart.de, and 6 more\n"
        "ionos-uk  IONOS United Kingdom  [imap, pop]  \n"
        "ionos-us  IONOS United States  [imap, pop]  \n"
    )


def test_unknown_domain_suggests_what_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["providers", "gmial.com"]) == 1
    assert (
        capsys.readouterr().err
        == "error: no provider is known for 'gmial.com'\n  = help: did you mean gmail.com?\n"
    )


def test_json_keeps_to_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["providers", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    Draft202012Validator(schema("providers-output.schema.json")).validate(report)
    assert len(report["providers"]) == 179


def test_unknown_format_is_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["providers", "--format", "yaml"]) == 2
    assert "not one of text, json" in capsys.readouterr().err
