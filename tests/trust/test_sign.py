from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from asn1crypto import cms as oracle
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from profiler.document import cms
from profiler.errors import ProfilerError, Refused
from profiler.trust import certificate as cert
from profiler.trust import identity, integrity, sign, store
from profiler.trust.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    from tests.trust.conftest import Issued, Pki

KINDS = {"rsa2048": "sha256", "rsa3072": "sha256", "p256": "sha256", "p384": "sha384", "p521": "sha512"}


def make(pki: Pki, issued: Issued, *pool: Issued, trust: store.Trust | None = None) -> sign.Signer:
    found = identity.from_pem(issued.pem, issued.key_pem(), "key.pem", None)
    roots = trust or store.Trust("our roots", [pki.root.certificate])
    return sign.with_key(found, pool=[one.certificate for one in pool], trust=roots, now=pki.now)


@pytest.mark.parametrize("kind", KINDS)
def test_openssl_accepts_every_kind_of_key_and_finds_the_same_bytes(
    pki: Pki, profile: Path, openssl: Any, tmp_path: Path, kind: str
) -> None:
    signer = make(pki, pki.issue(f"Signer {kind}", kind=kind), pki.intermediate)
    signed = tmp_path / "signed"
    signed.write_bytes(signer.sign(profile.read_bytes()))
    arguments = ("cms", "-verify", "-inform", "DER", "-purpose", "any", "-CAfile", pki.root.pem)
    assert openssl(*arguments, "-in", signed) == profile.read_bytes()
    assert signer.notices == ()


@pytest.mark.parametrize("kind", KINDS)
def test_asn1crypto_reads_the_same_certificates_digest_and_attributes(
    pki: Pki, profile: Path, kind: str
) -> None:
    issued = pki.issue(f"Signer {kind}", kind=kind)
    data = make(pki, issued, pki.root, pki.intermediate).sign(profile.read_bytes())
    theirs = oracle.ContentInfo.load(data, strict=True)["content"]
    assert {one.chosen.dump() for one in theirs["certificates"]} == {issued.der, pki.intermediate.der}
    (info,) = theirs["signer_infos"]
    assert info["digest_algorithm"]["algorithm"].native == KINDS[kind]
    assert {one["type"].native for one in info["signed_attrs"]} == {
        "content_type",
        "message_digest",
        "signing_time",
    }
    ours = cms.read(data)
    assert isinstance(ours, cms.SignedData)
    assert ours.signers[0].signed_attributes == info["signed_attrs"].untag().dump()
    assert ours.signers[0].signature == info["signature"].native
    assert cms.signer_certificate(ours) == issued.der
    assert (ours.wrapper, ours.trailing) == ("der", 0)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_signed_verifies_in_every_step(pki: Pki, profile: Path, kind: str) -> None:
    data = make(pki, pki.issue(f"Signer {kind}", kind=kind), pki.intermediate).sign(profile.read_bytes())
    signed = cms.read(data)
    assert isinstance(signed, cms.SignedData)
    found = verify(signed, trust=store.Trust("our roots", [pki.root.certificate]), at=pki.now)
    assert [str(step.status) for step in found.steps] == ["ok"] * 7


@pytest.mark.parametrize(
    ("kind", "form", "passphrase"),
    [
        ("rsa2048", PrivateFormat.TraditionalOpenSSL, b""),
        ("rsa2048", PrivateFormat.TraditionalOpenSSL, b"secret"),
        ("rsa2048", PrivateFormat.PKCS8, b"secret"),
        ("p256", PrivateFormat.TraditionalOpenSSL, b""),
        ("p256", PrivateFormat.PKCS8, b"secret"),
    ],
)
def test_keys_are_read_in_every_form(pki: Pki, kind: str, form: PrivateFormat, passphrase: bytes) -> None:
    issued = pki.issue("Forms", kind=kind)
    found = identity.from_pem(
        issued.pem, issued.key_pem(form, passphrase), "key.pem", passphrase.decode() or None
    )
    assert found.certificate == issued.certificate
    assert found.key.private_numbers() == issued.key.private_numbers()  # type: ignore[union-attr]


@pytest.mark.parametrize("passphrase", ["unneeded", ""])
def test_a_passphrase_for_a_key_that_needs_none_is_no_obstacle(signer: Issued, passphrase: str) -> None:
    assert (
        identity.from_pem(signer.pem, signer.key_pem(), "key.pem", passphrase).certificate
        == signer.certificate
    )


