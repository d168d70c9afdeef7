"""`profiler reconfigure`: what is asked changes, nothing else, and nothing destructive without consent."""

from __future__ import annotations

import csv
import datetime
import difflib
import json
import os
import plistlib
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import jsonschema
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from profiler.cli import run
from profiler.document.document import Document
from profiler.document.source import from_bytes
from profiler.lint.linter import Linter
from profiler.rules import example

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas/plan-output.schema.json").read_text())
SHARED = Path(__file__).parents[3] / "shared"
MAIL = example.whole("", example.MAIL).decode()
COMMENTED = MAIL.replace("<plist", "<!-- Ours, do not lose -->\n<plist").replace(
    "<key>IncomingMailServerHostName</key>", "<!-- <b>old</b> & --> <key>IncomingMailServerHostName</key>"
)
TWO = example.whole(
    """
    <dict>
    <key>PayloadType</key>
    <string>com.apple.mail.managed</string>
    </dict>
    <dict>
    <key>PayloadType</key>
    <string>com.apple.caldav.account</string>
    </dict>
    <dict>
    <key>PayloadType</key>
    <string>com.apple.mail.managed</string>
    <key>EmailAddress</key>
    <string>ola@example.com</string>
    <key>EmailAccountDescription</key>
    <string>Other</string>
    <key>IncomingMailServerUsername</key>
    <string>ola@example.com</string>
    <key>OutgoingMailServerUsername</key>
    <string>ola@example.com</string>
    </dict>
    """,
    "",
).decode()


class Ran(NamedTuple):
    code: int
    out: str
    err: str
    new: str


