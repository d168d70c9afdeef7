"""Keys that never come to this machine: a program that signs, and a token (SoftHSM)."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from asn1crypto import cms as oracle

from profiler import cli
from profiler.errors import UsageError
from profiler.trust import pkcs11_token, store
from profiler.trust.verify import verify_bytes

if TYPE_CHECKING:
    from tests.trust.conftest import Issued, Pki

KINDS = {"rsa2048": "sha256", "p256": "sha256", "p384": "sha384", "p521": "sha512"}
MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
PIN = "1234"
ROOT = Path(__file__).parents[2]


def flags(pki: Pki) -> tuple[str | Path, ...]:
    return ("--chain", pki.intermediate.pem, "--trust", pki.root.pem)


def run(*arguments: str | Path) -> int:
    return cli.run([str(argument) for argument in arguments])


def assert_signed(pki: Pki, path: Path, profile: Path, openssl: Any) -> None:
    data = path.read_bytes()
    found = verify_bytes(data, trust=store.from_files([pki.root.pem]), at=pki.now)
    assert [str(step.status) for step in found.steps] == ["ok"] * 7
    verify = ("cms", "-verify", "-inform", "DER", "-purpose", "any", "-CAfile", pki.root.pem)
    assert openssl(*verify, "-in", path) == profile.read_bytes()
    oracle.ContentInfo.load(data, strict=True)["content"].native  # noqa: B018 - it reads all of it


@pytest.mark.parametrize("kind", KINDS)
def test_a_program_may_sign(pki: Pki, profile: Path, openssl: Any, kind: str) -> None:
    issued = pki.issue("Remote", kind=kind)
    command = shlex.join(["openssl", "dgst", f"-{KINDS[kind]}", "-sign", str(issued.key_file)])
    signed = profile.with_name("signed")
    options = ("--certificate", issued.pem, "--signer-command", command, *flags(pki), "-o", signed)
    assert run("sign", profile, *options) == 0
    assert_signed(pki, signed, profile, openssl)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell")
def test_the_program_may_answer_in_base64(pki: Pki, profile: Path, openssl: Any) -> None:
    issued = pki.issue("Remote", kind="rsa2048")
    script = f"openssl dgst -sha256 -sign {shlex.quote(str(issued.key_file))} | openssl base64"
    command = shlex.join(["sh", "-c", script])
    signed = profile.with_name("signed")
    options = ("--certificate", issued.pem, "--signer-command", command, *flags(pki), "-o", signed)
    assert run("sign", profile, *options) == 0
    assert_signed(pki, signed, profile, openssl)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("cat", "the signature that came back was not made with the key of Remote"),
        ("false", "the signer command false ended with exit code 1"),
        ("no-such-program", "cannot run the signer command no-such-program: No such file or directory"),
        ("'", "--signer-command cannot be read: No closing quotation"),
        (" ", "--signer-command is empty"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="needs the programs of a Unix")
def test_a_program_that_fails_signs_nothing(
    pki: Pki, profile: Path, capsys: pytest.CaptureFixture[str], command: str, message: str
) -> None:
    issued = pki.issue("Remote")
    options = ("--certificate", issued.pem, "--signer-command", command, *flags(pki))
    assert run("sign", profile, *options, "-o", profile.with_name("signed")) == 3
    assert message in capsys.readouterr().err
    assert not profile.with_name("signed").exists()


def test_a_program_with_another_key_signs_nothing(
    pki: Pki, signer: Issued, profile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = pki.folder / "other.key"
    other.write_bytes(pki.intermediate.key_pem())
    command = shlex.join(["openssl", "dgst", "-sha256", "-sign", str(other)])
    options = ("--certificate", signer.pem, "--signer-command", command, *flags(pki))
    assert run("sign", profile, *options, "-o", profile.with_name("signed")) == 3
    assert "was not made with the key of Anna Example" in capsys.readouterr().err


def test_uris_are_read_as_rfc_7512_writes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PKCS11_MODULE", raising=False)
    text = "pkcs11:token=My%20token;object=profiles;id=%01%ff;type=private?module-path=/lib/p11.so"
    assert pkcs11_token.parse(text) == ("/lib/p11.so", "My token", None, "profiles", b"\x01\xff")
    with pytest.raises(UsageError, match="does not say which library"):
        pkcs11_token.parse("pkcs11:token=x")
    with pytest.raises(UsageError, match="needs a URI"):
        pkcs11_token.parse("token=x")
    with pytest.raises(UsageError) as caught:
        pkcs11_token.parse("pkcs11:token=x?pin-value=4711")
    assert "4711" not in caught.value.message + caught.value.hint
    monkeypatch.setenv("PKCS11_MODULE", "/lib/p11.so")
    assert pkcs11_token.parse("pkcs11:token=x").module == "/lib/p11.so"


class Token:
    """A SoftHSM token of its own for the test session."""

    def __init__(self, module: str, tool: str) -> None:
        self.module, self.tool = module, tool

    def put(self, issued: Issued, label: str, number: str) -> str:
        """Import key and certificate; return the URI."""
        token = ("--token", "profiler", "--pin", PIN, "--label", label, "--id", number)
        subprocess.run([self.tool, "--import", str(issued.key_file), *token], check=True, capture_output=True)
        return f"pkcs11:token=profiler;object={label}?module-path={self.module}"

    def put_certificate(self, issued: Issued, number: str) -> None:
        """Store a certificate beside its key, which softhsm2-util cannot."""
        script = (
            "import sys, pkcs11\n"
            "from pkcs11.util.x509 import decode_x509_certificate\n"
            "token = pkcs11.lib(sys.argv[1]).get_token(token_label='profiler')\n"
            "with token.open(user_pin=sys.argv[2], rw=True) as session:\n"
            "    entry = decode_x509_certificate(open(sys.argv[3], 'rb').read())\n"
            "    entry |= {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.ID: bytes.fromhex(sys.argv[4])}\n"
            "    session.create_object(entry)\n"
        )
        der = issued.pem.with_suffix(".der")
        der.write_bytes(issued.der)
        command = [sys.executable, "-c", script, self.module, PIN, str(der), number]
        subprocess.run(command, check=True, capture_output=True)

    @staticmethod
    def sign(*arguments: str | Path) -> tuple[int, str]:
        """Sign in a process of its own: the library stays logged in for as long as its process lives."""
        command = [sys.executable, "-m", "profiler", "sign", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, check=False, text=True, cwd=ROOT)
        return done.returncode, done.stderr


@pytest.fixture(scope="session")
def token(tmp_path_factory: pytest.TempPathFactory) -> Token:
    module = next((path for path in MODULES if Path(path).exists()), None)
    tool = shutil.which("softhsm2-util")
    if module is None or tool is None:
        pytest.skip("SoftHSM is not installed")
    if importlib.util.find_spec("pkcs11") is None:
        pytest.skip("python-pkcs11 is not installed")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\n", encoding="utf-8")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    init = ("--init-token", "--free", "--label", "profiler", "--pin", PIN, "--so-pin", PIN)
    subprocess.run([tool, *init], check=True, capture_output=True)
    return Token(module, tool)


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_may_sign(
    pki: Pki, profile: Path, openssl: Any, token: Token, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = pki.issue("Token", kind=kind)
    uri = token.put(issued, kind, f"{list(KINDS).index(kind):02}")
    monkeypatch.setenv("PIN", PIN)
    signed = profile.with_name("signed")
    options = ("--pkcs11", uri, "--passphrase", "env:PIN", "--certificate", issued.pem, *flags(pki))
    assert token.sign(profile, *options, "-o", signed) == (0, "")
    assert_signed(pki, signed, profile, openssl)


def test_the_certificate_may_be_in_the_token_too(
    pki: Pki, profile: Path, openssl: Any, token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = pki.issue("Complete", kind="rsa2048")
    uri = token.put(issued, "complete", "55")
    token.put_certificate(issued, "55")
    monkeypatch.setenv("PIN", PIN)
    signed = profile.with_name("signed")
    assert token.sign(profile, "--pkcs11", uri, "--passphrase", "env:PIN", *flags(pki), "-o", signed) == (
        0,
        "",
    )
    assert_signed(pki, signed, profile, openssl)


def test_token_troubles_are_told_apart(
    pki: Pki, profile: Path, token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = pki.issue("Token", kind="rsa3072")
    uri = token.put(issued, "troubles", "77")
    monkeypatch.setenv("PIN", PIN)
    monkeypatch.setenv("WRONG", "9999")
    base = ("--certificate", issued.pem, *flags(pki), "-o", profile.with_name("signed"))
    cases = [
        (uri, "env:WRONG", "the token refuses the PIN"),
        (uri.replace("object=troubles", "object=nothing"), "env:PIN", "the token holds no such private key"),
        (uri.replace("token=profiler", "token=other"), "env:PIN", "no token other is there"),
    ]
    for where, pin, message in cases:
        code, err = token.sign(profile, "--pkcs11", where, "--passphrase", pin, *base)
        assert (code, err.splitlines()[0]) == (3, f"error: {message}")
        assert "9999" not in err
    code, err = token.sign(profile, "--pkcs11", uri, "--passphrase", "env:PIN", *flags(pki))
    assert (code, err.splitlines()[0]) == (3, "error: the token holds no certificate for this key")
