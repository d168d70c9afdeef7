"""`profiler identity`: the three repairs after identifiers and UUIDs have been churned."""

from __future__ import annotations

import json
import plistlib
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from profiler.cli import run
from profiler.rules import example

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas/identity-output.schema.json").read_text())
CERTIFICATE = "0B0F3C1E-1B7D-4E52-9C4B-0A6C2D1E7F01"
PROFILE = example.whole(
    f"""
    <dict>
    <key>PayloadType</key>
    <string>com.apple.security.scep</string>
    <key>PayloadUUID</key>
    <string>{CERTIFICATE}</string>
    </dict>
    <dict>
    <key>PayloadType</key>
    <string>com.apple.mail.managed</string>
    <key>SMIMESigningCertificateUUID</key>
    <string>{CERTIFICATE}</string>
    </dict>
    """,
    "",
).decode()


def churned(text: str) -> str:
    """What a careless generator makes of a profile: everything is new, references included."""
    profile = plistlib.loads(text.encode())
    profile |= {"PayloadIdentifier": "com.example.again", "PayloadUUID": str(uuid.uuid4())}
    renamed = {}
    for number, payload in enumerate(profile["PayloadContent"]):
        renamed[payload["PayloadUUID"]] = str(uuid.uuid4())
        payload |= {
            "PayloadIdentifier": f"com.example.again.{number}",
            "PayloadUUID": renamed[payload["PayloadUUID"]],
        }
    mail = profile["PayloadContent"][1]
    mail["SMIMESigningCertificateUUID"] = renamed[mail["SMIMESigningCertificateUUID"]]
    mail["IncomingMailServerHostName"] = "imap.example.org"
    return plistlib.dumps(profile, sort_keys=False).decode().replace("<plist", "<!-- kept -->\n<plist")


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    old, new, out = (tmp_path / name for name in ("old.mobileconfig", "new.mobileconfig", "out.mobileconfig"))
    old.write_text(PROFILE)
    new.write_text(churned(PROFILE))
    return old, new, out


def names(value: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["PayloadIdentifier"], one["PayloadUUID"]) for one in (value, *value["PayloadContent"])]


def test_show(files: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["identity", "show", str(files[0])]) == 0
    profile = plistlib.loads(PROFILE.encode())
    what = ["profile", "com.apple.security.scep", "imap kari@example.com"]
    widths = [max(map(len, what)), max(len(identifier) for identifier, _ in names(profile))]
    assert capsys.readouterr().out.splitlines() == [
        f"{label:{widths[0]}}  {identifier:{widths[1]}}  {own}"
        for label, (identifier, own) in zip(what, names(profile), strict=True)
    ]
    assert run(["identity", "show", str(files[0]), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SCHEMA)
    assert document["payloads"][1]["account"] == {"kind": "imap", "address": "kari@example.com"}
    assert document["payloads"][0]["uuid"] == CERTIFICATE
    assert run(["identity", "show", str(files[2])]) == 3


def test_adopt(files: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    old, new, out = files
    assert run(["plan", str(old), str(new)]) == 1
    capsys.readouterr()
    assert run(["identity", "adopt", str(old), str(new), "-o", str(out)]) == 0
    assert capsys.readouterr().out.startswith(
        "safe, installed by hand; but devices may download mail again\n"
    )
    text = out.read_text()
    adopted = plistlib.loads(text.encode())
    assert "<!-- kept -->" in text
    assert names(adopted) == names(plistlib.loads(PROFILE.encode()))
    assert adopted["PayloadContent"][1]["SMIMESigningCertificateUUID"] == CERTIFICATE
    assert adopted["PayloadContent"][1]["IncomingMailServerHostName"] == "imap.example.org"
    assert run(["plan", str(old), str(out)]) == 0


def test_adopt_writes_nothing_while_something_destructive_is_left(
    files: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    old, new, out = files
    new.write_text(new.read_text().replace("kari@example.com", "ola@example.com"))
    arguments = ["identity", "adopt", str(old), str(new), "-o", str(out)]
    assert run(arguments) == 1
    printed = capsys.readouterr()
    assert printed.out.startswith(
        "destructive, installed by hand: rebind. If that is meant: --accept rebind\n"
    )
    assert printed.err == "refused: nothing was written\n"
    assert not out.exists()
    assert run([*arguments, "--accept", "rebind"]) == 0
    assert names(plistlib.loads(out.read_bytes())) == names(plistlib.loads(PROFILE.encode()))


def test_fork(files: tuple[Path, Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    old, _, out = files
    assert run(["identity", "fork", str(old), "-o", str(out), "--description", "Second"]) == 0
    assert capsys.readouterr() == ("", "com.example.kari forked as com.example.kari.2\n")
    forked = plistlib.loads(out.read_bytes())
    before, after = names(plistlib.loads(PROFILE.encode())), names(forked)
    assert [identifier for identifier, _ in after] == [
        identifier.replace("com.example.kari", "com.example.kari.2") for identifier, _ in before
    ]
    assert not {own for _, own in before} & {own for _, own in after}
    certificate, mail = forked["PayloadContent"]
    assert mail["SMIMESigningCertificateUUID"] == certificate["PayloadUUID"]
    assert mail["EmailAccountDescription"] == "Second"
    assert run(["identity", "fork", str(old), "-o", str(out)]) == 2
    assert run(["identity", "fork", str(old), "-o", str(out), "--force"]) == 0
    assert "exclude each other" in capsys.readouterr().err
    assert run(["identity", "fork", str(old), "--identifier", "com.example.kari"]) == 2


def test_on_standard_output(files: tuple[Path, Path, Path], profiler: Callable[..., Any]) -> None:
    ran = profiler("identity", "fork", "old.mobileconfig", "--identifier", "com.example.x")
    assert ran.code == 0
    assert plistlib.loads(ran.out.encode())["PayloadIdentifier"] == "com.example.x"
    adopted = profiler("identity", "adopt", "old.mobileconfig", "new.mobileconfig", "--format", "markdown")
    assert adopted.code == 0
    assert plistlib.loads(adopted.out.encode())["PayloadIdentifier"] == "com.example.kari"
    assert adopted.err.startswith("### `com.example.kari`\n")
