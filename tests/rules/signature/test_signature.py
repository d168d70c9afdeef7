from __future__ import annotations

import datetime as dt
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options
from cryptography.x509.oid import ExtendedKeyUsageOID

from profiler.document import cms, tlv
from profiler.errors import ProfilerError
from profiler.trust import store, verify
from tests.rules.signature.conftest import GROUP, Found, as_pem, as_smime

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rules.signature.conftest import Bench

DAY = dt.timedelta(days=1)
RESIGN = "get the file again from its maker, or look the content through and sign it again"
FETCH = "sign again with --chain INTERMEDIATE.pem; a root of your own is named with --trust"
SIGN_AS_DER = "sign the profile again with `profiler sign`, which writes DER"
TRUST = "name its root with --trust if your devices have it, or sign with a certificate they trust"
OWN = "sign with a certificate of its own that is valid for years, or deliver by device management"


def broken(problem: str) -> Found:
    message = f"The signature does not hold, and a device refuses the profile: {problem}"
    return Found("sig-broken", "error", message, RESIGN)


def sequence(*parts: bytes) -> bytes:
    return tlv.encode(tlv.SEQUENCE, b"".join(parts))


def test_a_signed_profile_with_its_whole_chain_shows_nothing(bench: Bench) -> None:
    assert bench.found(bench.good) == []
    assert bench.found(bench.sign()) == []
    assert bench.found(bench.sign(), target="ios,manual macos,manual") == []


def test_a_profile_shows_the_same_signed_and_unsigned(bench: Bench) -> None:
    on = b"<key>IncomingMailServerUseSSL</key>\n\t\t\t<true/>"
    content = bench.good.replace(on, on.replace(b"true", b"false"))
    content = content.replace(
        b"\t<key>PayloadDescription</key>\n\t<string>Sets up work mail.</string>\n", b""
    )
    unsigned = bench.report(content).diagnostics
    assert [one.rule for one in unsigned] == ["prof-description", "mail-ssl-off-tls-port"]
    assert bench.report(bench.sign(content=content)).diagnostics == unsigned


def test_content_that_was_changed(bench: Bench) -> None:
    data = bench.sign().replace(b"Kari Nordmann", b"Kari Hordmann")
    assert bench.found(data) == [broken("the content was changed after it was signed")]


def test_a_signature_that_was_changed(bench: Bench) -> None:
    data = bench.sign()
    assert bench.found(data[:-1] + bytes([data[-1] ^ 1])) == [
        broken("the signature does not match: it was made with another key, or changed")
    ]


def test_a_signature_without_the_certificate(bench: Bench) -> None:
    data = bench.sign(options=[PKCS7Options.NoCerts], pool=[])
    assert bench.found(data) == [broken("the signer's certificate is not in the file")]


def test_a_damaged_certificate_of_the_signer(bench: Bench) -> None:
    start = bench.signer.certificate.not_valid_before_utc.strftime("%y%m%d%H%M%SZ").encode()
    damaged = bench.signer.der.replace(start, b"99" * 6 + b"Z")
    data = bench.sign().replace(bench.signer.der, damaged)
    assert bench.found(data) == [broken("the signer's certificate is damaged")]


def test_a_damaged_intermediate_is_a_missing_one(bench: Bench) -> None:
    der = bench.pki.intermediate.der
    start = bench.pki.intermediate.certificate.not_valid_before_utc.strftime("%y%m%d%H%M%SZ").encode()
    data = bench.sign().replace(der, der.replace(start, b"99" * 6 + b"Z"))
    assert bench.ids(data) == ["sig-chain-incomplete"]


