from __future__ import annotations

import base64
import datetime as dt
import subprocess
import sys

import pytest
from asn1crypto import cms as oracle
from asn1crypto import core, x509
from cryptography import x509 as library
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from cryptography.x509.oid import NameOID

from profiler.document import cms, tlv

CONTENT = b"<plist version='1.0'><dict/></plist>"


def certificate(key: ec.EllipticCurvePrivateKey, serial: int) -> library.Certificate:
    name = library.Name([library.NameAttribute(NameOID.COMMON_NAME, "Example")])
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    identifier = library.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        library.CertificateBuilder(name, name, key.public_key(), serial, start, start.replace(year=2036))
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )


@pytest.fixture(scope="module")
def key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="module")
def leaf(key: ec.EllipticCurvePrivateKey) -> bytes:
    return certificate(key, 7).public_bytes(Encoding.DER)


@pytest.fixture(scope="module")
def signed(key: ec.EllipticCurvePrivateKey, leaf: bytes) -> bytes:
    builder = PKCS7SignatureBuilder().set_data(CONTENT)
    builder = builder.add_signer(library.load_der_x509_certificate(leaf), key, hashes.SHA256())
    builder = builder.add_certificate(certificate(key, 8)).add_certificate(certificate(key, 9))
    return builder.sign(Encoding.DER, [PKCS7Options.Binary])


def read(data: bytes) -> cms.SignedData:
    found = cms.read(data)
    assert isinstance(found, cms.SignedData)
    return found


def indefinite(data: bytes) -> bytes:
    """Write a structure again with every length open and every byte string in parts."""
    element = tlv.Reader(data).element(0, len(data))

    def walk(one: tlv.Element) -> bytes:
        if one.tag & 0x20:
            return bytes((one.tag, 0x80)) + b"".join(map(walk, one.children)) + b"\0\0"
        if one.tag == tlv.OCTET_STRING and len(one.value) > 4:
            half = len(one.value) // 2
            parts = tlv.encode(4, one.value[:half]), tlv.encode(4, one.value[half:])
            return b"\x24\x80" + b"".join(parts) + b"\0\0"
        return tlv.encode(one.tag, one.value)

    return walk(element)


def test_der_is_read_as_asn1crypto_reads_it(signed: bytes, leaf: bytes) -> None:
    ours = read(signed)
    theirs = oracle.ContentInfo.load(signed, strict=True)["content"]
    (info,) = theirs["signer_infos"]
    assert ours.content == CONTENT == theirs["encap_content_info"]["content"].native
    assert ours.content_type == cms.DATA
    assert ours.certificates == tuple(one.chosen.dump() for one in theirs["certificates"])
    assert (ours.wrapper, ours.trailing) == ("der", 0)
    (signer,) = ours.signers
    sid = info["sid"].chosen
    assert signer.sid == cms.Identifier(sid["issuer"].dump(), 7, None)
    assert signer.digest == info["digest_algorithm"]["algorithm"].dotted
    assert signer.signature_algorithm == info["signature_algorithm"]["algorithm"].dotted
    assert signer.signature == info["signature"].native
    assert signer.attributes == {
        one["type"].dotted: tuple(value.dump() for value in one["values"]) for one in info["signed_attrs"]
    }
    assert cms.signer_certificate(ours) == leaf


def test_ber_gives_the_same_as_der(signed: bytes, leaf: bytes) -> None:
    ours, ber = read(signed), read(indefinite(signed))
    assert ber == ours._replace(wrapper="ber")
    assert cms.signer_certificate(ber) == leaf


def test_wrappers_and_trailing_bytes_are_reported(signed: bytes) -> None:
    ours = read(signed)
    text = base64.encodebytes(signed)
    for kind in (b"PKCS7", b"CMS", b"PKCS #7 SIGNED DATA"):
        pem = b"\n-----BEGIN %b-----\n%b-----END %b-----\n" % (kind, text, kind)
        assert read(pem) == ours._replace(wrapper="pem")
    head = b"MIME-Version: 1.0\r\nContent-Type: application/x-pkcs7-mime\r\n"
    assert read(head + b"Content-Transfer-Encoding: base64\r\n\r\n" + text) == ours._replace(wrapper="smime")
    assert read(head + b"\r\n" + signed) == ours._replace(wrapper="smime")
    assert read(signed + b"\0junk") == ours._replace(trailing=5)


def test_a_detached_signature_has_no_content(key: ec.EllipticCurvePrivateKey, leaf: bytes) -> None:
    builder = PKCS7SignatureBuilder().set_data(CONTENT)
    builder = builder.add_signer(library.load_der_x509_certificate(leaf), key, hashes.SHA256())
    assert read(builder.sign(Encoding.DER, [PKCS7Options.DetachedSignature])).content is None


