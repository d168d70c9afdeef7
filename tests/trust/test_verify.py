from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from cryptography.x509.oid import ExtendedKeyUsageOID

from profiler.document import cms
from profiler.trust import store
from profiler.trust.verification import STEPS, Verification
from profiler.trust.verify import verify_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.trust.conftest import Issued, Pki

OK = dict.fromkeys(STEPS, "ok")


class Openssl:
    """Signs with openssl in every way it knows."""

    def __init__(self, run: Any, pki: Pki, folder: Path) -> None:
        self.run, self.pki, self.folder = run, pki, folder

    def __call__(self, issued: Issued, profile: Path, *flags: str | Path, form: str = "DER") -> bytes:
        out = self.folder / "signed"
        signer = ("-signer", issued.pem, "-inkey", issued.key_file, "-certfile", self.pki.intermediate.pem)
        base = ("cms", "-sign", "-binary", "-nodetach", "-in", profile, "-outform", form, "-out", out)
        self.run(*base, *signer, *flags)
        return out.read_bytes()


@pytest.fixture
def by_openssl(openssl: Any, pki: Pki, tmp_path: Path) -> Openssl:
    return Openssl(openssl, pki, tmp_path)


def judge(pki: Pki, data: bytes, at: dt.datetime | None = None, *roots: Issued) -> Verification:
    trusted = [one.certificate for one in roots or (pki.root,)]
    return verify_bytes(data, trust=store.Trust("our roots", trusted), at=at or pki.now)


def statuses(found: Verification) -> dict[str, str]:
    return {step.step: str(step.status) for step in found.steps}


def sign(issued: Issued, content: bytes, *pool: Issued, options: tuple[PKCS7Options, ...] = ()) -> bytes:
    builder = PKCS7SignatureBuilder().set_data(content)
    builder = builder.add_signer(issued.certificate, issued.key, hashes.SHA256())  # type: ignore[arg-type]
    for one in pool:
        builder = builder.add_certificate(one.certificate)
    return builder.sign(Encoding.DER, [PKCS7Options.Binary, *options])


@pytest.mark.parametrize(
    ("flags", "changed"),
    [
        ((), {}),
        (("-keyid",), {}),
        (("-noattr",), {}),
        (("-stream",), {}),
        (("-md", "sha512"), {}),
        (("-md", "sha224"), {}),
        (("-md", "sha1"), {"digest": "warning"}),
        (("-md", "md5"), {"digest": "failed"}),
        (("-keyopt", "rsa_padding_mode:pss"), {}),
        (("-keyopt", "rsa_padding_mode:pss", "-md", "sha384"), {}),
        (("-nosmimecap",), {}),
    ],
)
def test_every_way_openssl_signs_is_read(
    pki: Pki,
    rsa_signer: Issued,
    profile: Path,
    by_openssl: Openssl,
    flags: tuple[str, ...],
    changed: dict[str, str],
) -> None:
    data = by_openssl(rsa_signer, profile, *flags)
    assert statuses(judge(pki, data)) == OK | changed
    signed = cms.read(data)
    assert isinstance(signed, cms.SignedData)
    assert signed.content == profile.read_bytes()
    assert signed.wrapper == ("ber" if "-stream" in flags else "der")


@pytest.mark.parametrize("kind", ["p256", "p384", "p521", "rsa3072"])
def test_every_kind_of_key_verifies(pki: Pki, profile: Path, by_openssl: Openssl, kind: str) -> None:
    assert statuses(judge(pki, by_openssl(pki.issue("Kind", kind=kind), profile))) == OK


@pytest.mark.parametrize(("form", "message"), [("PEM", "PEM"), ("SMIME", "S/MIME")])
def test_text_wrappers_are_a_warning(
    pki: Pki, rsa_signer: Issued, profile: Path, by_openssl: Openssl, form: str, message: str
) -> None:
    found = judge(pki, by_openssl(rsa_signer, profile, form=form))
    assert statuses(found) == OK | {"envelope": "warning"}
    assert found.step("envelope").message == (
        f"wrapped as {message} text, which a phone cannot open: sign it again to get plain DER"
    )


def test_a_detached_signature_fails(pki: Pki, signer: Issued, profile: Path) -> None:
    found = judge(pki, sign(signer, profile.read_bytes(), options=(PKCS7Options.DetachedSignature,)))
    assert statuses(found)["envelope"] == "failed"
    assert statuses(found)["digest"] == "skipped"
    assert found.step("envelope").message == (
        "the signature is detached: a phone finds no profile in the file"
    )
    assert not found.valid