def test_a_wrapping_that_nobody_signed(bench: Bench) -> None:
    inner = sequence(tlv.encode_oid(cms.DATA), tlv.encode(0xA0, tlv.encode(tlv.OCTET_STRING, bench.good)))
    version, nobody = tlv.encode(tlv.INTEGER, b"\1"), tlv.encode(tlv.SET, b"")
    body = sequence(version, nobody, inner, nobody)
    data = sequence(tlv.encode_oid(cms.SIGNED_DATA), tlv.encode(0xA0, body))
    message = "Wrapped as a signed file, but nobody has signed it: a device cannot tell who it is from"
    assert bench.found(data) == [Found("sig-broken", "error", message, "sign it with `profiler sign`")]


DETACHED = Found(
    "sig-detached",
    "error",
    "The signature is detached: the profile is not in the file, so there is nothing to install",
    "sign the profile itself with `profiler sign`, which keeps it inside",
)


def test_a_detached_signature_is_the_only_finding(bench: Bench) -> None:
    data = bench.sign(options=[PKCS7Options.DetachedSignature], pool=[])
    assert bench.found(data, trust="system", target="ios,manual") == [DETACHED]
    assert bench.found(bench.sign(content=data))[0] == DETACHED


@pytest.mark.parametrize(
    ("wrap", "form", "flag"), [(as_pem, "PEM", "PEM"), (as_smime, "S/MIME", "SMIME")], ids=["pem", "smime"]
)
def test_a_wrapper_for_mail(bench: Bench, wrap: Any, form: str, flag: str) -> None:
    message = f"Signed as {form} text, which a device cannot read: it expects DER"
    command = f"openssl cms -cmsout -inform {flag} -in FILE -outform DER -out NEW"
    hint = f"{SIGN_AS_DER}, or unwrap it: {command}"
    assert bench.found(wrap(bench.sign())) == [Found("sig-wrapper", "error", message, hint)]


def test_mail_text_with_the_profile_outside_of_the_signature(bench: Bench, openssl: Any) -> None:
    (bench.folder / "in").write_bytes(bench.good)
    identity = ("-signer", bench.signer.pem, "-inkey", bench.signer.key_file)
    message = "Signed as S/MIME text, which a device cannot read: it expects DER"
    assert bench.found(openssl("smime", "-sign", "-in", bench.folder / "in", *identity)) == [
        DETACHED,
        Found("sig-wrapper", "error", message, SIGN_AS_DER),
    ]


def test_the_command_that_unwraps_does(bench: Bench, openssl: Any) -> None:
    for wrap, form in ((as_pem, "PEM"), (as_smime, "SMIME")):
        path = bench.folder / form
        path.write_bytes(wrap(bench.sign()))
        out = bench.folder / f"{form}.out"
        openssl("cms", "-cmsout", "-inform", form, "-in", path, "-outform", "DER", "-out", out)
        assert bench.found(out.read_bytes()) == []


def test_mime_headers_before_the_signed_profile(bench: Bench) -> None:
    message = "MIME headers stand before the signed profile, so that a device finds no property list"
    hint = "`profiler unsign` it, remove the headers, and sign it again"
    data = bench.sign(content=b"Content-Type: text/plain\r\n\r\n" + bench.good)
    assert bench.of_group(data) == [Found("sig-wrapper", "error", message, hint)]


def test_a_signed_file_signed_again(bench: Bench) -> None:
    message = "Signed 2 times, one around the other: a device may not find the profile inside"
    hint = "take the outer signature off with `profiler unsign`"
    assert bench.found(bench.sign(content=bench.sign())) == [Found("sig-nested", "warning", message, hint)]


def test_two_signers(bench: Bench) -> None:
    data = bench.sign(bench.signer, bench.pki.issue("Bert Example"))
    message = "2 signers: a device compares only one of them when the profile is updated by hand"
    assert bench.found(data) == [
        Found("sig-multiple-signers", "warning", message, "sign it again with one certificate")
    ]


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("", FETCH),
        ("http://pki.example.com/i.cer", f"fetch it from http://pki.example.com/i.cer and {FETCH}"),
    ],
)
def test_a_missing_intermediate(bench: Bench, address: str, hint: str) -> None:
    signer = bench.pki.issue("Anna Example", address=address)
    message = (
        "The issuer 'CN=Example Intermediate,O=Example' is neither in the file nor a trusted root: devices without it show"
        " the profile as not verified"
    )
    expected = Found("sig-chain-incomplete", "warning", message, hint)
    assert bench.found(bench.sign(signer, pool=[])) == [expected]
    assert bench.found(bench.sign(signer, pool=[bench.pki.root])) == [expected]