@pytest.fixture
def reconfigure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run the command on a text; `new` is what it wrote."""

    def ran(text: str | bytes, *arguments: str) -> Ran:
        old, new = tmp_path / "old.mobileconfig", tmp_path / "new.mobileconfig"
        old.write_bytes(text.encode() if isinstance(text, str) else text)
        code = run(["reconfigure", str(old), "-o", str(new), *arguments])
        out, err = capsys.readouterr()
        written = new.read_bytes().decode() if new.exists() else ""
        new.unlink(missing_ok=True)
        return Ran(code, out, err, written)

    return ran


def changed(old: str, new: str) -> list[str]:
    """The lines that differ, tags of values only."""
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    return [re.sub(r"\s+", "", line) for line in lines if line[:3] not in ("---", "+++") and line[0] in "+-"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], []),
        (
            ["--incoming", "imap.example.org"],
            ["-<string>imap.example.com</string>", "+<string>imap.example.org</string>"],
        ),
        (["--incoming", "imap.example.com:993/tls"], []),
        (
            ["--incoming", "imap.example.com/starttls"],
            ["-<integer>993</integer>", "+<integer>143</integer>"],
        ),
        (["--incoming", "imap.example.com:1993"], ["-<integer>993</integer>", "+<integer>1993</integer>"]),
        (
            ["--outgoing", "smtp.example.com:587/starttls"],
            ["-<integer>465</integer>", "+<integer>587</integer>"],
        ),
        (["--set", "PreventMove=true"], ["+<key>PreventMove</key>", "+<true/>"]),
        (
            ["--set", "PreventMove=yes", "--unset", "EmailAccountDescription"],
            [
                "-<key>EmailAccountDescription</key>",
                "-<string>Workmail</string>",
                "+<key>PreventMove</key>",
                "+<true/>",
            ],
        ),
        (
            ["--set", "PayloadContent[0].EmailAccountName=K=N"],
            ["-<string>KariNordmann</string>", "+<string>K=N</string>"],
        ),
        (
            ["--set", "PayloadOrganization=E & F"],
            ["-<string>Example</string>", "+<string>E&amp;F</string>"],
        ),
        (
            ["--set", "TargetDeviceType=6"],
            ["-<integer>1</integer>", "+<integer>6</integer>"],
        ),
        (["--unset", "PreventMove"], []),
    ],
)
def test_only_what_was_asked_changes(
    arguments: list[str], expected: list[str], reconfigure: Callable[..., Ran]
) -> None:
    ran = reconfigure(COMMENTED, *arguments)
    assert (ran.code, sorted(changed(COMMENTED, ran.new))) == (0, sorted(expected))
    again = reconfigure(ran.new, *arguments)
    assert again.new == ran.new
    assert again.out.startswith("identical: a device would see no difference\n")


@pytest.mark.parametrize(
    ("arguments", "effects"),
    [
        (["--username", "ola@example.com"], "rebind"),
        (["--incoming", "imap.example.com:143/none"], "downgrade"),
        (["--set", "EmailAddress=ola@example.com"], "rebind"),
        (["--set", "EmailAccountType=EmailTypePOP", "--incoming", "pop.example.com:995/tls"], "rebind"),
        (["--set", "PayloadRemovalDisallowed=true"], "lock"),
        (["--set", "PayloadScope=System"], "beside"),
        (["--username", "ola@example.com", "--outgoing", "smtp.example.com:587/none"], "rebind,downgrade"),
    ],
)
def test_nothing_destructive_is_written_unless_accepted(
    arguments: list[str], effects: str, reconfigure: Callable[..., Ran]
) -> None:
    arguments = [*arguments, "--set", "PreventMove=true"]
    refused = reconfigure(MAIL, *arguments)
    assert (refused.code, refused.new) == (1, "")
    assert refused.err.endswith("refused: nothing was written\n")
    assert refused.out.splitlines()[0].endswith(f"If that is meant: --accept {effects}")
    accepted = reconfigure(MAIL, *arguments, "--accept", effects)
    assert (accepted.code, accepted.new != "") == (0, True)
    assert accepted.out.startswith(f"safe, installed by hand (accepted: {effects.replace(',', ', ')})")


def test_an_error_that_was_not_there_blocks(reconfigure: Callable[..., Ran]) -> None:
    ran = reconfigure(MAIL, "--set", "IncomingMailServerPortNumber=99999")
    assert (ran.code, ran.new) == (1, "")
    assert ran.out.startswith("safe, installed by hand; but devices may download mail again\n")
    assert ran.err.startswith("error: ")
    assert "[mail-port-range] at PayloadContent[0].IncomingMailServerPortNumber\n" in ran.err
    assert ran.err.endswith("refused: nothing was written\n")


def test_a_user_name_changes_where_it_was_the_same(reconfigure: Callable[..., Ran]) -> None:
    other = MAIL.replace(
        "<key>OutgoingMailServerUsername</key>\n\t\t\t<string>kari@example.com",
        "<key>OutgoingMailServerUsername</key>\n\t\t\t<string>relay",
    )
    for text, count in ((MAIL, 2), (other, 1)):
        ran = reconfigure(text, "--username", "ola@example.com", "--accept", "rebind")
        assert ran.new.count("<string>ola@example.com</string>") == count


def test_a_secret_comes_by_reference_and_is_never_shown(
    reconfigure: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "tangerine <kettle> & 41")
    refused = reconfigure(MAIL, "--set", "IncomingPassword=tangerine")
    assert (refused.code, refused.new) == (2, "")
    assert "takes a reference to a secret" in refused.err
    assert "tangerine" not in refused.err
    ran = reconfigure(MAIL, "--set", "IncomingPassword=env:MAIL_PASSWORD")
    assert ran.code == 0
    assert "tangerine" not in ran.out + ran.err
    assert "  + IncomingPassword: (secret)\n" in ran.out
    assert "warning: the profile holds a password in clear, as asked" in ran.err
    value = plistlib.loads(ran.new.encode())["PayloadContent"][0]["IncomingPassword"]
    assert value == "tangerine <kettle> & 41"
    missing = reconfigure(MAIL, "--set", "IncomingPassword=env:NOT_SET")
    assert (missing.code, missing.new) == (3, "")


@pytest.mark.skipif(sys.platform == "win32", reason="no mode bits")
def test_a_file_with_a_secret_is_for_its_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "tangerine kettle 41")
    (tmp_path / "old").write_text(MAIL)
    arguments = ["reconfigure", str(tmp_path / "old"), "--set", "IncomingPassword=env:MAIL_PASSWORD"]
    assert run([*arguments, "-o", str(tmp_path / "new")]) == 0
    assert os.stat(tmp_path / "new").st_mode & 0o777 == 0o600  # noqa: PTH116


def test_several_accounts_need_a_choice(reconfigure: Callable[..., Ran]) -> None:
    ran = reconfigure(TWO, "--incoming", "imap.example.org")
    assert (ran.code, ran.new) == (2, "")
    assert ran.err == (
        "error: the profile makes 3 accounts: 1 imap kari@example.com, 2 caldav kari@example.com, "
        "3 imap ola@example.com\n  = help: choose one with --account\n"
    )
    for choice in ("3", "ola@example.com", "OLA@example.com"):
        ran = reconfigure(TWO, "--incoming", "imap.example.org", "--account", choice)
        hosts = [
            one.get("IncomingMailServerHostName")
            for one in plistlib.loads(ran.new.encode())["PayloadContent"]
        ]
        assert hosts == ["imap.example.com", None, "imap.example.org"]
    for choice in ("0", "4", "nobody@example.com", "kari@example.com"):
        ran = reconfigure(TWO, "--incoming", "imap.example.org", "--account", choice)
        assert (ran.code, ran.new) == (2, "")


def test_an_account_that_alone_can_be_meant_needs_no_choice(reconfigure: Callable[..., Ran]) -> None:
    assert "<integer>8443</integer>" in reconfigure(TWO, "--set", "CalDAVPort=8443").new
    assert reconfigure(TWO, "--set", "PayloadDisplayName=x").code == 2
    assert reconfigure(TWO, "--set", "PayloadOrganization=x").code == 0
    assert reconfigure(TWO, "--set", "PayloadContent[1].CalDAVPort=8443").code == 0
    named = ("--account", "kari@example.com")
    assert "<integer>8443</integer>" in reconfigure(TWO, *named, "--set", "CalDAVPort=8443").new
    assert (
        "<string>smtp.example.org</string>" in reconfigure(TWO, *named, "--outgoing", "smtp.example.org").new
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "PreventMov=true"], "no key PreventMov"),
        (["--set", "PreventMove=maybe"], "--set PreventMove takes true or false, not 'maybe'"),
        (["--set", "IncomingMailServerPortNumber=x"], "takes a whole number"),
        (["--set", "DurationUntilRemoval=inf"], "--set DurationUntilRemoval takes a number, not 'inf'"),
        (["--set", "RemovalDate=0001-01-01T00:00:00+23:00"], "--set RemovalDate takes a time such as"),
        (["--set", "EmailAccountType=IMAP"], "'IMAP' is not one of EmailTypeIMAP, EmailTypePOP"),
        (["--set", "PreventMove"], "--set needs KEY=VALUE"),
        (["--set", "a]=1"], "'a]' is no key"),
        (["--set", "PayloadUUID=x"], "PayloadUUID is part of the identity"),
        (["--set", "PayloadContent[0].PayloadIdentifier=x"], "is part of the identity"),
        (["--set", "PayloadContent[7].PreventMove=true"], "the profile has 1 payloads"),
        (["--unset", "PayloadContent"], "is part of the identity"),
        (["--set", "EmailAccountName=\x01"], "holds a character that no profile can"),
        (["--incoming", "https://imap.example.com"], "is no server"),
        (["--incoming", "imap.example.com:0"], "a port is a number from 1 to 65535"),
        (["--incoming", "imap.example.com:99999"], "a port is a number from 1 to 65535"),
        (["--provider", "nobody"], "--provider 'nobody' is not in the database"),
        (["--account", "2", "--set", "PreventMove=true"], "--account 2: the profile makes 1"),
        (["--username", ""], "--username is empty"),
        (["--incoming", " "], "--incoming is empty"),
        (["--accept", "everything"], "--accept 'everything' is not an effect"),
        (["--spec", "x.toml", "--username", "a"], "--spec says all there is to say"),
    ],
)
def test_a_mistake_of_the_user_is_exit_2(
    arguments: list[str], message: str, reconfigure: Callable[..., Ran]
) -> None:
    ran = reconfigure(MAIL, *arguments)
    assert (ran.code, ran.new, ran.out) == (2, "", "")
    assert message in ran.err


@pytest.mark.parametrize(
    ("text", "message"),
    [("hello", "cannot be read"), ("<plist><dict/></plist>", "is no configuration profile")],
)
def test_what_is_no_profile_is_exit_3(text: str, message: str, reconfigure: Callable[..., Ran]) -> None:
    ran = reconfigure(text, "--incoming", "imap.example.org")
    assert (ran.code, ran.new) == (3, "")
    assert message in ran.err


def test_other_kinds_of_accounts(reconfigure: Callable[..., Ran]) -> None:
    caldav = example.whole("", "com.apple.caldav.account").decode()
    ran = reconfigure(caldav, "--incoming", "dav.example.org:8443/tls", "--username", "kari@example.com")
    assert "<string>dav.example.org</string>" in ran.new
    assert "<integer>8443</integer>" in ran.new
    assert reconfigure(caldav, "--incoming", "dav.example.org/starttls").code == 2
    exchange = example.whole("", "com.apple.eas.account").decode()
    assert "<string>eas.example.org</string>" in reconfigure(exchange, "--incoming", "eas.example.org").new
    assert reconfigure(exchange, "--incoming", "eas.example.org:444").code == 2
    assert reconfigure(exchange, "--outgoing", "smtp.example.org").code == 2
    google = example.whole("", "com.apple.google-oauth").decode()
    assert reconfigure(google, "--incoming", "imap.example.org").code == 2
    assert reconfigure(google, "--username", "kari").code == 2


def test_a_nested_value(reconfigure: Callable[..., Ran]) -> None:
    ldap = example.whole("", "com.apple.ldap.account").decode()
    key = "LDAPSearchSettings[0].LDAPSearchSettingSearchBase"
    ran = reconfigure(ldap, "--set", f"{key}=dc=example,dc=org")
    assert changed(ldap, ran.new) == [
        "-<string>dc=example,dc=com</string>",
        "+<string>dc=example,dc=org</string>",
    ]


def test_a_provider_brings_its_servers(reconfigure: Callable[..., Ran]) -> None:
    fastmail = MAIL.replace("kari@example.com", "kari@fastmail.com")
    ran = reconfigure(fastmail, "--provider", "fastmail")
    assert ran.code == 0
    payload = plistlib.loads(ran.new.encode())["PayloadContent"][0]
    assert payload["IncomingMailServerHostName"] == "imap.fastmail.com"
    assert payload["IncomingMailServerUsername"] == "kari@fastmail.com"
    nameless = plistlib.loads(fastmail.encode())
    del nameless["PayloadContent"][0]["EmailAddress"]
    ran = reconfigure(plistlib.dumps(nameless), "--provider", "fastmail")
    assert plistlib.loads(ran.new.encode())["PayloadContent"][0] == {
        **nameless["PayloadContent"][0],
        "IncomingMailServerHostName": "imap.fastmail.com",
        "OutgoingMailServerHostName": "smtp.fastmail.com",
    }
    refused = reconfigure(MAIL.replace("kari@example.com", "kari@outlook.com"), "--provider", "outlook.com")
    assert (refused.code, refused.new, refused.out) == (1, "", "")
    assert "cannot be set up as imap by a profile: it can be set up as exchange" in refused.err


def test_a_signed_profile_needs_its_signer(
    reconfigure: Callable[..., Ran], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_identity(tmp_path)
    signing = ["--certificate", str(tmp_path / "cert.pem"), "--key", str(tmp_path / "key.pem")]
    (tmp_path / "plain.mobileconfig").write_text(MAIL)
    signed = tmp_path / "signed.mobileconfig"
    assert run(["sign", str(tmp_path / "plain.mobileconfig"), "-o", str(signed), *signing]) == 0
    capsys.readouterr()
    refused = reconfigure(signed.read_bytes(), "--incoming", "imap.example.org")
    assert (refused.code, refused.new) == (1, "")
    assert "destructive, installed by hand: refused" in refused.out
    by_mdm = reconfigure(signed.read_bytes(), "--incoming", "imap.example.org", "--delivery", "mdm")
    assert by_mdm.code == 0
    assert changed(MAIL, by_mdm.new) == [
        "-<string>imap.example.com</string>",
        "+<string>imap.example.org</string>",
    ]
    new = tmp_path / "again.mobileconfig"
    assert run(["reconfigure", str(signed), "--incoming", "imap.example.org", "-o", str(new), *signing]) == 0
    opened = from_bytes(new.read_bytes())
    assert opened.signed is not None
    assert opened.content.decode() == by_mdm.new


def test_what_nobody_signed_is_not_signed_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_identity(tmp_path)
    signing = ["--certificate", str(tmp_path / "cert.pem"), "--key", str(tmp_path / "key.pem")]
    plain, signed, new = (tmp_path / f"{name}.mobileconfig" for name in ("plain", "signed", "new"))
    plain.write_text(MAIL.replace("Kari Nordmann", "$FULLNAME"))
    assert run(["sign", str(plain), "-o", str(signed), *signing]) == 0
    capsys.readouterr()
    signing += ["--trust", str(tmp_path / "cert.pem")]
    change = ["reconfigure", str(signed), "--incoming", "imap.example.org", "-o", str(new), *signing]
    assert run(change) == 0
    assert capsys.readouterr().err == (
        "warning: the profile holds placeholders that no device management can fill in once it is signed: "
        "PayloadContent.0.EmailAccountName\n"
        "  = help: give the unsigned file to the device management instead\n"
        f"{new}: written\n"
    )
    signed.write_bytes(signed.read_bytes().replace(b"imap.example.com", b"evil.example.com"))
    assert run([*change, "--force"]) == 1
    assert capsys.readouterr() == (
        "",
        (
            f"error: {signed}: is signed, and the content was changed after it was signed\n"
            "  = help: take the profile out with `profiler unsign --no-verify`, look at it, then change it\n"
        ),
    )
    assert b"evil" not in new.read_bytes()


def make_identity(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Example")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=300))
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def test_a_binary_profile_becomes_xml(reconfigure: Callable[..., Ran]) -> None:
    binary = plistlib.dumps(plistlib.loads(MAIL.encode()), fmt=plistlib.FMT_BINARY)
    ran = reconfigure(binary, "--incoming", "imap.example.org")
    assert ran.code == 0
    assert ran.new.startswith("<?xml")
    assert "is a binary property list; the new version is XML" in ran.err


def test_what_needs_no_change_keeps_its_envelope(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_identity(tmp_path)
    plain, signed, binary, new = (
        tmp_path / f"{name}.mobileconfig" for name in ("plain", "signed", "binary", "new")
    )
    plain.write_text(MAIL)
    binary.write_bytes(plistlib.dumps(plistlib.loads(MAIL.encode()), fmt=plistlib.FMT_BINARY))
    signing = ["--certificate", str(tmp_path / "cert.pem"), "--key", str(tmp_path / "key.pem")]
    assert run(["sign", str(plain), "-o", str(signed), *signing]) == 0
    for old in (plain, signed, binary):
        capsys.readouterr()
        assert (
            run(["reconfigure", str(old), "--incoming", "imap.example.com", "-o", str(new), "--force"]) == 0
        )
        assert new.read_bytes() == old.read_bytes()
        told = capsys.readouterr()
        assert told.out.startswith("identical: a device would see no difference\n")
        assert told.err == f"{new}: written\n"


def test_without_o_the_profile_is_on_stdout_and_the_plan_on_stderr(
    profiler: Callable[..., Any], tmp_path: Path
) -> None:
    (tmp_path / "old").write_text(MAIL)
    ran = profiler("reconfigure", "old", "--incoming", "imap.example.org")
    assert ran.code == 0
    assert changed(MAIL, ran.out) == [
        "-<string>imap.example.com</string>",
        "+<string>imap.example.org</string>",
    ]
    assert ran.err.startswith("safe, installed by hand; but devices may download mail again\n")
    asked = profiler("reconfigure", "old", "--incoming", "imap.example.org", "--format", "json")
    assert (asked.code, asked.out) == (0, ran.out)
    jsonschema.validate(json.loads(asked.err), SCHEMA)


def test_the_json_plan_of_what_is_refused_is_the_result(profiler: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "old").write_text(MAIL)
    ran = profiler("reconfigure", "old", "--username", "ola", "--format", "json")
    assert (ran.code, ran.err) == (1, "refused: nothing was written\n")
    plan = json.loads(ran.out)
    jsonschema.validate(plan, SCHEMA)
    assert (plan["verdict"], plan["blocking"]) == ("destructive", ["rebind"])


def test_the_input_may_be_the_output_and_no_other_file(tmp_path: Path) -> None:
    old, other = tmp_path / "old", tmp_path / "other"
    old.write_text(MAIL)
    other.write_text("kept")
    arguments = ["reconfigure", str(old), "--incoming", "imap.example.org", "-o"]
    assert run([*arguments, str(other)]) == 2
    assert other.read_text() == "kept"
    assert run([*arguments, str(other), "--force"]) == 0
    assert run([*arguments, str(old)]) == 0
    assert old.read_text() == other.read_text()


SPEC = """
identifier-prefix = "com.example"
[[profiles]]
id = "other"
[[profiles.payloads]]
id = "signing"
type = "com.apple.security.scep"
settings = {PayloadContent = {URL = "https://scep.example.com"}}
[[profiles.accounts]]
id = "mail"
kind = "imap"
address = "kari@example.com"
username = "kari@example.com"
incoming = "imap.example.org:993/tls"
outgoing = "smtp.example.org:465/tls"
smime = {sign = "signing"}
"""


def test_a_spec_is_followed_under_the_installed_identity(
    reconfigure: Callable[..., Ran], tmp_path: Path
) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text(SPEC)
    ran = reconfigure(COMMENTED, "--spec", str(spec))
    assert ran.code == 0, ran.out + ran.err
    assert "<!-- Ours, do not lose -->" in ran.new
    old, new = plistlib.loads(COMMENTED.encode()), plistlib.loads(ran.new.encode())
    identity, account = new["PayloadContent"]
    assert identity["PayloadType"] == "com.apple.security.scep"
    assert account["SMIMESigningCertificateUUID"] == identity["PayloadUUID"]
    assert account["IncomingMailServerHostName"] == "imap.example.org"
    for key in ("PayloadIdentifier", "PayloadUUID"):
        assert new[key] == old[key]
        assert account[key] == old["PayloadContent"][0][key]
    assert reconfigure(ran.new, "--spec", str(spec)).new == ran.new
    without = SPEC.replace('smime = {sign = "signing"}', "")
    spec.write_text(
        without[: without.index("[[profiles.payloads]]")] + without[without.index("[[profiles.accounts]]") :]
    )
    refused = reconfigure(ran.new, "--spec", str(spec))
    assert (refused.code, refused.new) == (1, "")
    dropped = reconfigure(ran.new, "--spec", str(spec), "--accept", "downgrade")
    assert [one["PayloadType"] for one in plistlib.loads(dropped.new.encode())["PayloadContent"]] == [
        example.MAIL
    ]


def test_a_spec_may_ask_for_a_password_and_for_no_table(
    reconfigure: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "correct horse")
    spec = tmp_path / "spec.toml"
    plain = SPEC.replace('smime = {sign = "signing"}', 'password = "env:MAIL_PASSWORD"')
    spec.write_text(plain)
    ran = reconfigure(MAIL, "--spec", str(spec))
    assert (ran.code, "<string>correct horse</string>" in ran.new) == (0, True)
    assert ran.err.splitlines()[0] == (
        "warning: the profile holds a password in clear, as asked: whoever gets the file can read it"
    )
    assert "correct horse" not in ran.out + ran.err
    spec.write_text(plain.replace('username = "kari@example.com"', 'name = "{first}"'))
    ran = reconfigure(MAIL, "--spec", str(spec))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"error: {spec}:13: profiles[0].accounts[0].name: {{first}} needs a table of users\n"
        "  = help: one profile is changed here: write the value of its user\n"
    )


def test_an_accepted_downgrade_may_end_the_sign_in(reconfigure: Callable[..., Ran]) -> None:
    arguments = ["--set", "IncomingMailServerAuthentication=EmailAuthNone"]
    assert reconfigure(MAIL, *arguments).code == 1
    accepted = reconfigure(MAIL, *arguments, "--accept", "downgrade")
    assert accepted.code == 0
    assert (
        "warning: Incoming authentication is EmailAuthNone, but no mailbox opens without signing in"
        in accepted.err
    )


def test_an_accepted_downgrade_does_not_make_a_port_speak_plain_text(reconfigure: Callable[..., Ran]) -> None:
    ran = reconfigure(MAIL, "--incoming", "imap.example.com:993/none", "--accept", "downgrade")
    assert (ran.code, ran.new) == (1, "")
    assert (
        "error: Incoming server cannot be reached: UseSSL is false, but port 993 speaks only TLS [mail-ssl-off-tls-port]"
        in ran.err
    )
    assert ran.err.endswith("refused: nothing was written\n")


def test_an_accepted_dangling_reference_is_written(reconfigure: Callable[..., Ran]) -> None:
    arguments = [
        "--set",
        "SMIMESigningEnabled=true",
        "--set",
        "SMIMESigningCertificateUUID=0B0F3C1E-1B7D-4E52-9C4B-0A6C2D1E7FFF",
    ]
    refused = reconfigure(MAIL, *arguments)
    assert (refused.code, refused.new) == (1, "")
    assert "error: SMIMESigningCertificateUUID names" in refused.err
    accepted = reconfigure(MAIL, *arguments, "--accept", "broken-reference")
    assert accepted.code == 0
    assert "warning: SMIMESigningCertificateUUID names" in accepted.err
    assert "<string>0B0F3C1E-1B7D-4E52-9C4B-0A6C2D1E7FFF</string>" in accepted.new


def rename(text: str) -> str:
    """The profile as a service gives it back: other identifiers, serialised anew."""
    profile = plistlib.loads(text.encode())
    profile["PayloadIdentifier"] = "7D2A9E44-55B0-4C6B-8E0F-3F1C5A9B2D10"
    profile["PayloadContent"][0]["PayloadIdentifier"] = "D0F3C1E0-1B7D-4E52-9C4B-0A6C2D1E7F01"
    profile["PayloadContent"][0]["PayloadUUID"] = "D0F3C1E0-1B7D-4E52-9C4B-0A6C2D1E7F01"
    return plistlib.dumps(profile).decode()


def test_from_an_export_of_the_service(reconfigure: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "export").write_text(rename(MAIL))
    ran = reconfigure(
        COMMENTED,
        "--incoming",
        "imap.example.org",
        "--from-mdm",
        str(tmp_path / "export"),
        "--delivery",
        "mdm",
    )
    assert ran.code == 0
    assert "<!-- Ours, do not lose -->" in ran.new
    new = plistlib.loads(ran.new.encode())
    assert new["PayloadIdentifier"] == "7D2A9E44-55B0-4C6B-8E0F-3F1C5A9B2D10"
    assert new["PayloadContent"][0]["PayloadUUID"] == "D0F3C1E0-1B7D-4E52-9C4B-0A6C2D1E7F01"
    assert "RECONFIGURE  imap account kari@example.com" in ran.out


def test_from_the_list_of_installed_profiles(reconfigure: Callable[..., Ran], tmp_path: Path) -> None:
    exported = plistlib.loads(rename(MAIL).encode())
    keys = ("PayloadType", "PayloadIdentifier", "PayloadUUID", "PayloadVersion")
    entry = {
        "PayloadIdentifier": exported["PayloadIdentifier"],
        "PayloadUUID": exported["PayloadUUID"],
        "PayloadDisplayName": exported["PayloadDisplayName"],
        "PayloadContent": [{key: exported["PayloadContent"][0][key] for key in keys}],
    }
    other = {**entry, "PayloadIdentifier": "com.example.wifi", "PayloadDisplayName": "Wi-Fi"}
    answer = tmp_path / "answer"
    answer.write_bytes(plistlib.dumps({"ProfileList": [other, entry]}))
    ran = reconfigure(MAIL, "--incoming", "imap.example.org", "--from-mdm", str(answer))
    assert ran.code == 0
    new = plistlib.loads(ran.new.encode())
    assert new["PayloadIdentifier"] == exported["PayloadIdentifier"]
    assert new["PayloadContent"][0]["PayloadUUID"] == exported["PayloadContent"][0]["PayloadUUID"]
    answer.write_bytes(plistlib.dumps({"ProfileList": [{**entry, "SignerCertificates": [b"leaf"]}]}))
    assert reconfigure(MAIL, "--incoming", "a.example.org", "--from-mdm", str(answer)).code == 1
    answer.write_bytes(plistlib.dumps({"ProfileList": [other]}))
    assert reconfigure(MAIL, "--from-mdm", str(answer)).code == 2


CORPUS = SHARED / "corpus"


@pytest.mark.shared
@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus")
def test_every_mail_sample_takes_new_servers_and_nothing_else(reconfigure: Callable[..., Ran]) -> None:
    tried = 0
    for row in csv.DictReader((CORPUS / "index.csv").read_text().splitlines()):
        data = (CORPUS / row["path"]).read_bytes()
        document = Document(from_bytes(data))
        if row["errors_expected"] == "errors" or len(document.by_type.get(example.MAIL, [])) != 1:
            continue
        tried += 1
        ran = reconfigure(
            data,
            "--incoming",
            "imap.new.example:993/tls",
            "--outgoing",
            "smtp.new.example:465/tls",
        )
        assert ran.code == 0, row["path"]
        lines = [line[1:] for line in changed(data.decode(), ran.new)]
        allowed = r"<string>[a-z.]+</string>|<integer>(?:993|465|143|587)</integer>|<(?:true|false)/>"
        assert lines, row["path"]
        assert all(re.fullmatch(allowed, line) for line in lines), row["path"]
        was, now = (
            sorted(one.rule for one in Linter().lint(from_bytes(text)).diagnostics)
            for text in (data, ran.new.encode())
        )
        assert not [rule for rule in now if now.count(rule) > was.count(rule)], row["path"]
    assert tried >= 5


def test_the_port_that_exchange_has_anyway_may_be_named(reconfigure: Callable[..., Ran]) -> None:
    exchange = example.whole(
        """
        <dict>
        <key>PayloadType</key>
        <string>com.apple.eas.account</string>
        <key>Host</key>
        <string>mail.example.com</string>
        <key>SSL</key>
        <true/>
        </dict>
        """,
        "",
    ).decode()
    ran = reconfigure(exchange, "--incoming", "mail.example.org:443/tls")
    assert (ran.code, changed(exchange, ran.new)) == (
        0,
        ["-<string>mail.example.com</string>", "+<string>mail.example.org</string>"],
    )
    assert reconfigure(exchange, "--incoming", "mail.example.org:8443").code == 2
