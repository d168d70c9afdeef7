"""The certificates a profile carries, read once per run; cryptography is imported only when there are any.

Payloads: https://developer.apple.com/documentation/devicemanagement/certificateroot, certificatepkcs1, certificatepem and
certificatepkcs12.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from cryptography import x509

    from profiler.document.plist import Node
    from profiler.rules.run import Run

PKCS12 = "com.apple.security.pkcs12"
AUTHORITY_TYPES = ("com.apple.security.root", "com.apple.security.pkcs1", "com.apple.security.pem")
CERTIFICATE_TYPES = (*AUTHORITY_TYPES, PKCS12)

_SERVER_AUTH = "1.3.6.1.5.5.7.3.1"
_EMAIL_PROTECTION = "1.3.6.1.5.5.7.3.4"
_LONGEST = 1 << 20
# Integers this long (bytes) behind a salt are iteration counts that would take minutes: such files are left alone.
_SLOW = 4
_SALTS = range(1, 65)


class Certificate(NamedTuple):
    """One certificate of a payload, in plain values.

    `starts` and `ends` are aware UTC. `usages` are the dotted numbers of its extended key usages, None without that extension.
    `weak` says what is too weak about it. `identity` says that it came with its private key.
    """

    payload: Node
    name: str
    starts: datetime.datetime
    ends: datetime.datetime
    ca: bool
    self_signed: bool
    dns_names: tuple[str, ...]
    usages: frozenset[str] | None
    weak: tuple[str, ...]
    identity: bool

    @property
    def is_server(self) -> bool:
        """Whether it is for TLS servers, by its usage or a DNS name, and neither a CA nor for S/MIME."""
        if self.ca:
            return False
        if self.usages is not None and _SERVER_AUTH in self.usages:
            return True
        return bool(self.dns_names) and not (self.usages is not None and _EMAIL_PROTECTION in self.usages)

    @property
    def allows_server(self) -> bool:
        """Whether its extended key usage names TLS servers."""
        return self.usages is not None and _SERVER_AUTH in self.usages


_read: weakref.WeakKeyDictionary[Run, tuple[Certificate, ...]] = weakref.WeakKeyDictionary()


def certificates(run: Run) -> tuple[Certificate, ...]:
    """The certificates of all certificate payloads that can be read, in order; of PKCS #12 those that open."""
    if run not in _read:
        payloads = run.payloads_of(*CERTIFICATE_TYPES)
        _read[run] = tuple(one for payload in payloads for one in _of_payload(payload))
    return _read[run]


def opens_without_password(data: bytes) -> bool:
    """Whether a PKCS #12 file gives its private key to anybody."""
    opened = _open(data, None) or _open(data, b"")
    return opened is not None and opened[0]


def _of_payload(payload: Node) -> Iterator[Certificate]:
    from profiler.trust import certificate, pem  # noqa: PLC0415 - imports cryptography

    data = payload.data("PayloadContent")
    if not data or len(data) > _LONGEST:
        return
    found: list[x509.Certificate | None]
    identity = payload.string("PayloadType") == PKCS12
    if identity:
        password = payload.string("Password")
        opened = _open(data, password.encode()) if password else _open(data, None) or _open(data, b"")
        found = [opened[1] if opened is not None else None]
    else:
        found = [certificate.load(one) for one in (pem.split_certificates(data) or [data])]
    for one in found:
        if one is not None:
            yield _plain(one, payload, identity=identity)


def _open(data: bytes, password: bytes | None) -> tuple[bool, x509.Certificate | None] | None:
    """Whether a PKCS #12 file holds a key, and its certificate; None when the password does not open it."""
    import warnings  # noqa: PLC0415

    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: PLC0415

    from profiler.trust import certificate  # noqa: PLC0415

    if _is_slow(data):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            key, found, _ = pkcs12.load_key_and_certificates(data, password)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            return None
    return key is not None, certificate.load(certificate.der(found)) if found is not None else None


def _is_slow(data: bytes) -> bool:
    """Whether an iteration count (an INTEGER behind the OCTET STRING of a salt, RFC 7292) has four bytes or more."""
    for length in range(_SLOW, 9):
        place = data.find(bytes((2, length)))
        while place >= 0:
            if any(
                data[max(0, place - salt - 2) : max(0, place - salt)] == bytes((4, salt)) for salt in _SALTS
            ):
                return True
            place = data.find(bytes((2, length)), place + 1)
    return False


def _plain(one: x509.Certificate, payload: Node, *, identity: bool) -> Certificate:
    from cryptography import x509  # noqa: PLC0415

    from profiler.trust import certificate  # noqa: PLC0415

    extensions = {extension.oid: extension.value for extension in one.extensions}
    usage = extensions.get(x509.ExtendedKeyUsage.oid)
    names = extensions.get(x509.SubjectAlternativeName.oid)
    basic = extensions.get(x509.BasicConstraints.oid)
    self_signed = certificate.is_self_signed(one)
    # Roots of before 1999 have no extensions at all.
    ca = basic.ca if isinstance(basic, x509.BasicConstraints) else self_signed and not extensions
    return Certificate(
        payload,
        certificate.short_name(one),
        one.not_valid_before_utc,
        one.not_valid_after_utc,
        ca,
        self_signed,
        tuple(names.get_values_for_type(x509.DNSName))
        if isinstance(names, x509.SubjectAlternativeName)
        else (),
        frozenset(item.dotted_string for item in usage) if isinstance(usage, x509.ExtendedKeyUsage) else None,
        tuple(certificate.weaknesses(one)),
        identity,
    )