def test_a_root_need_not_be_in_the_file(bench: Bench) -> None:
    signer = bench.pki.issue("Anna Example", issuer=bench.pki.root)
    assert bench.found(bench.sign(signer, pool=[])) == []
    assert bench.found(bench.sign(pool=[bench.pki.intermediate, bench.pki.root])) == []


def test_a_signer_that_vouches_for_itself(bench: Bench) -> None:
    signer = bench.pki.issue("Home Made", issuer=None)
    data = bench.sign(signer, pool=[])
    message = "The signer 'Home Made' vouches for itself: devices that do not trust it show the profile as not verified"
    assert bench.found(data) == [Found("sig-self-signed", "note", message, TRUST)]
    assert bench.found(data, trust=str(signer.pem)) == []


def test_a_root_that_is_not_known(bench: Bench) -> None:
    message = (
        f"The root 'CN=Example Root,O=Example' of the signer 'Anna Example' is not one of {store.system().name}:"
        " devices that do not trust it show the profile as not verified"
    )
    expected = Found("sig-self-signed", "note", message, TRUST)
    assert bench.found(bench.sign(), trust="system") == [expected]
    assert bench.found(bench.sign(pool=[bench.pki.intermediate, bench.pki.root]), trust="system") == [
        expected
    ]


def test_a_chain_over_a_certificate_that_may_not_issue(bench: Bench) -> None:
    middle = bench.pki.issue("No Authority", usage=None)
    signer = bench.pki.issue("Anna Example", issuer=middle)
    found = bench.found(bench.sign(signer, pool=[middle, bench.pki.intermediate]))
    assert [one.rule for one in found] == ["sig-self-signed"]
    assert found[0].message.startswith("The chain of the signer 'Anna Example' does not hold (")