@pytest.mark.parametrize("flags", [[], ["-legacy"]])
def test_pkcs12_is_read_in_modern_and_legacy_encryption(
    pki: Pki, rsa_signer: Issued, openssl: Any, tmp_path: Path, flags: list[str]
) -> None:
    bundle = tmp_path / "identity.p12"
    files = ("-in", rsa_signer.pem, "-inkey", rsa_signer.key_file, "-certfile", pki.intermediate.pem)
    openssl("pkcs12", "-export", *flags, *files, "-passout", "pass:geheim", "-out", bundle)
    found = identity.from_pkcs12(bundle, "geheim")
    assert found.certificate == rsa_signer.certificate
    assert found.pool == (pki.intermediate.certificate,)
    with pytest.raises(ProfilerError) as wrong:
        identity.from_pkcs12(bundle, "falsch")
    assert wrong.value.message == f"{bundle}: the passphrase does not open it, or the file is damaged"
    with pytest.raises(ProfilerError) as missing:
        identity.from_pkcs12(bundle, None)
    assert missing.value.message == f"{bundle}: cannot be opened without its passphrase"
    for error in (wrong, missing):
        assert error.value.exit_code == 3
        assert "falsch" not in repr(error.value)


def test_a_pkcs12_in_ber_with_an_odd_certificate_beside_it_is_read(
    signer: Issued, rsa_signer: Issued, openssl: Any, tmp_path: Path
) -> None:
    odd, bundle = tmp_path / "odd.pem", tmp_path / "identity.p12"
    unknown_key = signer.der.replace(b"\x2a\x86\x48\xce\x3d\x02\x01", b"\x2a\x86\x48\xce\x3d\x02\x7f")
    odd.write_bytes(openssl("x509", "-inform", "DER", stdin=unknown_key))
    files = ("-in", rsa_signer.pem, "-inkey", rsa_signer.key_file, "-certfile", odd)
    openssl("pkcs12", "-export", *files, "-passout", "pass:geheim", "-out", bundle)
    der = bundle.read_bytes()
    assert der[1] == 0x82
    bundle.write_bytes(b"\x30\x80" + der[4:] + b"\x00\x00")
    found = identity.from_pkcs12(bundle, "geheim")
    assert (found.certificate, found.pool) == (rsa_signer.certificate, ())


def test_a_pkcs12_without_passphrase_needs_none(rsa_signer: Issued, openssl: Any, tmp_path: Path) -> None:
    bundle = tmp_path / "identity.p12"
    files = ("-in", rsa_signer.pem, "-inkey", rsa_signer.key_file)
    openssl("pkcs12", "-export", *files, "-passout", "pass:", "-out", bundle)
    assert identity.from_pkcs12(bundle, None).certificate == rsa_signer.certificate


def test_the_signer_is_the_certificate_of_the_key_wherever_it_stands(
    pki: Pki, signer: Issued, tmp_path: Path
) -> None:
    full = tmp_path / "fullchain.pem"
    full.write_bytes(pki.root.pem.read_bytes() + pki.intermediate.pem.read_bytes() + signer.pem.read_bytes())
    found = identity.from_pem(full, signer.key_pem(), "key.pem", None)
    made = sign.with_key(found, trust=None, now=pki.now)
    assert made.certificates == (signer.certificate, pki.intermediate.certificate)


def refusal(pki: Pki, issued: Issued, key: bytes = b"") -> ProfilerError:
    with pytest.raises(ProfilerError) as caught:  # noqa: PT012 - either step may refuse
        found = identity.from_pem(issued.pem, key or issued.key_pem(), "key.pem", None)
        sign.with_key(found, trust=None, now=pki.now)
    assert caught.value.exit_code == 3
    assert caught.value.hint
    return caught.value


def test_an_expired_certificate_is_refused(pki: Pki) -> None:
    old = pki.issue("Old", start=pki.now - dt.timedelta(days=500))
    until = cert.moment(pki.now - dt.timedelta(days=100))
    assert refusal(pki, old).message == (
        f"the certificate Old expired on {until}: devices would show the profile as not verified"
    )


def test_a_certificate_that_is_not_valid_yet_is_refused(pki: Pki) -> None:
    start = pki.now + dt.timedelta(days=2)
    young = pki.issue("Young", start=start)
    assert refusal(pki, young).message == f"the certificate Young is not valid before {cert.moment(start)}"


def test_a_certificate_of_another_key_is_refused(pki: Pki, signer: Issued, rsa_signer: Issued) -> None:
    assert refusal(pki, signer, rsa_signer.key_pem()).message == (
        f"{signer.pem}: the certificate Anna Example does not belong to the private key"
    )


