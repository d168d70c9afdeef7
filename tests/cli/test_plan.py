"""`profiler plan` as a user runs it: what is printed, which exit code, and what never appears."""

from __future__ import annotations

import json
import os
import plistlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

REASON = (
    "the profile is not among the installed ones; com.example.kari has the same mailboxes: "
    "`profiler identity adopt` makes this one its update"
)
SCHEMA = json.loads((Path(__file__).parents[2] / "schemas/plan-output.schema.json").read_text())


def profile(identifier: str = "com.example.kari", **settings: Any) -> dict[str, Any]:
    return {
        "PayloadContent": [
            {
                "EmailAccountType": "EmailTypeIMAP",
                "EmailAddress": "kari@example.com",
                "IncomingMailServerAuthentication": "EmailAuthPassword",
                "IncomingMailServerHostName": "imap.example.com",
                "IncomingMailServerUseSSL": True,
                "IncomingMailServerUsername": "kari",
                "IncomingPassword": "correct horse",
                "OutgoingMailServerAuthentication": "EmailAuthPassword",
                "OutgoingMailServerHostName": "smtp.example.com",
                "OutgoingMailServerUseSSL": True,
                "PayloadIdentifier": f"{identifier}.mail",
                "PayloadType": "com.apple.mail.managed",
                "PayloadUUID": "5F8A3C1E-0B7D-5E52-9C4B-0A6C2D1E7F01",
                "PayloadVersion": 1,
                **settings,
            }
        ],
        "PayloadIdentifier": identifier,
        "PayloadType": "Configuration",
        "PayloadUUID": "5F8A3C1E-0B7D-5E52-9C4B-0A6C2D1E7F02",
        "PayloadVersion": 1,
    }


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    def written(name: str, identifier: str = "com.example.kari", **settings: Any) -> str:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(plistlib.dumps(profile(identifier, **settings)))
        return name

    return written


def test_a_safe_plan_in_text(profiler: Callable[..., Any], write: Callable[..., str]) -> None:
    new = write("new", IncomingMailServerHostName="imap.example.org", IncomingMailServerPortNumber=993)
    ran = profiler("plan", write("old"), new)
    assert ran == (
        0,
        (
            "safe, installed by hand; but devices may download mail again\n"
            "\n"
            "RECONFIGURE  imap account kari@example.com (com.example.kari.mail)\n"
            "  why     same identity, changed: IncomingMailServerHostName, IncomingMailServerPortNumber [reported]\n"
            "  user    the account may be removed and made again: mail is downloaded again, drafts that exist only on"
            " the device may go\n"
            "  mail    may be downloaded again\n"
            '  ~ IncomingMailServerHostName: "imap.example.com" -> "imap.example.org"\n'
            "  + IncomingMailServerPortNumber: 993\n"
        ),
        "",
    )


def test_a_destructive_plan_until_it_is_accepted(
    profiler: Callable[..., Any], write: Callable[..., str]
) -> None:
    old, new = write("old"), write("new", IncomingMailServerUsername="bob", IncomingMailServerUseSSL=False)
    ran = profiler("plan", old, new, "--delivery", "mdm")
    assert ran.code == 1
    assert ran.out.splitlines()[0] == (
        "destructive, sent by device management: rebind, downgrade. If that is meant: --accept rebind,downgrade"
    )
    assert profiler("plan", old, new, "--accept", "rebind").code == 1
    accepted = profiler("plan", old, new, "--accept", "rebind", "--accept", "downgrade")
    assert accepted.code == 0
    assert (
        accepted.out.splitlines()[0]
        == "safe, installed by hand (accepted: rebind, downgrade); but devices may download mail again"
    )


