"""The five commands as a user meets them: exit codes, files, standard output and error."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from profiler import cli

if TYPE_CHECKING:
    from tests.trust.conftest import Issued, Pki

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schemas/verify-output.schema.json").read_text(encoding="utf-8"))


class Run:
    """Runs a command line in the test's folder."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: str | Path) -> tuple[int, str, str]:
        code = cli.run([str(argument) for argument in arguments])
        out, err = self.capsys.readouterr()
        return code, out, err


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], profile: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(profile.parent)
    return Run(capsys)


@pytest.fixture
def options(pki: Pki, signer: Issued) -> tuple[str | Path, ...]:
    certificates = ("--certificate", signer.pem, "--key", signer.key_file)
    return (*certificates, "--chain", pki.intermediate.pem, "--trust", pki.root.pem)


def test_sign_verify_and_unsign_give_the_file_back(run: Run, pki: Pki, profile: Path, options: Any) -> None:
    assert run("sign", "anna.mobileconfig", *options) == (0, "anna.signed.mobileconfig: signed\n", "")
    code, out, err = run("verify", "anna.signed.mobileconfig", "--trust", pki.root.pem)
    assert (code, err) == (0, "")
    assert out.splitlines()[:2] == [
        "anna.signed.mobileconfig: valid",
        "  1 envelope           ok       DER, the profile is inside",
    ]
    assert run("unsign", "anna.signed.mobileconfig") == (
        0,
        "anna.signed.unsigned.mobileconfig: unsigned\n",
        "",
    )
    assert Path("anna.signed.unsigned.mobileconfig").read_bytes() == profile.read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no permission bits")
def test_files_that_hold_a_password_are_private(run: Run, profile: Path, options: Any) -> None:
    run("sign", "anna.mobileconfig", *options)
    assert stat.S_IMODE(Path("anna.signed.mobileconfig").stat().st_mode) == 0o600
    open_profile = profile.with_name("open.mobileconfig")
    open_profile.write_bytes(profile.read_bytes().replace(b"IncomingPassword", b"IncomingMailServer"))
    run("sign", "open.mobileconfig", *options)
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(Path("open.signed.mobileconfig").stat().st_mode) == 0o666 & ~mask


def test_an_output_that_exists_stops_everything(run: Run, profile: Path, options: Any) -> None:
    Path("bert.mobileconfig").write_bytes(profile.read_bytes())
    Path("bert.signed.mobileconfig").write_bytes(b"mine")
    code, out, err = run("sign", "anna.mobileconfig", "bert.mobileconfig", *options)
    assert (code, out) == (2, "")
    assert err == "error: bert.signed.mobileconfig: exists already\n  = help: --force overwrites it\n"
    assert not Path("anna.signed.mobileconfig").exists()
    assert run("sign", "anna.mobileconfig", "bert.mobileconfig", *options, "--force")[0] == 0
    assert Path("bert.signed.mobileconfig").read_bytes() != b"mine"


def test_several_files_go_to_a_folder_and_a_broken_one_hides_none(
    run: Run, profile: Path, options: Any
) -> None:
    Path("bert.mobileconfig").write_bytes(profile.read_bytes())
    code, out, err = run(
        "sign", "anna.mobileconfig", "gone.mobileconfig", "bert.mobileconfig", *options, "-o", "out"
    )
    assert code == 3
    assert [line.replace("\\", "/") for line in out.splitlines()] == [
        "out/anna.mobileconfig: signed",
        "out/bert.mobileconfig: signed",
    ]
    assert err == "error: gone.mobileconfig: cannot be read: No such file or directory\n"


def test_a_file_may_be_signed_in_place_when_named(run: Run, profile: Path, options: Any) -> None:
    assert run("sign", "anna.mobileconfig", *options, "-o", "anna.mobileconfig")[0] == 0
    assert profile.read_bytes()[:1] == b"\x30"
    code, _, err = run("sign", "anna.mobileconfig", *options, "-o", "anna.mobileconfig")
    assert code == 0
    assert err == (
        "warning: anna.mobileconfig: is signed already; only its content is signed,"
        " the old signature is dropped\n"
    )