def test_a_certificate_that_may_not_sign_is_refused(pki: Pki) -> None:
    assert refusal(pki, pki.issue("Sealer", usage=False)).message == (
        "the certificate Sealer may not sign: its key usage lacks digitalSignature"
    )


def test_a_key_for_pss_alone_neither_signs_nor_verifies_otherwise(
    pki: Pki, profile: Path, openssl: Any, tmp_path: Path
) -> None:
    key, path = tmp_path / "pss.key", tmp_path / "pss.pem"
    openssl("genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048", "-out", key)
    openssl("req", "-x509", "-new", "-key", key, "-subj", "/CN=Pss", "-days", "30", "-out", path)
    found = identity.from_pem(path, key.read_bytes(), "pss.key", None)
    with pytest.raises(ProfilerError) as refused:
        sign.with_key(found, trust=None, now=dt.datetime.now(dt.UTC))
    assert refused.value.message == (
        "the certificate Pss has an RSA key for PSS signatures alone, which profiles do not have"
    )
    builder = PKCS7SignatureBuilder().set_data(profile.read_bytes())
    builder = builder.add_signer(found.certificate, found.key, hashes.SHA256())
    signed = cms.read(builder.sign(Encoding.DER, [PKCS7Options.Binary]))
    assert isinstance(signed, cms.SignedData)
    assert integrity.problem(signed) == "the key in the certificate is not of the kind the signature needs"


def test_a_certificate_without_key_usage_may_sign(pki: Pki, profile: Path) -> None:
    assert make(pki, pki.issue("Any", usage=None), pki.intermediate).sign(profile.read_bytes())[:1] == b"\x30"


@pytest.mark.parametrize("kind", ["rsa1024", "k256", "ed25519"])
def test_weak_and_unsupported_keys_are_refused(pki: Pki, kind: str) -> None:
    names = {"rsa1024": "RSA 1024", "k256": "EC secp256k1", "ed25519": "Ed25519"}
    issued = pki.issue("Weak", kind=kind)
    assert refusal(pki, issued).message == f"{issued.pem}: a key of kind {names[kind]} cannot sign a profile"


def test_an_encrypted_key_without_its_passphrase_is_refused(pki: Pki, signer: Issued) -> None:
    key = signer.key_pem(PrivateFormat.PKCS8, b"secret")
    assert refusal(pki, signer, key).message == "key.pem: the private key is encrypted"
    with pytest.raises(ProfilerError) as empty:
        identity.from_pem(signer.pem, key, "key.pem", "")
    assert empty.value.message == "key.pem: the private key is encrypted"
    with pytest.raises(ProfilerError) as wrong:
        identity.from_pem(signer.pem, key, "key.pem", "falsch")
    assert (
        wrong.value.message == "key.pem: the passphrase does not open the private key, or the key is damaged"
    )


def test_files_that_hold_something_else_are_named(pki: Pki, signer: Issued) -> None:
    assert refusal(pki, signer, b"no key").message == "key.pem: holds no private key"
    assert (
        refusal(pki, signer, signer.pem.read_bytes()).message
        == "key.pem: holds a certificate and no private key"
    )
    with pytest.raises(ProfilerError) as caught:
        identity.from_pem(signer.key_file, signer.key_pem(), "key.pem", None)
    assert caught.value.message == f"{signer.key_file}: holds no certificate"
    assert caught.value.hint == "this is a private key: it belongs to --key"
    with pytest.raises(ProfilerError) as caught:
        identity.from_pkcs12(signer.pem, None)
    assert caught.value.message == f"{signer.pem}: is not a PKCS#12 file"
    bundle = pki.folder / "identity.p12"
    bundle.write_bytes(b"\x30\x03\x02\x01\x03")
    with pytest.raises(ProfilerError) as caught:
        identity.from_pem(bundle, signer.key_pem(), "key.pem", None)
    assert caught.value.message == f"{bundle}: holds no certificate that can be read"
    assert caught.value.hint == (
        "PKCS#12 goes to --identity; `openssl pkcs7 -print_certs` takes certificates out of PKCS#7"
    )


def test_a_missing_intermediate_is_named_with_its_address(pki: Pki) -> None:
    issued = pki.issue("Lonely", address="http://ca.example.com/intermediate.cer")
    (notice,) = make(pki, issued).notices
    assert notice.message == (
        "the intermediate CN=Example Intermediate,O=Example is missing (unless it is a root not known here):"
        " devices that do not have it show Not Verified"
    )
    assert notice.hint == "fetch it from http://ca.example.com/intermediate.cer and add it with --chain"


