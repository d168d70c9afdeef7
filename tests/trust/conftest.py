"""A small public key infrastructure, made once per session: root, intermediate, and signers on demand."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)

PROFILE = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
\t<key>PayloadContent</key>
\t<array>
\t\t<dict>
\t\t\t<key>EmailAddress</key>
\t\t\t<string>anna@example.com</string>
\t\t\t<key>IncomingPassword</key>
\t\t\t<string>correct horse</string>
\t\t\t<key>PayloadIdentifier</key>
\t\t\t<string>com.example.mail.anna</string>
\t\t\t<key>PayloadType</key>
\t\t\t<string>com.apple.mail.managed</string>
\t\t\t<key>PayloadUUID</key>
\t\t\t<string>5F8A3C1E-0B7D-5E52-9C4B-0A6C2D1E7F01</string>
\t\t\t<key>PayloadVersion</key>
\t\t\t<integer>1</integer>
\t\t</dict>
\t</array>
\t<key>PayloadIdentifier</key>
\t<string>com.example.mail</string>
\t<key>PayloadType</key>
\t<string>Configuration</string>
\t<key>PayloadUUID</key>
\t<string>5F8A3C1E-0B7D-5E52-9C4B-0A6C2D1E7F02</string>
\t<key>PayloadVersion</key>
\t<integer>1</integer>
</dict>
</plist>
"""

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True)
class Issued:
    """A certificate, its key, and both as files."""

    certificate: x509.Certificate
    key: Key
    pem: Path
    key_file: Path

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def key_pem(self, form: PrivateFormat = PrivateFormat.PKCS8, passphrase: bytes = b"") -> bytes:
        protection: KeySerializationEncryption = (
            BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
        )
        return self.key.private_bytes(Encoding.PEM, form, protection)


class Pki:
    """Makes certificates; keys are reused by kind, because RSA keys take long to make."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = NOW
        self.keys: dict[str, Key] = {}
        self.root = self.issue("Example Root", issuer=None, ca=True, days=3650)
        self.intermediate = self.issue("Example Intermediate", issuer=self.root, ca=True, days=1800)

    def key(self, kind: str, owner: str = "") -> Key:
        name = f"{kind} {owner}"
        if name not in self.keys:
            self.keys[name] = self._make(kind)
        return self.keys[name]

    def _make(self, kind: str) -> Key:
        if kind.startswith("rsa"):
            return rsa.generate_private_key(65537, int(kind[3:]))
        if kind == "ed25519":
            return ed25519.Ed25519PrivateKey.generate()
        curves: dict[str, type[ec.EllipticCurve]] = {
            "p256": ec.SECP256R1,
            "p384": ec.SECP384R1,
            "p521": ec.SECP521R1,
            "k256": ec.SECP256K1,
        }
        return ec.generate_private_key(curves[kind]())

    def issue(
        self,
        name: str,
        *,
        kind: str = "p256",
        issuer: Issued | str | None = "intermediate",
        ca: bool = False,
        days: int = 400,
        start: dt.datetime | None = None,
        extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (),
        usage: bool | None = True,
        address: str = "",
    ) -> Issued:
        """Issue a certificate; `issuer` None makes it self-signed, `usage` None leaves the key usage out."""
        above = self.intermediate if isinstance(issuer, str) else issuer
        key = self.key(kind, name if ca else "")
        signing = key if above is None else above.key
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example"),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )
        begin = start or NOW - dt.timedelta(days=1)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if above is None else above.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(begin + dt.timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca, None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        if usage is not None:
            flags: dict[str, Any] = dict.fromkeys(
                (
                    "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
                    "encipher_only", "decipher_only",
                ),
                False,
            )  # fmt: skip
            flags["key_encipherment"] = kind.startswith("rsa")
            purposes = x509.KeyUsage(digital_signature=usage, key_cert_sign=ca, crl_sign=ca, **flags)
            builder = builder.add_extension(purposes, critical=True)
        if address:
            access = x509.AccessDescription(
                AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(address)
            )
            builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        digest = None if isinstance(signing, ed25519.Ed25519PrivateKey) else hashes.SHA256()
        return self._files(builder.sign(signing, digest), key)

    def _files(self, certificate: x509.Certificate, key: Key) -> Issued:
        stem = f"{len(list(self.folder.iterdir())):04}"
        issued = Issued(certificate, key, self.folder / f"{stem}.pem", self.folder / f"{stem}.key")
        issued.pem.write_bytes(certificate.public_bytes(Encoding.PEM))
        issued.key_file.write_bytes(issued.key_pem())
        return issued


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def signer(pki: Pki) -> Issued:
    return pki.issue("Anna Example")


@pytest.fixture(scope="session")
def rsa_signer(pki: Pki) -> Issued:
    return pki.issue("Bert Example", kind="rsa2048")


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    path = tmp_path / "anna.mobileconfig"
    path.write_bytes(PROFILE)
    return path


@pytest.fixture(scope="session")
def openssl() -> Any:
    """Run openssl, the oracle; returns its standard output."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")

    def run(*arguments: str | Path, stdin: bytes = b"") -> bytes:
        done = subprocess.run([program, *map(str, arguments)], input=stdin, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    return run