def test_json_is_what_its_schema_says(profiler: Callable[..., Any], write: Callable[..., str]) -> None:
    new = write("new", IncomingMailServerUsername="bob", IncomingPassword="battery staple")
    ran = profiler("plan", write("old"), new, "--format", "json")
    document = json.loads(ran.out)
    jsonschema.validate(document, SCHEMA)
    assert ran.code == 1
    assert document["verdict"] == "destructive"
    assert document["delivery"] == "manual"
    assert document["profile"]["effect"] == "identical"
    (payload,) = document["payloads"]
    assert (payload["type"], payload["effect"], payload["also"], payload["mail"]) == (
        "com.apple.mail.managed",
        "rebind",
        ["credential"],
        "may-be-downloaded-again",
    )
    assert payload["changes"] == [
        {
            "key_path": ["IncomingMailServerUsername"],
            "kind": "changed",
            "secret": False,
            "before": "kari",
            "after": "bob",
        },
        {
            "key_path": ["IncomingPassword"],
            "kind": "changed",
            "secret": True,
            "before": None,
            "after": None,
        },
    ]


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_no_secret_is_ever_shown(form: str, profiler: Callable[..., Any], write: Callable[..., str]) -> None:
    ran = profiler("plan", write("old"), write("new", IncomingPassword="battery staple"), "--format", form)
    assert ran.code == 0
    assert "IncomingPassword" in ran.out
    for secret in ("correct horse", "battery staple"):
        assert secret not in ran.out + ran.err


def test_markdown_is_a_table(profiler: Callable[..., Any], write: Callable[..., str]) -> None:
    ran = profiler("plan", write("old"), write("new", EmailAccountName="a|b`c"), "--format", "markdown")
    assert ran.out == (
        "### `com.example.kari`\n\n"
        "**safe, installed by hand; but devices may download mail again**\n\n"
        "| What | Effect | Why | Sure | The user sees | Mail on the device |\n"
        "|---|---|---|---|---|---|\n"
        "| the profile | identical | nothing at the top level changes | "
        "[documented](https://developer.apple.com/documentation/devicemanagement/toplevel) | nothing |  |\n"
        "| imap kari@example.com | reconfigure | same identity, changed: EmailAccountName | "
        "[reported](docs/updates.md) | the account may be removed and made again: mail is downloaded again, "
        "drafts that exist only on the device may go | may be downloaded again |\n\n"
        "<details><summary>Changed values</summary>\n\n"
        '- `com.example.kari.mail` `EmailAccountName`: `"a|b\'c"`\n\n'
        "</details>\n"
    )


def test_folders_are_paired_by_identifier(profiler: Callable[..., Any], write: Callable[..., str]) -> None:
    write("old/1.mobileconfig", "com.example.anna")
    write("old/2.mobileconfig", "com.example.bob")
    write("old/3.mobileconfig", "com.example.gone")
    write("new/1.mobileconfig", "com.example.bob")
    write("new/2.mobileconfig", "com.example.anna", EmailAccountName="Anna")
    write("new/3.mobileconfig", "com.example.new")
    ran = profiler("plan", "old", "new", "--format", "json")
    document = json.loads(ran.out)
    jsonschema.validate(document, SCHEMA)
    assert ran.code == 1
    assert document["verdict"] == "destructive"
    assert [
        (
            Path(one["installed"] or "-").name[0],
            Path(one["proposed"] or "-").name[0],
            one["profile"]["effect"],
            one["payloads"][0]["effect"],
            one["verdict"],
        )
        for one in document["profiles"]
    ] == [
        ("1", "2", "identical", "reconfigure", "safe"),
        ("2", "1", "identical", "identical", "safe"),
        ("3", "-", "remove", "remove", "destructive"),
        ("-", "3", "add", "add", "safe"),
    ]
    text = profiler("plan", "old", "new")
    assert text.code == 1
    assert text.out.splitlines()[-1] == "4 profiles: 1 destructive, 3 safe, of which 1 unchanged"


def test_of_files_with_one_identifier_those_of_one_mailbox_are_paired(
    profiler: Callable[..., Any], write: Callable[..., str]
) -> None:
    write("old/anna.mobileconfig", IncomingMailServerUsername="anna")
    write("old/kari.mobileconfig")
    write("new/k.mobileconfig", EmailAccountName="Kari")
    document = json.loads(profiler("plan", "old", "new", "--format", "json").out)
    assert [
        (
            Path(one["installed"]).name,
            one["proposed"] and Path(one["proposed"]).name,
            one["payloads"][0]["effect"],
        )
        for one in document["profiles"]
    ] == [("anna.mobileconfig", None, "remove"), ("kari.mobileconfig", "k.mobileconfig", "reconfigure")]


