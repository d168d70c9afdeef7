"""The root certificates a device trusts: the system's, those given on the command line, those inside the profile."""

from __future__ import annotations

import ssl
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from profiler.errors import ProfilerError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography import x509

_BUNDLES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
_BEGIN, _END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"


@dataclass(frozen=True)
class Anchors:
    """Trusted certificates: `public` ones come with the system, `private` ones are given or carried in the profile."""

    public: tuple[x509.Certificate, ...] = ()
    private: tuple[x509.Certificate, ...] = ()


def anchors(*, given: Path | None = None, carried: Iterable[bytes] = ()) -> Anchors:
    """Gather what is trusted.

    `given` is a PEM file, `carried` the data of certificate payloads (PEM or DER). Raises ProfilerError when the file
    cannot be read or holds no certificate; a certificate in the profile that cannot be read is no anchor.
    """
    private: list[x509.Certificate] = []
    if given is not None:
        try:
            data = given.read_bytes()
        except OSError as error:
            raise ProfilerError(f"cannot read {given}: {error.strerror}") from None
        private = certificates(data)
        if not private:
            raise ProfilerError(
                f"{given} holds no certificate", hint="--ca takes a PEM file with CERTIFICATE blocks"
            )
    for data in carried:
        private += certificates(data)
    return Anchors(system_roots(), tuple(private))


def certificates(data: bytes) -> list[x509.Certificate]:
    """Read every certificate in PEM or DER data; one that cannot be read is left out."""
    from cryptography import x509  # noqa: PLC0415 - only a check that met a certificate needs it

    blocks = [part.partition(_END)[0] for part in data.split(_BEGIN)[1:]]
    ders = (
        [ssl.PEM_cert_to_DER_cert(_pem(block)) for block in blocks if _is_base64(block)] if blocks else [data]
    )
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # old public roots have serial numbers that today's rules forbid
        for der in ders:
            try:
                found.append(x509.load_der_x509_certificate(der))
            except ValueError:
                continue
    return found


@cache
def system_roots() -> tuple[x509.Certificate, ...]:
    """Root certificates of this computer. The ones of a device are Apple's, nearly the same for public servers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    loaded = context.get_ca_certs(binary_form=True)
    if loaded:
        return tuple(certificate for der in loaded for certificate in certificates(der))
    paths = (ssl.get_default_verify_paths().cafile, *_BUNDLES)
    bundle = next((Path(path) for path in paths if path and Path(path).is_file()), None)
    return tuple(certificates(bundle.read_bytes())) if bundle else ()


def _pem(block: bytes) -> str:
    return (_BEGIN + b"\n" + block.strip() + b"\n" + _END + b"\n").decode("ascii")


def _is_base64(block: bytes) -> bool:
    import base64  # noqa: PLC0415
    import binascii  # noqa: PLC0415

    try:
        base64.b64decode(b"".join(block.split()), validate=True)
    except binascii.Error:
        return False
    return True