def test_dry_run_writes_nothing(run: Run, options: Any) -> None:
    before = sorted(Path().iterdir())
    code, out, _ = run("sign", "anna.mobileconfig", *options, "--dry-run")
    assert (code, out) == (0, "anna.mobileconfig: would be signed as anna.signed.mobileconfig\n")
    assert sorted(Path().iterdir()) == before


def test_standard_output_takes_one_file(run: Run, profile: Path, options: Any) -> None:
    run("sign", "anna.mobileconfig", *options)
    assert run("unsign", "anna.signed.mobileconfig", "-o", "-") == (
        0,
        profile.read_text(encoding="utf-8"),
        "",
    )
    code, _, err = run("unsign", "anna.signed.mobileconfig", "anna.mobileconfig", "-o", "-")
    assert (code, err.splitlines()[0]) == (2, "error: several files cannot all go to standard output")


def test_standard_input_goes_to_standard_output(
    run: Run, profile: Path, options: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("sign", "anna.mobileconfig", *options)
    with Path("anna.signed.mobileconfig").open("rb") as stream:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))
        assert run("unsign", "-") == (0, profile.read_text(encoding="utf-8"), "")


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ([], "no identity to sign with"),
        (["--certificate", "c.pem"], "--certificate without its key"),
        (["--key", "k.pem"], "a key without its certificate"),
        (["--identity", "i.p12", "--key", "k.pem"], "more than one identity to sign with"),
        (["--identity", "i.p12", "--certificate", "c.pem"], "more than one identity to sign with"),
        (["--identity", "i.p12", "--passphrase", "hunter2"], "the passphrase must be given by reference"),
    ],
)
def test_flags_that_do_not_go_together_exit_2(run: Run, flags: list[str], message: str) -> None:
    code, out, err = run("sign", "anna.mobileconfig", *flags)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {message}\n")
    assert "hunter2" not in err


def test_a_bad_identity_exits_3_and_writes_nothing(run: Run, pki: Pki, signer: Issued) -> None:
    expired = pki.issue("Old", start=pki.now - dt.timedelta(days=500))
    for certificate, key in (
        (expired.pem, expired.key_file),
        (signer.pem, "gone.pem"),
        ("gone.pem", signer.key_file),
    ):
        code, out, err = run("sign", "anna.mobileconfig", "--certificate", certificate, "--key", key)
        assert (code, out) == (3, "")
        assert err.count("error: ") == 1
    assert [path.name for path in Path().iterdir()] == ["anna.mobileconfig"]


@pytest.mark.parametrize("kind", ["p256", "rsa2048"])
def test_a_key_itself_is_refused_and_not_repeated(run: Run, pki: Pki, kind: str) -> None:
    issued = pki.issue("Careless", kind=kind)
    text = issued.key_pem().decode()
    for key in (text, "".join(text.splitlines()[1:-1])):
        code, out, err = run("sign", "anna.mobileconfig", "--certificate", issued.pem, "--key", key)
        assert (code, out) == (2, "")
        assert err == (
            "error: a key is given as a file or by reference, never as itself\n"
            "  = help: use a path, env:NAME, file:PATH, cmd:COMMAND or prompt:\n"
        )


