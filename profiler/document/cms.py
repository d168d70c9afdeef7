"""What a signed or encrypted file holds (CMS, RFC 5652, and the older PKCS #7), read without cryptography.

DER and BER, bare or wrapped as PEM or S/MIME. Reading says what the file claims; whether the claim is true is
for `profiler.trust.verify`, and what is inside an encrypted one for `profiler.trust.encrypt`.
"""

from __future__ import annotations

import binascii
import re
from functools import lru_cache
from typing import NamedTuple

from profiler.document import tlv
from profiler.document.tlv import Element, Reader, TlvError

DATA = "1.2.840.113549.1.7.1"
SIGNED_DATA = "1.2.840.113549.1.7.2"
ENVELOPED_DATA = "1.2.840.113549.1.7.3"
AUTH_ENVELOPED_DATA = "1.2.840.113549.1.9.16.1.23"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
SUBJECT_KEY_IDENTIFIER = "2.5.29.14"

_KINDS = {
    SIGNED_DATA: "signed",
    ENVELOPED_DATA: "encrypted",
    AUTH_ENVELOPED_DATA: "encrypted",
    DATA: "plain data",
    "1.2.840.113549.1.7.5": "digested",
    "1.2.840.113549.1.7.6": "encrypted with a shared key",
    "1.2.840.113549.1.9.16.1.2": "authenticated",
    "1.2.840.113549.1.9.16.1.9": "compressed",
}
_RSADSI = b"\x2a\x86\x48\x86\xf7\x0d\x01"
_TEXT_START = b" \t\r\n\xef\xbb\xbf"
_PEM = re.compile(rb"-----BEGIN (PKCS7|CMS|PKCS #7 SIGNED DATA)-----(.*?)-----END \1-----", re.DOTALL)
_PEM_START = (b"-----BEGIN PKCS7-----", b"-----BEGIN CMS-----", b"-----BEGIN PKCS #7 SIGNED DATA-----")
_HEADER_LINE = re.compile(rb"[A-Za-z-]{2,40}:[ \t]")
_MIME = re.compile(
    rb"^content-type:\s*(application/(?:x-)?pkcs7-|multipart/signed)", re.IGNORECASE | re.MULTILINE
)
_SIGNATURE_PART = re.compile(
    rb"^content-type:\s*application/(?:x-)?pkcs7-signature", re.IGNORECASE | re.MULTILINE
)
_BASE64 = re.compile(rb"^content-transfer-encoding:\s*base64", re.IGNORECASE | re.MULTILINE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_HEADERS = 4096

_KEY_TRANSPORT = tlv.SEQUENCE
_RECIPIENT_KINDS = {0xA1: "key-agreement", 0xA2: "shared-key", 0xA3: "password", 0xA4: "other"}


class CmsError(ValueError):
    """Bytes that cannot be read as CMS: what is wrong, and where (from 0) in the unwrapped structure."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(f"{message} (at byte {offset})")
        self.message = message
        self.offset = offset


class Identifier(NamedTuple):
    """How a signer or recipient is named: issuer (DER) and serial number, or a subject key identifier."""

    issuer: bytes
    serial: int
    key_identifier: bytes | None


class SignerInfo(NamedTuple):
    """One signature. Algorithms are dotted object identifiers, parameters DER or None when absent.

    `signed_attributes` is the DER of the SET OF that the signature covers (RFC 5652, 5.4), or None when it
    covers the content itself; `attributes` gives the DER of each value by attribute type.
    """

    sid: Identifier
    digest: str
    signature_algorithm: str
    parameters: bytes | None
    signed_attributes: bytes | None
    attributes: dict[str, tuple[bytes, ...]]
    signature: bytes


class SignedData(NamedTuple):
    """A signed file: `content` is None when detached, `certificates` are DER in the file's order.

    `wrapper` is `der`, `ber`, `pem` or `smime`; `trailing` counts the bytes after the structure.
    """

    content: bytes | None
    content_type: str
    certificates: tuple[bytes, ...]
    signers: tuple[SignerInfo, ...]
    wrapper: str
    trailing: int


class Recipient(NamedTuple):
    """One recipient of an encrypted file. Only kind `key-transport` (RSA) has more than `kind`."""

    kind: str
    rid: Identifier | None = None
    algorithm: str = ""
    parameters: bytes | None = None
    encrypted_key: bytes = b""


class EnvelopedData(NamedTuple):
    """An encrypted file. `parameters` is the DER of the cipher's parameters, `iv` the vector or nonce in it.

    `mac` and `authenticated` (the DER of the authenticated attributes, or empty) belong to AuthEnvelopedData
    (RFC 5083) and are None for plain EnvelopedData.
    """

    recipients: tuple[Recipient, ...]
    content_type: str
    cipher: str
    parameters: bytes | None
    iv: bytes
    encrypted: bytes
    mac: bytes | None
    authenticated: bytes | None
    wrapper: str
    trailing: int


def looks_like(data: bytes) -> bool:
    """Whether the file is meant to be CMS, by its first bytes alone; `read` may still find it broken."""
    if data[:1] == b"\x30" and len(data) > 1:
        oid = 2 + (data[1] & 0x7F if data[1] > 0x80 else 0)  # noqa: PLR2004 - a long length
        return data[oid : oid + 1] == b"\x06" and data[oid + 2 : oid + 9] == _RSADSI
    start = data[:_HEADERS].lstrip(_TEXT_START)
    return start.startswith(_PEM_START) or (
        _HEADER_LINE.match(start) is not None and _MIME.search(start) is not None
    )


def read(data: bytes) -> SignedData | EnvelopedData:
    """Read a signed or encrypted file. Raises CmsError, and nothing else, whatever the bytes."""
    bare, wrapper = _unwrap(data)
    try:
        return _content_info(bare, wrapper)
    except TlvError as error:
        raise CmsError(f"not readable as CMS: {error.message}", error.offset) from None


def signer_certificate(signed: SignedData, signer: SignerInfo | None = None) -> bytes | None:
    """Find the certificate of a signer (the first if not given): its DER, or None when the file lacks it."""
    if signer is None:
        if not signed.signers:
            return None
        signer = signed.signers[0]
    return next((der for der in signed.certificates if _names(signer.sid, der)), None)


def _unwrap(data: bytes) -> tuple[bytes, str]:
    if data[:1] == b"\x30":
        return data, ""
    text = data.lstrip(_TEXT_START)
    if text.startswith(b"-----BEGIN "):
        match = _PEM.match(text)
        if match is None:
            raise CmsError("PEM text without its END line, or of a kind that is not CMS")
        return _base64(match[2]), "pem"
    if looks_like(data):
        return _mime_body(text), "smime"
    raise CmsError("neither DER, PEM nor S/MIME")


def _mime_body(text: bytes) -> bytes:
    match = _SIGNATURE_PART.search(text)
    if match is not None:
        text = text[match.start() :]
    blank = _BLANK_LINE.search(text)
    if blank is None:
        raise CmsError("S/MIME headers without a body")
    body = text[blank.end() :]
    if not _BASE64.search(text[: blank.start()]):
        return body
    boundary = body.find(b"\n--")
    return _base64(body if boundary < 0 else body[:boundary])


def _base64(text: bytes) -> bytes:
    try:
        return binascii.a2b_base64(b"".join(text.split()), strict_mode=True)
    except binascii.Error as error:
        raise CmsError(f"base64 that cannot be decoded: {error}") from None


def _content_info(data: bytes, wrapper: str) -> SignedData | EnvelopedData:
    reader = Reader(data)
    top = reader.element(0, len(data)).expect(tlv.SEQUENCE, "a ContentInfo")
    fields = _Fields(top)
    kind = fields.take(tlv.OID, "the content type").oid()
    if kind not in (SIGNED_DATA, ENVELOPED_DATA, AUTH_ENVELOPED_DATA):
        raise CmsError(
            f"neither signed nor encrypted, but {_KINDS.get(kind, 'of type ' + kind)}", top.content
        )
    body = fields.take(0xA0, "the content").only("content").expect(tlv.SEQUENCE, "the content")
    trailing = len(data) - top.end
    if kind == SIGNED_DATA:
        signed = _signed(body, trailing)
        return signed._replace(wrapper=wrapper or ("ber" if reader.ber else "der"))
    enveloped = _enveloped(body, trailing, authenticated=kind == AUTH_ENVELOPED_DATA)
    return enveloped._replace(wrapper=wrapper or ("ber" if reader.ber else "der"))


class _Fields:
    """The children of a SEQUENCE, taken one after another."""

    __slots__ = ("children", "position", "within")

    def __init__(self, within: Element) -> None:
        self.within = within
        self.children = within.children
        self.position = 0

    def take(self, tag: int, what: str) -> Element:
        element = self.optional(tag)
        if element is None:
            at = (
                self.children[self.position].start if self.position < len(self.children) else self.within.stop
            )
            raise TlvError(f"{what} is missing", at)
        return element

    def optional(self, *tags: int) -> Element | None:
        if self.position < len(self.children) and self.children[self.position].tag in tags:
            self.position += 1
            return self.children[self.position - 1]
        return None

    def rest(self) -> list[Element]:
        return self.children[self.position :]


def _signed(body: Element, trailing: int) -> SignedData:
    fields = _Fields(body)
    fields.take(tlv.INTEGER, "the version")
    fields.take(tlv.SET, "the list of digest algorithms")
    inner = _Fields(fields.take(tlv.SEQUENCE, "the signed content"))
    content_type = inner.take(tlv.OID, "the type of the signed content").oid()
    explicit = inner.optional(0xA0)
    content = None if explicit is None else _octet_string(explicit.only("content"))
    certificates = fields.optional(0xA0)
    fields.optional(0xA1)
    signers = fields.take(tlv.SET, "the list of signers")
    return SignedData(
        content=content,
        content_type=content_type,
        certificates=tuple(
            [one.raw() for one in certificates.children if one.tag == tlv.SEQUENCE] if certificates else ()
        ),
        signers=tuple([_signer(one) for one in signers.children]),
        wrapper="",
        trailing=trailing,
    )


def _signer(element: Element) -> SignerInfo:
    fields = _Fields(element.expect(tlv.SEQUENCE, "a signer"))
    fields.take(tlv.INTEGER, "the version of a signer")
    sid = _identifier(fields)
    digest, _ = _algorithm(fields.take(tlv.SEQUENCE, "the digest algorithm"))
    attributes = fields.optional(0xA0)
    algorithm, parameters = _algorithm(fields.take(tlv.SEQUENCE, "the signature algorithm"))
    signature = fields.optional(tlv.OCTET_STRING, 0x24)
    if signature is None:
        raise TlvError("the signature is missing", element.start)
    opened = {} if attributes is None else _attributes(attributes)
    return SignerInfo(
        sid=sid,
        digest=digest,
        signature_algorithm=algorithm,
        parameters=parameters,
        signed_attributes=None if attributes is None else attributes.der(tlv.SET),
        attributes=opened,
        signature=signature.octets(),
    )


def _attributes(element: Element) -> dict[str, tuple[bytes, ...]]:
    found: dict[str, tuple[bytes, ...]] = {}
    for attribute in element.children:
        fields = _Fields(attribute.expect(tlv.SEQUENCE, "an attribute"))
        name = fields.take(tlv.OID, "the type of an attribute").oid()
        if name in found:
            raise TlvError(f"attribute {name} is there twice", attribute.start)
        found[name] = tuple(
            [value.der() for value in fields.take(tlv.SET, "the values of an attribute").children]
        )
    return found


def _identifier(fields: _Fields) -> Identifier:
    by_key = fields.optional(0x80, 0xA0)
    if by_key is not None:
        return Identifier(b"", 0, by_key.octets())
    named = _Fields(fields.take(tlv.SEQUENCE, "issuer and serial number"))
    issuer = named.take(tlv.SEQUENCE, "the issuer").der()
    return Identifier(issuer, named.take(tlv.INTEGER, "the serial number").integer(), None)


def _algorithm(element: Element) -> tuple[str, bytes | None]:
    fields = _Fields(element)
    name = fields.take(tlv.OID, "an algorithm").oid()
    rest = fields.rest()
    return name, rest[0].der() if rest else None


def _octet_string(element: Element) -> bytes:
    if element.tag not in (tlv.OCTET_STRING, 0x24):
        raise TlvError(f"tag 0x{element.tag:02x} instead of a byte string", element.start)
    return element.octets()


def _enveloped(body: Element, trailing: int, *, authenticated: bool) -> EnvelopedData:
    fields = _Fields(body)
    fields.take(tlv.INTEGER, "the version")
    fields.optional(0xA0)
    recipients = fields.take(tlv.SET, "the list of recipients")
    inner = _Fields(fields.take(tlv.SEQUENCE, "the encrypted content"))
    content_type = inner.take(tlv.OID, "the type of the encrypted content").oid()
    cipher, parameters = _algorithm(inner.take(tlv.SEQUENCE, "the cipher"))
    encrypted = inner.optional(0x80, 0xA0)
    if encrypted is None:
        raise TlvError("the encrypted content is missing", body.start)
    attributes = fields.optional(0xA1) if authenticated else None
    return EnvelopedData(
        recipients=tuple([_recipient(one) for one in recipients.children]),
        content_type=content_type,
        cipher=cipher,
        parameters=parameters,
        iv=_iv(parameters),
        encrypted=encrypted.octets(),
        mac=fields.take(tlv.OCTET_STRING, "the authentication code").octets() if authenticated else None,
        authenticated=(attributes.der(tlv.SET) if attributes else b"") if authenticated else None,
        wrapper="",
        trailing=trailing,
    )


def _iv(parameters: bytes | None) -> bytes:
    """Read the byte string that CBC has as its parameters and GCM as the first of them."""
    if parameters is None:
        return b""
    element = Reader(parameters).element(0, len(parameters))
    if element.tag == tlv.SEQUENCE:
        element = next((child for child in element.children if child.tag == tlv.OCTET_STRING), element)
    return element.value if element.tag == tlv.OCTET_STRING else b""


def _recipient(element: Element) -> Recipient:
    if element.tag != _KEY_TRANSPORT:
        return Recipient(_RECIPIENT_KINDS.get(element.tag, "other"))
    fields = _Fields(element)
    fields.take(tlv.INTEGER, "the version of a recipient")
    rid = _identifier(fields)
    algorithm, parameters = _algorithm(fields.take(tlv.SEQUENCE, "the key encryption algorithm"))
    key = fields.take(tlv.OCTET_STRING, "the encrypted key").octets()
    return Recipient("key-transport", rid, algorithm, parameters, key)


def _names(sid: Identifier, certificate: bytes) -> bool:
    """Whether the identifier means this certificate."""
    found = _identifiers(certificate)
    if found is None:
        return False
    if sid.key_identifier is not None:
        return found.key_identifier == sid.key_identifier
    return (found.serial, found.issuer) == (sid.serial, sid.issuer)


@lru_cache(maxsize=256)
def _identifiers(certificate: bytes) -> Identifier | None:
    """Read all names of a certificate; None when it is broken (RFC 5280, 4.1: TBSCertificate, field by field)."""
    try:
        fields = _Fields(Reader(certificate).element(0, len(certificate)).children[0])
        fields.optional(0xA0)
        serial = fields.take(tlv.INTEGER, "the serial number").integer()
        fields.take(tlv.SEQUENCE, "the signature algorithm")
        issuer = fields.take(tlv.SEQUENCE, "the issuer").der()
        return Identifier(issuer, serial, _key_identifier(fields.rest()))
    except (ValueError, IndexError):
        return None


def _key_identifier(fields: list[Element]) -> bytes | None:
    for field in fields:
        if field.tag != 0xA3:  # noqa: PLR2004 - the extensions
            continue
        for extension in field.only("list of extensions").children:
            name, *rest = extension.children
            if name.oid() == SUBJECT_KEY_IDENTIFIER:
                return Reader(rest[-1].value).element(0, len(rest[-1].value)).value
    return None