def test_a_detached_s_mime_message_fails(pki: Pki, rsa_signer: Issued, profile: Path, openssl: Any) -> None:
    flags = ("-signer", rsa_signer.pem, "-inkey", rsa_signer.key_file, "-in", profile)
    found = judge(pki, openssl("smime", "-sign", "-binary", *flags))
    assert statuses(found)["envelope"] == "failed"


def test_several_signers_are_a_warning(
    pki: Pki, signer: Issued, rsa_signer: Issued, profile: Path, by_openssl: Openssl
) -> None:
    data = by_openssl(rsa_signer, profile, "-signer", signer.pem, "-inkey", signer.key_file)
    found = judge(pki, data)
    assert statuses(found) == OK | {"signer certificate": "warning"}
    assert (
        "2 signers, and a phone compares only one of them on updates"
        in found.step("signer certificate").message
    )
    assert len(found.signatures) == 2


def test_one_bad_signer_of_two_fails(pki: Pki, signer: Issued, profile: Path, by_openssl: Openssl) -> None:
    stranger = pki.issue("Stranger", kind="rsa2048", issuer=pki.issue("Other Root", issuer=None, ca=True))
    data = by_openssl(stranger, profile, "-signer", signer.pem, "-inkey", signer.key_file)
    assert statuses(judge(pki, data)) == OK | {
        "signer certificate": "warning",
        "chain": "failed",
        "trust": "failed",
    }


def test_trailing_bytes_and_nesting_are_warnings(pki: Pki, signer: Issued, profile: Path) -> None:
    data = sign(signer, profile.read_bytes(), pki.intermediate)
    trailing = judge(pki, data + b"\n\n")
    assert statuses(trailing) == OK | {"envelope": "warning"}
    assert trailing.step("envelope").message == "followed by 2 bytes that nobody signed"
    nested = judge(pki, sign(signer, data, pki.intermediate))
    assert statuses(nested) == OK | {"envelope": "warning"}
    assert nested.step("envelope").message == (
        "the content is itself a signed file, which a phone may not open"
    )


def test_a_file_without_the_signers_certificate_fails(
    pki: Pki, rsa_signer: Issued, profile: Path, by_openssl: Openssl
) -> None:
    found = judge(pki, by_openssl(rsa_signer, profile, "-nocerts"))
    assert statuses(found) == OK | {
        "signature": "skipped",
        "signer certificate": "failed",
        "chain": "skipped",
        "trust": "skipped",
        "time": "skipped",
    }
    assert found.step("signer certificate").message == (
        "the signer's certificate is not in the file: a phone cannot tell who signed"
    )


def test_a_changed_profile_fails_in_the_digest(pki: Pki, signer: Issued, profile: Path) -> None:
    data = sign(signer, profile.read_bytes(), pki.intermediate).replace(b"anna@", b"eve_@")
    found = judge(pki, data)
    assert statuses(found) == OK | {"digest": "failed"}
    assert found.step("digest").message == (
        "the content was changed after it was signed: a phone refuses the profile"
    )


def test_a_changed_profile_without_attributes_fails_in_the_signature(
    pki: Pki, signer: Issued, profile: Path
) -> None:
    data = sign(signer, profile.read_bytes(), pki.intermediate, options=(PKCS7Options.NoAttributes,))
    assert statuses(judge(pki, data)) == OK
    assert statuses(judge(pki, data.replace(b"anna@", b"eve_@"))) == OK | {"signature": "failed"}


def test_a_changed_signature_fails(pki: Pki, rsa_signer: Issued, profile: Path) -> None:
    data = sign(rsa_signer, profile.read_bytes(), pki.intermediate)
    found = judge(pki, data[:-1] + bytes([data[-1] ^ 1]))
    assert statuses(found) == OK | {"signature": "failed"}


def test_a_missing_intermediate_is_named_with_its_address(pki: Pki, profile: Path) -> None:
    lonely = pki.issue("Lonely", address="http://ca.example.com/intermediate.cer")
    found = judge(pki, sign(lonely, profile.read_bytes()))
    assert statuses(found) == OK | {"chain": "failed", "trust": "failed"}
    assert found.step("chain").message == (
        "the issuer CN=Example Intermediate,O=Example is neither in the file nor a trusted root:"
        " phones that do not have it show Not Verified;"
        " an intermediate: fetch it from http://ca.example.com/intermediate.cer and sign again with --chain;"
        " a root of your own: name it with --trust"
    )


def test_a_trusted_intermediate_completes_the_chain(pki: Pki, signer: Issued, profile: Path) -> None:
    assert statuses(judge(pki, sign(signer, profile.read_bytes()), None, pki.intermediate)) == OK