def test_the_system_s_roots_count_beside_those_named(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    other = bench.pki.issue("Other Root", issuer=None, ca=True)
    system = store.Trust("the system's roots", [bench.pki.root.certificate])
    monkeypatch.setattr(store, "system", lambda: system)
    assert bench.found(bench.sign(), trust=str(other.pem)) == []


def test_a_machine_without_roots_is_no_reason_to_stop(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> store.Trust:
        raise ProfilerError("no trusted roots found on this system")

    monkeypatch.setattr(store, "system", none)
    own = bench.pki.folder / "a second name, which no other test has cached.pem"
    own.write_bytes(bench.pki.root.pem.read_bytes())
    assert bench.found(bench.sign(), trust=str(own)) == []


def test_a_trust_file_that_is_missing_is_said(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(ProfilerError, match=r"none\.pem"):
        bench.report(bench.sign(), trust=str(tmp_path / "none.pem"))


def test_an_expired_signer(bench: Bench) -> None:
    end = bench.signer.certificate.not_valid_after_utc
    message = (
        f"The signer 'Anna Example' expired on {end:%Y-%m-%d}: a device shows the profile as not verified"
    )
    hint = "sign it again with a certificate that is valid for long"
    assert bench.found(bench.sign(), now=end + dt.timedelta(seconds=1)) == [
        Found("sig-expired", "warning", message, hint)
    ]


def test_a_signer_that_is_not_valid_yet(bench: Bench) -> None:
    start = bench.signer.certificate.not_valid_before_utc
    message = f"The signer 'Anna Example' is not valid before {start:%Y-%m-%d}: a device shows the profile as not verified"
    hint = "hand the profile out after that day, or correct the clock"
    assert bench.of_group(bench.sign(), now=start - DAY) == [Found("sig-expired", "warning", message, hint)]


def test_an_expired_intermediate(bench: Bench) -> None:
    pki = bench.pki
    middle = pki.issue("Example Old", issuer=pki.root, ca=True, days=30, start=pki.now - 60 * DAY)
    data = bench.sign(pki.issue("Anna Example", issuer=middle), pool=[middle])
    (found,) = bench.found(data)
    assert found.message == (
        f"The intermediate certificate 'Example Old' expired on {pki.now - 30 * DAY:%Y-%m-%d}:"
        " a device shows the profile as not verified"
    )


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (30 * DAY, ["sig-expires-soon"]),
        (0 * DAY, ["sig-expires-soon"]),
        (-DAY, ["sig-expired"]),
        (31 * DAY, []),
    ],
    ids=["in 30 days", "now", "yesterday", "in 31 days"],
)
def test_it_expires_soon_within_thirty_days(bench: Bench, left: dt.timedelta, expected: list[str]) -> None:
    end = bench.signer.certificate.not_valid_after_utc
    assert bench.ids(bench.sign(), now=end - left) == expected


def test_what_is_said_of_a_signer_that_ends_soon(bench: Bench) -> None:
    end = bench.signer.certificate.not_valid_after_utc
    (found,) = bench.of_group(bench.sign(), now=end - DAY)
    assert found == Found(
        "sig-expires-soon",
        "warning",
        f"The signer 'Anna Example' ends on {end:%Y-%m-%d}: from then on a device shows the profile as not verified",
        "hand out what has to be updated before that day, and sign new profiles with a certificate valid for long",
    )


def usage(*purposes: x509.ObjectIdentifier) -> tuple[tuple[x509.ExtensionType, bool], ...]:
    return ((x509.ExtendedKeyUsage(purposes), False),)


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"days": 90}, "lives for only 90 days"),
        ({"days": 394}, "lives for only 394 days"),
        ({"days": 395}, ""),
        ({"extensions": usage(ExtendedKeyUsageOID.SERVER_AUTH)}, "is a certificate for TLS servers"),
        (
            {
                "days": 90,
                "extensions": usage(ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH),
            },
            "is a certificate for TLS servers and lives for only 90 days",
        ),
        ({"extensions": usage(ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CODE_SIGNING)}, ""),
        ({"extensions": usage(ExtendedKeyUsageOID.EMAIL_PROTECTION)}, ""),
    ],
)
def test_a_signer_that_is_renewed_often(bench: Bench, options: Any, what: str) -> None:
    data = bench.sign(bench.pki.issue("mail.example.com", **options))
    message = f"The signer 'mail.example.com' {what}: with the next one the profile cannot be updated by hand"
    assert bench.found(data) == ([Found("sig-short-lived", "warning", message, OWN)] if what else [])


def test_a_weak_digest(bench: Bench, openssl: Any) -> None:
    (bench.folder / "in").write_bytes(bench.good)
    arguments = ["cms", "-sign", "-binary", "-nodetach", "-in", bench.folder / "in", "-outform", "DER"]
    signer = bench.pki.issue("Bert Example", kind="rsa2048")
    arguments += ["-signer", signer.pem, "-inkey", signer.key_file]
    arguments += ["-certfile", bench.pki.intermediate.pem]
    hint = "sign it again with SHA-256 and a key of RSA 2048 or P-256 at least"
    for digest, name in (("sha1", "SHA-1"), ("md5", "MD5")):
        message = f"A weak signature that devices may refuse: the digest is {name}"
        data = openssl(*arguments, "-md", digest)
        assert bench.found(data) == [Found("sig-weak", "warning", message, hint)]


def test_a_weak_key(bench: Bench) -> None:
    (found,) = bench.found(bench.sign(bench.pki.issue("Short Key", kind="rsa1024")))
    assert found.rule == "sig-weak"
    assert found.message == (
        "A weak signature that devices may refuse: 'Short Key': its key (RSA 1024) is shorter than 2048 bits"
    )