def test_a_broken_file_does_not_hide_the_others(
    profiler: Callable[..., Any], write: Callable[..., str], tmp_path: Path
) -> None:
    write("old/a.mobileconfig")
    write("new/a.mobileconfig")
    (tmp_path / "new/b.mobileconfig").write_bytes(b"hello")
    ran = profiler("plan", "old", "new")
    assert ran.code == 3
    assert ran.out.endswith("1 profile: 0 destructive, 1 safe, of which 1 unchanged\n")
    assert ran.err.startswith("error: new/b.mobileconfig: cannot be read: ")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["old", "missing"], 3, "error: missing: cannot be read"),
        (["old", "old", "--accept", "rebnd"], 2, "error: --accept 'rebnd' is not an effect"),
        (["old", "folder"], 2, "error: old and folder: one is a folder and the other is not"),
        (["folder", "missing"], 3, "error: missing: no such file or folder"),
        (["missing", "folder"], 3, "error: missing: no such file or folder"),
        (["old", "text"], 3, "error: text: cannot be read: neither an XML nor a binary property list"),
        (["old", "old", "--delivery", "post"], 2, "Usage:"),
    ],
)
def test_what_the_user_wrote_is_wrong(
    arguments: list[str],
    code: int,
    message: str,
    profiler: Callable[..., Any],
    write: Callable[..., str],
    tmp_path: Path,
) -> None:
    write("old")
    (tmp_path / "folder").mkdir()
    (tmp_path / "text").write_bytes(b"hello")
    ran = profiler("plan", *arguments)
    assert ran.code == code
    assert ran.out == ""
    assert ran.err.startswith(message)


def test_foreign_text_cannot_command_the_terminal(profiler: Callable[..., Any], tmp_path: Path) -> None:
    old, new = profile(), profile("com.example.\u202eevil\nline")
    (tmp_path / "old").write_bytes(plistlib.dumps(old))
    (tmp_path / "new").write_bytes(plistlib.dumps(new))
    ran = profiler("plan", "old", "new")
    assert ran.code == 1
    assert "BESIDE  profile com.example.\ufffdevil line\n" in ran.out
    assert "\u202e" not in ran.out


def test_encrypted_profiles_are_compared_inside_when_there_is_a_key(
    profiler: Callable[..., Any], write: Callable[..., str], recipient: tuple[str, str]
) -> None:
    for name, host in (("old", "imap.example.com"), ("new", "imap.example.org")):
        write(name, IncomingMailServerHostName=host)
        sealing = profiler("encrypt", name, *recipient, "-o", f"{name}.sealed")
        assert sealing.code == 0, sealing.err
    key = ("--decrypt-key", "key.pem", "--format", "json")

    outside = json.loads(profiler("plan", "old.sealed", "new.sealed", "--format", "json").out)
    assert (outside["profile"]["effect"], outside["profile"]["certainty"]) == ("reconfigure", "unknown")
    assert outside["payloads"] == []

    inside = profiler("plan", "old.sealed", "new.sealed", *key)
    assert inside.code == 0
    assert [one["effect"] for one in json.loads(inside.out)["payloads"]] == ["reconfigure"]
    assert json.loads(inside.out)["profile"]["effect"] == "identical"

    opened = profiler("plan", "old.sealed", "new", *key)
    assert opened.code == 1
    document = json.loads(opened.out)
    assert (document["profile"]["effect"], document["payloads"][0]["effect"]) == ("downgrade", "reconfigure")

    changing = ("reconfigure", "old.sealed", "--incoming", "imap.example.org", "-o", "changed")
    assert profiler(*changing).code == 3
    assert profiler(*changing, "--decrypt-key", "key.pem").code == 1
    changed = profiler(*changing, "--decrypt-key", "key.pem", "--accept", "downgrade")
    assert changed.code == 0, changed.err
    assert profiler("plan", "new", "changed").out.startswith("identical")

    linting = ("lint", "--no-config", "--installed", "old.sealed", "--select", "life", "new.sealed")
    assert profiler(*linting).out == (
        "new.sealed: encrypted; only the outside was checked, --decrypt-key looks inside\n"
        "1 file checked: nothing found\n"
    )
    assert (
        "Another server than in the installed profile" in profiler(*linting, "--decrypt-key", "key.pem").out
    )


