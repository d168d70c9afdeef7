from __future__ import annotations

import plistlib
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from profiler.trust import encrypt, envelope
from tests.rules.signature.conftest import Found, as_pem

if TYPE_CHECKING:
    from tests.rules.signature.conftest import Bench

AGAIN = "encrypt the profile again with `profiler encrypt`"
KEY = "EncryptedPayloadContent"


def with_part(bench: Bench, part: Any) -> bytes:
    profile = plistlib.loads(bench.good)
    del profile["PayloadContent"]
    return plistlib.dumps({**profile, KEY: part, "IsEncrypted": True}, sort_keys=False)


def test_an_encrypted_profile_shows_nothing(bench: Bench) -> None:
    device = bench.pki.issue("iPad", kind="rsa2048")
    encrypted = encrypt.encrypt(bench.good, [device.certificate])
    assert bench.found(encrypted) == []
    assert bench.found(encrypted, decrypt_keys=(device.key_pem(),)) == []
    assert bench.found(bench.sign(content=encrypted), decrypt_keys=(device.key_pem(),)) == []


def test_an_empty_list_beside_the_encrypted_part_hides_nothing(bench: Bench) -> None:
    device = bench.pki.issue("iPad", kind="rsa2048")
    inside = plistlib.dumps([{"PayloadType": "com.apple.security.root"}])
    profile = plistlib.loads(with_part(bench, envelope.seal(inside, [device.certificate])))
    found = bench.found(plistlib.dumps({**profile, "PayloadContent": []}), decrypt_keys=(device.key_pem(),))
    assert {one.rule for one in found} == {"prof-encrypted-inconsistent", "prof-missing-key"}


def test_a_password_that_was_encrypted_is_for_nobody_to_read(bench: Bench) -> None:
    device = bench.pki.issue("iPad", kind="rsa2048")
    profile = plistlib.loads(bench.good)
    removal = {"PayloadType": "com.apple.profileRemovalPassword", "RemovalPassword": "Winter-2031"}
    profile["PayloadContent"] = [*profile["PayloadContent"], {**profile["PayloadContent"][0], **removal}]
    data = plistlib.dumps(profile)
    rule = {"sec-removal-password"}
    assert {one.rule for one in bench.found(data)} & rule == rule
    encrypted = encrypt.encrypt(data, [device.certificate])
    assert {one.rule for one in bench.found(encrypted, decrypt_keys=(device.key_pem(),))} & rule == set()


@pytest.mark.parametrize("signed", [False, True])
def test_two_recipients(bench: Bench, *, signed: bool) -> None:
    devices = [bench.pki.issue(name, kind="rsa2048").certificate for name in ("iPad", "iPhone")]
    data = encrypt.encrypt(bench.good, devices)
    message = "Encrypted for 2 recipients: each of them can read all passwords in the profile"
    hint = "encrypt a profile of its own for each device"
    expected = Found("enc-many-recipients", "note", message, hint)
    assert bench.found(bench.sign(content=data) if signed else data) == [expected]


def test_a_part_that_is_no_envelope(bench: Bench) -> None:
    device = bench.pki.issue("iPad", kind="rsa2048").certificate
    sealed = envelope.seal(b"<plist><array/></plist>", [device])
    for part, problem in (
        (b"<array/>", "is not readable as CMS: neither DER, PEM nor S/MIME (at byte 0)"),
        (bench.sign(), "is signed and not encrypted"),
        (as_pem(sealed), "is PEM text, and a device expects DER"),
    ):
        expected = Found("enc-not-enveloped", "error", f"{KEY} {problem}: a device cannot open it", AGAIN)
        assert bench.found(with_part(bench, part)) == [expected]


def test_a_part_that_is_no_data_is_of_the_wrong_kind_only(bench: Bench) -> None:
    assert [one.rule for one in bench.found(with_part(bench, "text"))] == ["doc-type-mismatch"]


def openssl_envelope(bench: Bench, openssl: Any, *flags: str) -> bytes:
    device = bench.pki.issue("iPad", kind="rsa2048")
    (bench.folder / "in").write_bytes(b"<plist><array/></plist>")
    arguments = ("cms", "-encrypt", "-binary", "-in", bench.folder / "in", "-outform", "DER")
    openssl(*arguments, "-out", bench.folder / "out", *flags, device.pem)
    return (bench.folder / "out").read_bytes()


@pytest.mark.parametrize(
    ("flags", "form"), [(("-aes256", "-stream"), "BER"), (("-aes-256-gcm",), "AuthEnvelopedData")]
)
def test_a_form_that_apple_does_not_document(
    bench: Bench, openssl: Any, flags: tuple[str, ...], form: str
) -> None:
    message = f"{KEY} is {form} where Apple documents EnvelopedData in DER: a device may not open it"
    data = with_part(bench, openssl_envelope(bench, openssl, *flags))
    assert bench.found(data) == [Found("enc-not-enveloped", "warning", message, AGAIN)]


def test_a_weak_cipher(bench: Bench, openssl: Any) -> None:
    data = openssl_envelope(bench, openssl, "-des3")
    message = "The payloads are encrypted with 3DES, which is too weak for passwords"
    hint = f"{AGAIN}, which uses AES-256"
    assert bench.found(with_part(bench, data)) == [Found("enc-weak", "warning", message, hint)]
    assert [
        one.rule for one in bench.found(with_part(bench, openssl_envelope(bench, openssl, "-aes128")))
    ] == []


def test_a_dictionary_inside(bench: Bench) -> None:
    device = bench.pki.issue("iPad", kind="rsa2048")
    payloads = plistlib.loads(bench.good)["PayloadContent"]
    message = f"{KEY} holds a dictionary where a device expects the array of payloads"
    hint = "`profiler decrypt` it, put the payloads into an array (`profiler lint --fix` does), and encrypt it again"
    for inside, expected in (
        (payloads[0], [Found("enc-inner-dict", "error", message, hint)]),
        (payloads, []),
    ):
        data = with_part(bench, envelope.seal(plistlib.dumps(inside), [device.certificate]))
        assert bench.of_group(data, decrypt_keys=(device.key_pem(),)) == expected
        assert bench.of_group(data) == [], "without the key nobody knows"


def test_an_encrypted_file_costs_no_cryptography(bench: Bench) -> None:
    device = bench.pki.issue("iPad", kind="rsa2048")
    code = (
        "import sys; from profiler.document.source import from_bytes; from profiler.lint.linter import Linter;"
        "found = Linter().lint(from_bytes(sys.stdin.buffer.read()));"
        "print(found.envelope, 'cryptography' in sys.modules)"
    )
    data = encrypt.encrypt(bench.good, [device.certificate])
    done = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "encrypted False"