@pytest.mark.parametrize("with_root", [True, False])
def test_an_intermediate_that_is_trusted_too_is_included(pki: Pki, signer: Issued, with_root: bool) -> None:
    bundle = [pki.intermediate.certificate, *([pki.root.certificate] if with_root else [])]
    made = make(pki, signer, trust=store.Trust("the bundle", bundle))
    assert made.certificates == (signer.certificate, pki.intermediate.certificate)
    assert made.notices == ()


def test_a_gap_higher_up_may_be_an_intermediate_or_the_root(pki: Pki) -> None:
    lower = pki.issue("Lower Intermediate", issuer=pki.intermediate, ca=True)
    (notice,) = make(pki, pki.issue("Deep", issuer=lower), lower).notices
    assert notice.message == (
        "the chain is not trusted by our roots: CN=Example Intermediate,O=Example is not among them;"
        " devices without that root show Not Verified"
    )
    assert notice.hint == (
        "if that is an intermediate, add it with --chain; if not, install the root on the devices first,"
        " or name it with --trust to silence this"
    )


def test_a_certificate_that_ends_soon_is_a_warning(pki: Pki) -> None:
    (notice,) = make(pki, pki.issue("Soon", days=31), pki.intermediate).notices
    until = cert.moment(pki.now + dt.timedelta(days=30))
    assert notice.message == (
        f"the certificate Soon ends in 30 days, on {until}: after that, devices show the profile as not verified"
    )
    assert make(pki, pki.issue("Later", days=32), pki.intermediate).notices == ()


def test_an_untrusted_root_and_a_self_signed_signer_are_warnings(pki: Pki, signer: Issued) -> None:
    nobody = store.Trust("other roots", [pki.issue("Other Root", issuer=None, ca=True).certificate])
    (notice,) = make(pki, signer, pki.intermediate, pki.root, trust=nobody).notices
    assert notice.message == (
        "the chain is not trusted by other roots: CN=Example Root,O=Example is not among them;"
        " devices without that root show Not Verified"
    )
    own = make(pki, pki.issue("Home made", issuer=None), trust=nobody)
    assert own.notices[0].message.startswith(
        "the chain is not trusted by other roots: the signer's certificate vouches"
    )
    assert len(own.certificates) == 1


def test_signing_again_covers_the_content_and_takes_every_signature_off(
    pki: Pki, signer: Issued, profile: Path
) -> None:
    made = make(pki, signer, pki.intermediate)
    once = made.sign(profile.read_bytes())
    twice = made.sign(once)
    assert sign.content_to_sign(profile.read_bytes()) == (profile.read_bytes(), 0)
    assert sign.content_to_sign(once) == (profile.read_bytes(), 1)
    assert sign.content_to_sign(twice) == (profile.read_bytes(), 2)


def test_a_changed_profile_is_not_signed_again(pki: Pki, signer: Issued, profile: Path) -> None:
    data = make(pki, signer).sign(profile.read_bytes()).replace(b"anna@example.com", b"eve@@example.com")
    with pytest.raises(Refused) as caught:
        sign.content_to_sign(data)
    assert caught.value.message == "is signed already, and the content was changed after it was signed"


def test_placeholders_are_named_by_place_and_never_by_value(profile: Path) -> None:
    template = (
        profile.read_bytes().replace(b"anna@example.com", b"$EMAIL").replace(b"correct horse", b"x{{mail}}")
    )
    assert sign.placeholders(template) == [
        "PayloadContent.0.EmailAddress",
        "PayloadContent.0.IncomingPassword",
    ]
    assert sign.placeholders(profile.read_bytes()) == []
    assert sign.placeholders(b"$ no profile") == []


def test_line_ends_and_binary_bytes_survive(pki: Pki, signer: Issued) -> None:
    content = b"bplist00\r\n\n\r\x00" + bytes(range(256))
    signed = cms.read(make(pki, signer).sign(content))
    assert isinstance(signed, cms.SignedData)
    assert signed.content == content


def test_certificates_may_be_der(signer: Issued, tmp_path: Path) -> None:
    der = tmp_path / "signer.cer"
    der.write_bytes(signer.certificate.public_bytes(Encoding.DER))
    assert identity.from_pem(der, signer.key_pem(), "key.pem", None).certificate == signer.certificate