SIGNED_FOR_MDM = Found(
    "sig-signed-for-mdm",
    "note",
    "Signed, so that a device management service cannot fill in variables or identifiers",
    "upload the unsigned profile: `profiler unsign`",
)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"target": "ios,mdm"}, [SIGNED_FOR_MDM]),
        ({"target": "ipados,shared-ipad"}, [SIGNED_FOR_MDM]),
        ({"mdm": "jamf"}, [SIGNED_FOR_MDM]),
        ({"target": "ios,manual"}, []),
        ({"target": "ios"}, []),
        ({}, []),
    ],
)
def test_a_signed_file_for_device_management(bench: Bench, options: Any, expected: list[Found]) -> None:
    assert bench.of_group(bench.sign(), **options) == expected
    assert bench.ids(bench.good, target="ios,mdm") == []


MISSING = Found(
    "sig-missing",
    "note",
    "Not signed: a device warns everybody who installs the profile by hand",
    "sign the file you hand out, with `profiler sign`",
)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"target": "ios,manual"}, [MISSING]),
        ({"target": "ios,manual macos,mdm"}, []),
        ({"target": "ios,manual", "mdm": "jamf"}, []),
        ({"target": "ios,mdm"}, []),
        ({"target": "ios:17"}, []),
        ({}, []),
    ],
)
def test_an_unsigned_file_that_is_installed_by_hand(
    bench: Bench, options: Any, expected: list[Found]
) -> None:
    assert bench.of_group(bench.good, **options) == expected


def test_what_is_no_profile_need_not_be_signed(bench: Bench) -> None:
    assert bench.ids(b"<plist><dict>", target="ios,manual") == []
    assert bench.ids(b"<plist><array/></plist>", target="ios,manual") == []


def test_signed_noise_is_unreadable_and_its_signature_is_checked(bench: Bench) -> None:
    data = bench.sign(content=b"no profile")
    assert [one.rule for one in bench.found(data)] == ["doc-unreadable"]
    changed = data.replace(b"no profile", b"No profile")
    assert {one.rule for one in bench.found(changed)} == {"doc-unreadable", "sig-broken"}


def test_the_report_says_who_signed(bench: Bench) -> None:
    assert bench.report(bench.sign(), trust="system").signed_by == "Anna Example"
    assert bench.report(bench.sign()).signed_by == "", "there is nothing to say about it"
    assert bench.report(bench.good, target="ios,manual").signed_by == ""
    assert bench.report(bench.sign(options=[PKCS7Options.NoCerts], pool=[])).signed_by == ""


def test_a_file_is_verified_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    judge = verify.verify

    def counted(*arguments: Any, **options: Any) -> Any:
        calls.append(arguments)
        return judge(*arguments, **options)

    monkeypatch.setattr(verify, "verify", counted)
    bench.found(bench.sign(), trust="system")
    assert len(calls) == 1
    bench.found(bench.good, target="ios,manual")
    assert len(calls) == 1


def test_no_damage_stops_a_rule(bench: Bench) -> None:
    data = bench.sign()
    for place in range(0, len(data), 5):
        for flip in (0x01, 0x80):
            damaged = bytearray(data)
            damaged[place] ^= flip
            report = bench.report(bytes(damaged))
            assert report.crash == "", (place, flip)


def test_an_unsigned_file_costs_no_cryptography(bench: Bench) -> None:
    code = (
        "import sys; from profiler.document.source import from_bytes; from profiler.lint.linter import Linter;"
        "from profiler.rules.run import Context; from profiler.model.target import parse_all;"
        "found = Linter(Context(parse_all(['ios,manual']))).lint(from_bytes(sys.stdin.buffer.read()));"
        "print('sig-missing' in [one.rule for one in found.diagnostics], 'cryptography' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], input=bench.good, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "True False"


def test_the_group_is_what_the_catalogue_lists() -> None:
    assert len(GROUP) == 17