def test_a_password_in_a_web_address_is_a_secret(profiler: Callable[..., Any], tmp_path: Path) -> None:
    for name, host in (("old", "calendar.example.com"), ("new", "calendar.example.org")):
        calendar = {
            "PayloadIdentifier": "com.example.kari.calendar",
            "PayloadType": "com.apple.subscribedcalendar.account",
            "PayloadUUID": "5F8A3C1E-0B7D-5E52-9C4B-0A6C2D1E7F03",
            "PayloadVersion": 1,
            "SubCalAccountHostName": f"https://kari:horse@{host}/all.ics",
        }
        plist = plistlib.dumps({**profile(), "PayloadContent": [calendar]})
        (tmp_path / f"{name}.mobileconfig").write_bytes(plist)
    ran = profiler("plan", "old.mobileconfig", "new.mobileconfig", "--format", "json")
    (change,) = json.loads(ran.out)["payloads"][0]["changes"]
    assert (change["secret"], change["before"], change["after"]) == (True, None, None)
    shown = profiler("show", "old.mobileconfig")
    assert "SubCalAccountHostName = (hidden)" in shown.out
    assert "horse" not in ran.out + shown.out


def test_a_profile_without_an_account_may_go(profiler: Callable[..., Any], tmp_path: Path) -> None:
    restrictions = {
        "PayloadIdentifier": "com.example.kari.restrictions",
        "PayloadType": "com.apple.applicationaccess",
        "PayloadUUID": "5F8A3C1E-0B7D-5E52-9C4B-0A6C2D1E7F04",
        "PayloadVersion": 1,
        "allowCamera": False,
    }
    for name in ("installed", "proposed"):
        (tmp_path / name).mkdir()
    (tmp_path / "installed/a.mobileconfig").write_bytes(
        plistlib.dumps({**profile(), "PayloadContent": [restrictions]})
    )
    ran = profiler("plan", "installed", "proposed", "--format", "json")
    (gone,) = json.loads(ran.out)["profiles"]
    assert (ran.code, gone["verdict"], gone["profile"]["effect"]) == (0, "safe", "remove")


def test_a_renamed_profile_in_a_folder_is_told_from_a_new_one(
    profiler: Callable[..., Any], write: Callable[..., str]
) -> None:
    write("installed/a.mobileconfig")
    write("proposed/a.mobileconfig", "com.example.other")
    ran = profiler("plan", "installed", "proposed", "--format", "json")
    assert ran.code == 1
    gone, new = json.loads(ran.out)["profiles"]
    assert (gone["proposed"], gone["profile"]["effect"]) == (None, "remove")
    assert (new["installed"], new["profile"]["effect"], new["profile"]["reason"]) == (
        None,
        "add",
        REASON,
    )


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read anything")
def test_what_may_not_be_read_is_exit_3(
    profiler: Callable[..., Any], write: Callable[..., str], tmp_path: Path
) -> None:
    write("installed/a.mobileconfig")
    write("proposed/a.mobileconfig")
    (tmp_path / "proposed/a.mobileconfig").chmod(0)
    alone = profiler("plan", "installed/a.mobileconfig", "proposed/a.mobileconfig")
    assert (alone.code, alone.err) == (
        3,
        "error: proposed/a.mobileconfig: cannot be read: Permission denied\n",
    )
    (tmp_path / "proposed").chmod(0)
    both = profiler("plan", "installed", "proposed")
    (tmp_path / "proposed").chmod(0o700)
    assert (both.code, both.err) == (3, "error: proposed: cannot be read: Permission denied\n")