def test_the_signer_is_found_by_key_identifier_too(signed: bytes, leaf: bytes) -> None:
    ours = read(signed)
    digest = x509.Certificate.load(leaf).key_identifier
    signer = ours.signers[0]._replace(sid=cms.Identifier(b"", 0, digest))
    assert cms.signer_certificate(ours._replace(certificates=(leaf,)), signer) == leaf
    other = signer._replace(sid=cms.Identifier(b"", 0, b"other"))
    assert cms.signer_certificate(ours, other) is None
    assert cms.signer_certificate(ours._replace(certificates=(b"junk", b"\x30\x00", b""))) is None
    assert cms.signer_certificate(ours._replace(signers=())) is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", False),
        (b"0", False),
        (b"0123", False),
        (b"<?xml version='1.0'?>", False),
        (b"bplist00", False),
        (b"-----BEGIN CERTIFICATE-----", False),
        (b"MIME-Version: 1.0\nContent-Type: text/plain\n", False),
        (b"\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", True),
        (b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03", True),
        (b"\x30\x82\x10\x00\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17", True),
        (b"\x30\x82\x10\x00\x02\x01\x03\x30\x82\x10\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", False),
        (b"\xef\xbb\xbf\n-----BEGIN PKCS7-----", True),
        (b"MIME-Version: 1.0\nContent-Type: multipart/signed; boundary=x\n", True),
        (b"To: anna@example.com\nMIME-Version: 1.0\nContent-Type: application/pkcs7-mime\n", True),
    ],
)
def test_looks_like_judges_by_the_first_bytes(data: bytes, expected: bool) -> None:
    assert cms.looks_like(data) is expected


@pytest.mark.parametrize(
    ("data", "message", "offset"),
    [
        (b"", "neither DER, PEM nor S/MIME", 0),
        (b"\x30", "not readable as CMS: ends in the middle of an element", 0),
        (b"\x30\x05\x06", "not readable as CMS: a length of 5 bytes, which is more than there are", 1),
        (b"\x30\x87\0\0\0\0\0\0\0", "not readable as CMS: a length that cannot be read", 1),
        (b"\x30\x02\x1f\x00", "not readable as CMS: a tag number above 30", 2),
        (b"\x30\x02\x04\x80", "not readable as CMS: an indefinite length on a primitive element", 2),
        (b"\x30\x80\x02\x01\x00", "not readable as CMS: ends in the middle of an element", 5),
        (b"\x30\x03\x02\x01\x00", "not readable as CMS: the content type is missing", 2),
        (
            b"\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01",
            "neither signed nor encrypted, but plain data",
            2,
        ),
        (
            b"\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02",
            "not readable as CMS: the content is missing",
            13,
        ),
        (b"-----BEGIN PKCS7-----\nMIAG", "PEM text without its END line, or of a kind that is not CMS", 0),
        (b"-----BEGIN CMS-----\n%%\n-----END CMS-----", "base64 that cannot be decoded: ", 0),
        (b"Content-Type: application/pkcs7-mime\n", "S/MIME headers without a body", 0),
    ],
)
def test_broken_files_say_what_and_where(data: bytes, message: str, offset: int) -> None:
    with pytest.raises(cms.CmsError) as caught:
        cms.read(data)
    assert caught.value.message.startswith(message)
    assert caught.value.offset == offset
    assert str(caught.value) == f"{caught.value.message} (at byte {offset})"


def test_an_attribute_that_is_there_twice_is_refused(signed: bytes) -> None:
    info = oracle.ContentInfo.load(signed)
    attributes = info["content"]["signer_infos"][0]["signed_attrs"]
    attributes.append(attributes[0].copy())
    with pytest.raises(cms.CmsError, match=r"attribute [0-9.]+ is there twice"):
        cms.read(info.dump(force=True))


@pytest.mark.parametrize(
    "dotted", ["1.2.840.113549.1.7.2", "2.5.29.14", "2.999.1", "0.0", "2.16.840.1.101.3.4.2.1"]
)
def test_object_identifiers_are_written_and_read_as_asn1crypto_does(dotted: str) -> None:
    data = tlv.encode_oid(dotted)
    assert data == core.ObjectIdentifier(dotted).dump()
    assert tlv.Reader(data).element(0, len(data)).oid() == dotted


@pytest.mark.parametrize("number", [0, 1, 127, 128, 255, 256, -1, -128, -129, 2**64, -(2**64)])
def test_integers_are_written_and_read_as_asn1crypto_does(number: int) -> None:
    data = tlv.encode_integer(number)
    assert data == core.Integer(number).dump()
    assert tlv.Reader(data).element(0, len(data)).integer() == number


def test_reading_needs_no_cryptography() -> None:
    code = "import sys; import profiler.document.cms; print('cryptography' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "False\n"