def test_an_unknown_root_fails_in_trust_alone(pki: Pki, signer: Issued, profile: Path) -> None:
    other = pki.issue("Other Root", issuer=None, ca=True)
    chains = {
        (
            pki.intermediate,
        ): "Anna Example < Example Intermediate, which CN=Example Root,O=Example has issued",
        (pki.intermediate, pki.root): "complete: Anna Example < Example Intermediate",
    }
    for pool, chain in chains.items():
        found = judge(pki, sign(signer, profile.read_bytes(), *pool), None, other)
        assert found.step("chain").message == chain
        assert statuses(found) == OK | {"trust": "failed"}
        assert found.step("trust").message == (
            "not trusted by our roots: CN=Example Root,O=Example is not among them;"
            " a phone shows Not Verified unless it has that root"
        )


def test_a_self_signed_signer_is_trusted_only_by_name(pki: Pki, profile: Path) -> None:
    own = pki.issue("Home made", issuer=None)
    data = sign(own, profile.read_bytes())
    assert statuses(judge(pki, data)) == OK | {"trust": "failed"}
    assert statuses(judge(pki, data, None, own)) == OK


def test_a_signer_of_x509_version_1_is_accepted(
    pki: Pki, profile: Path, openssl: Any, tmp_path: Path
) -> None:
    request, leaf = tmp_path / "leaf.csr", tmp_path / "leaf.pem"
    key = pki.issue("Key", kind="rsa2048").key_file
    openssl("req", "-new", "-key", key, "-subj", "/CN=Version 1", "-out", request)
    above = ("-CA", pki.intermediate.pem, "-CAkey", pki.intermediate.key_file, "-CAcreateserial")
    openssl("x509", "-req", "-in", request, *above, "-days", "400", "-out", leaf)
    certificate = x509.load_pem_x509_certificate(leaf.read_bytes())
    assert certificate.version is x509.Version.v1
    builder = PKCS7SignatureBuilder().set_data(profile.read_bytes())
    builder = builder.add_signer(certificate, pki.key("rsa2048"), hashes.SHA256())  # type: ignore[arg-type]
    data = builder.add_certificate(pki.intermediate.certificate).sign(Encoding.DER, [PKCS7Options.Binary])
    now = dt.datetime.now(dt.UTC)
    assert statuses(judge(pki, data, now)) == OK
    other = pki.issue("Other Root", issuer=None, ca=True)
    assert statuses(judge(pki, data, now, other)) == OK | {"trust": "failed"}


def test_sha_1_in_the_chain_is_named_and_not_trusted(
    pki: Pki, profile: Path, openssl: Any, tmp_path: Path
) -> None:
    root = pki.issue("RSA Root", kind="rsa2048", issuer=None, ca=True)
    request, leaf, extensions = tmp_path / "leaf.csr", tmp_path / "leaf.pem", tmp_path / "extensions"
    extensions.write_text("basicConstraints=CA:false\n", encoding="ascii")
    key = pki.issue("Key", kind="rsa3072").key_file
    openssl("req", "-new", "-key", key, "-subj", "/CN=Old", "-out", request)
    above = ("-CA", root.pem, "-CAkey", root.key_file, "-CAcreateserial", "-sha1", "-extfile", extensions)
    openssl("x509", "-req", "-in", request, *above, "-days", "400", "-out", leaf)
    flags = ("-in", profile, "-signer", leaf, "-inkey", key)
    data = openssl("cms", "-sign", "-binary", "-nodetach", "-outform", "DER", *flags)
    found = judge(pki, data, dt.datetime.now(dt.UTC), root)
    assert statuses(found) == OK | {"signer certificate": "warning", "trust": "failed"}
    assert found.step("signer certificate").message == (
        "signed by Old (RSA 3072), but its issuer signed it with SHA-1: newer systems may refuse it"
    )
    assert found.step("trust").message == (
        "not trusted by our roots: Forbidden signature algorithm;"
        " a phone shows Not Verified unless it has that root"
    )


def test_a_signer_is_no_authority(pki: Pki, signer: Issued, profile: Path) -> None:
    forged = pki.issue("Forged", kind="p384", issuer=signer)
    found = judge(pki, sign(forged, profile.read_bytes(), signer, pki.intermediate))
    assert statuses(found) == OK | {"trust": "failed"}


def apple(name: str) -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(name), b"\x05\x00")


def test_only_apples_critical_extensions_are_accepted(pki: Pki, profile: Path) -> None:
    developer = pki.issue("Developer", extensions=((apple("1.2.840.113635.100.6.1.14"), True),))
    assert statuses(judge(pki, sign(developer, profile.read_bytes(), pki.intermediate))) == OK
    unknown = pki.issue("Unknown", extensions=((apple("1.3.6.1.4.1.55555.1"), True),))
    assert statuses(judge(pki, sign(unknown, profile.read_bytes(), pki.intermediate))) == OK | {
        "trust": "failed"
    }