def test_a_key_may_be_given_by_reference(
    run: Run, pki: Pki, signer: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNING_KEY", signer.key_pem().decode())
    flags = ("--certificate", signer.pem, "--key", "env:SIGNING_KEY", "--chain", pki.intermediate.pem)
    assert run("sign", "anna.mobileconfig", *flags, "--trust", pki.root.pem) == (
        0,
        "anna.signed.mobileconfig: signed\n",
        "",
    )


def test_placeholders_are_a_warning(run: Run, profile: Path, options: Any) -> None:
    profile.write_bytes(profile.read_bytes().replace(b"anna@example.com", b"$EMAIL"))
    code, _, err = run("sign", "anna.mobileconfig", *options)
    assert code == 0
    assert err == (
        "warning: anna.mobileconfig: holds placeholders that no device management can fill in once it is signed:"
        " PayloadContent.0.EmailAddress\n"
        "  = help: give the unsigned file to the device management instead\n"
    )


def test_what_is_no_profile_is_signed_with_a_warning(run: Run, options: Any) -> None:
    Path("text.mobileconfig").write_bytes(b"hello")
    code, out, err = run("sign", "text.mobileconfig", *options)
    assert (code, out) == (0, "text.signed.mobileconfig: signed\n")
    assert err.startswith("warning: text.mobileconfig: holds no profile that a device can read\n")


@pytest.mark.parametrize("name", [".", "..", "/", ""])
def test_a_folder_is_no_profile(run: Run, options: Any, name: str) -> None:
    code, out, err = run("sign", name, *options)
    assert (code, out) == (3, "")
    only_root_may = "error: /.signed: no permission to write in /\n"
    assert err.startswith((f"error: {name}: cannot be read: ", only_root_may))


def test_verify_of_an_unsigned_file_says_what_is_missing(run: Run) -> None:
    code, out, _ = run("verify", "anna.mobileconfig")
    assert code == 1
    assert out.splitlines()[1:3] == [
        "  1 envelope           failed   not signed: a phone shows the profile as Not Signed",
        "  2 digest             skipped  there is no signature",
    ]


def test_unsign_refuses_a_changed_profile_unless_told(run: Run, options: Any) -> None:
    run("sign", "anna.mobileconfig", *options)
    signed = Path("anna.signed.mobileconfig")
    signed.write_bytes(signed.read_bytes().replace(b"anna@", b"eve_@"))
    code, out, err = run("unsign", signed)
    assert (code, out) == (1, "")
    assert err == (
        "error: anna.signed.mobileconfig: the content was changed after it was signed: nothing is written\n"
        "  = help: --no-verify takes the content all the same\n"
    )
    assert run("unsign", signed, "--no-verify")[0] == 0
    assert b"eve_@" in Path("anna.signed.unsigned.mobileconfig").read_bytes()


def test_unsign_of_an_unsigned_file_exits_3(run: Run) -> None:
    code, _, err = run("unsign", "anna.mobileconfig")
    assert (code, err) == (
        3,
        "error: anna.mobileconfig: is not signed\n  = help: there is nothing to take off\n",
    )


def test_verify_reports_every_file_in_json(run: Run, pki: Pki, options: Any) -> None:
    run("sign", "anna.mobileconfig", *options)
    files = ("anna.signed.mobileconfig", "gone.mobileconfig", "anna.mobileconfig")
    code, out, err = run("verify", *files, "--trust", pki.root.pem, "--format", "json")
    report = json.loads(out)
    jsonschema.validate(report, SCHEMA)
    assert (code, err) == (3, "error: gone.mobileconfig: cannot be read: No such file or directory\n")
    assert [(one["path"], one["valid"]) for one in report["files"]] == [
        ("anna.signed.mobileconfig", True),
        ("gone.mobileconfig", False),
        ("anna.mobileconfig", False),
    ]
    first = report["files"][0]
    assert [link["role"] for link in first["chain"]] == ["signer", "intermediate", "root"]
    assert first["signers"][0]["certificate"]["subject"] == "CN=Anna Example,O=Example"
    assert first["signers"][0]["certificate"]["key"] == "EC secp256r1"
    assert first["signers"][0]["valid_when_signed"] is True


def test_verify_exits_1_for_an_untrusted_signer_and_3_for_a_missing_store(
    run: Run, pki: Pki, options: Any
) -> None:
    run("sign", "anna.mobileconfig", *options)
    other = pki.issue("Other Root", issuer=None, ca=True)
    assert run("verify", "anna.signed.mobileconfig", "--trust", other.pem)[0] == 1
    code, out, err = run("verify", "anna.signed.mobileconfig", "--trust", "gone.pem")
    assert (code, out) == (3, "")
    assert err == "error: gone.pem: cannot read the certificate: No such file or directory\n"


def test_verify_judges_at_another_time(run: Run, pki: Pki, options: Any) -> None:
    run("sign", "anna.mobileconfig", *options)
    trust = ("--trust", pki.root.pem)
    later = (pki.now + dt.timedelta(days=1000)).isoformat()
    assert run("verify", "anna.signed.mobileconfig", *trust, "--at", later)[0] == 1
    assert run("verify", "anna.signed.mobileconfig", *trust, "--at", pki.now.isoformat())[0] == 0
    for never in ("soon", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"):
        code, _, err = run("verify", "anna.signed.mobileconfig", *trust, "--at", never)
        assert code == 2
        assert err == (
            f"error: --at '{never}' is not a time in RFC 3339 form\n"
            "  = help: write 2026-11-23T12:00:00Z, or 2026-11-23\n"
        )


def test_names_in_a_certificate_cannot_steer_the_terminal(run: Run, pki: Pki) -> None:
    issued = pki.issue("Eve\x1b[2J")
    flags = ("--certificate", issued.pem, "--key", issued.key_file, "--trust", pki.root.pem)
    _, _, err = run("sign", "anna.mobileconfig", *flags)
    assert "\x1b" not in err
    code, out, _ = run("verify", "anna.signed.mobileconfig", "--trust", pki.root.pem)
    assert code == 1
    assert "\x1b" not in out


def test_encrypt_and_decrypt_give_the_profile_back(
    run: Run, pki: Pki, profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = pki.issue("Device", kind="rsa2048")
    second = pki.issue("Device 2", kind="rsa3072")
    assert run("encrypt", "anna.mobileconfig", "--recipient", device.pem, "--recipient", second.pem) == (
        0,
        "anna.encrypted.mobileconfig: encrypted\n",
        "warning: each of the 2 recipients can read all passwords in the profile\n",
    )
    monkeypatch.setenv("DEVICE_KEY", device.key_pem().decode())
    for key in (second.key_file, "env:DEVICE_KEY"):
        assert run("decrypt", "anna.encrypted.mobileconfig", "--key", key, "--force") == (
            0,
            "anna.encrypted.decrypted.mobileconfig: decrypted\n",
            "",
        )
        assert Path("anna.encrypted.decrypted.mobileconfig").read_bytes() == profile.read_bytes()


def test_decrypt_with_the_wrong_key_exits_3(run: Run, pki: Pki, signer: Issued) -> None:
    device = pki.issue("Device", kind="rsa2048")
    wrong = pki.issue("Other", kind="rsa3072")
    run("encrypt", "anna.mobileconfig", "--recipient", device.pem)
    code, _, err = run("decrypt", "anna.encrypted.mobileconfig", "--key", wrong.key_file)
    assert (code, err) == (
        3,
        (
            "error: anna.encrypted.mobileconfig: none of the keys opens it, or it was changed\n"
            "  = help: give the private key of one of its recipients (1)\n"
        ),
    )
    code, _, err = run("decrypt", "anna.encrypted.mobileconfig", "--key", signer.key_file)
    assert (code, err.splitlines()[0]) == (3, f"error: {signer.key_file}: is no RSA key")


def test_encrypt_for_an_ec_key_exits_3(run: Run, signer: Issued) -> None:
    code, _, err = run("encrypt", "anna.mobileconfig", "--recipient", signer.pem)
    assert (code, err) == (
        3,
        (
            "error: anna.mobileconfig: the certificate Anna Example has a key of kind EC secp256r1\n"
            "  = help: profiles can be encrypted only for RSA keys\n"
        ),
    )