@pytest.mark.parametrize("purpose", ["SERVER_AUTH", "EMAIL_PROTECTION", "CODE_SIGNING"])
def test_certificates_for_any_purpose_are_accepted(pki: Pki, profile: Path, purpose: str) -> None:
    usage = x509.ExtendedKeyUsage([getattr(ExtendedKeyUsageOID, purpose)])
    issued = pki.issue("Purpose", extensions=((usage, True),))
    assert statuses(judge(pki, sign(issued, profile.read_bytes(), pki.intermediate))) == OK


def test_weak_keys_and_wrong_usage_are_warnings(pki: Pki, profile: Path) -> None:
    weak = judge(pki, sign(pki.issue("Weak", kind="rsa1024"), profile.read_bytes(), pki.intermediate))
    assert statuses(weak) == OK | {"signer certificate": "warning"}
    assert weak.step("signer certificate").message == (
        "signed by Weak (RSA 1024), but its key (RSA 1024) is shorter than 2048 bits: newer systems may refuse it"
    )
    usage = judge(pki, sign(pki.issue("Usage", usage=False), profile.read_bytes(), pki.intermediate))
    assert usage.step("signer certificate").message == (
        "signed by Usage (EC secp256r1), but its key usage lacks digitalSignature: newer systems may refuse it"
    )


def test_expired_now_is_told_from_never_valid(pki: Pki, profile: Path) -> None:
    issued = pki.issue("Short", days=90)
    data = sign(issued, profile.read_bytes(), pki.intermediate)
    later = pki.now + dt.timedelta(days=200)
    found = judge(pki, data, later)
    assert statuses(found) == OK | {"time": "failed"}
    assert found.signatures[0].valid_when_signed is True
    assert ", but was valid when it signed, by its own clock on 2" in found.step("time").message
    assert statuses(judge(pki, data, pki.now + dt.timedelta(days=50))) == OK
    assert statuses(judge(pki, data, pki.now + dt.timedelta(days=60))) == OK | {"time": "warning"}
    assert statuses(judge(pki, data, pki.now - dt.timedelta(days=60))) == OK | {"time": "failed"}


def test_a_signer_that_had_expired_before_it_signed_is_said_so(pki: Pki, profile: Path) -> None:
    issued = pki.issue("Late", start=pki.now - dt.timedelta(days=300), days=100)
    inner = sign(issued, profile.read_bytes(), pki.intermediate)
    found = judge(pki, inner)
    assert found.signatures[0].valid_when_signed is False
    assert ", and was not valid when it signed, by its own clock on 2" in found.step("time").message


def test_an_expired_intermediate_fails_in_time(pki: Pki, profile: Path) -> None:
    between = pki.issue("Old Intermediate", issuer=pki.root, ca=True, days=30)
    data = sign(pki.issue("Young", issuer=between), profile.read_bytes(), between)
    found = judge(pki, data, pki.now + dt.timedelta(days=60))
    assert statuses(found) == OK | {"time": "failed"}
    assert found.step("time").message.startswith("the intermediate Old Intermediate is not valid after 2")


def test_an_expired_root_fails_in_time(pki: Pki, profile: Path) -> None:
    root = pki.issue("Old Root", issuer=None, ca=True, days=30)
    data = sign(pki.issue("Young", issuer=root), profile.read_bytes())
    trusted = store.Trust("old roots", [root.certificate])
    found = verify_bytes(data, trust=trusted, at=pki.now + dt.timedelta(days=60))
    assert statuses(found) == OK | {"time": "failed"}
    end = (pki.now + dt.timedelta(days=29)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert found.step("time").message == f"the root Old Root is not valid after {end}"
    assert statuses(verify_bytes(data, trust=trusted, at=pki.now)) == OK


def test_an_intermediate_that_is_too_new_fails_in_time(pki: Pki, profile: Path) -> None:
    begin = pki.now + dt.timedelta(days=5)
    between = pki.issue("New Intermediate", issuer=pki.root, ca=True, start=begin)
    data = sign(pki.issue("Young", issuer=between), profile.read_bytes(), between)
    assert judge(pki, data).step("time").message == (
        f"the intermediate New Intermediate is not valid before {begin.strftime('%Y-%m-%dT%H:%M:%SZ')}"
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<?xml version='1.0'?>", "not signed: a phone shows the profile as Not Signed"),
        (b"", "not signed: a phone shows the profile as Not Signed"),
        (
            b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
            "not readable as CMS: ends in the middle of an element (at byte 13): a phone cannot open it",
        ),
    ],
)
def test_what_is_no_signed_file_fails_at_once(pki: Pki, data: bytes, message: str) -> None:
    found = judge(pki, data)
    assert found.step("envelope").message == message
    assert [str(step.status) for step in found.steps] == ["failed"] + ["skipped"] * 6
