"""Commands run as a user runs them, in an empty folder with a scrubbed environment."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def recipient(tmp_path: Path) -> tuple[str, str]:
    """Put the certificate and the key of a device into the test's folder; the flag of `encrypt` that names it."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Device")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=300))
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return "--recipient", "cert.pem"


@pytest.fixture
def profiler(tmp_path: Path) -> Callable[..., Ran]:
    """Run `profiler ARGUMENTS` in the test's folder."""

    def run(*arguments: str | Path, stdin: bytes = b"", **environment: str) -> Ran:
        scrubbed = {
            key: value
            for key, value in os.environ.items()
            if key in ("PATH", "PYTHONPATH", "SYSTEMROOT", "TEMP", "TMP")
        }
        command = [sys.executable, "-m", "profiler", *map(str, arguments)]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env={**scrubbed, **environment},
            input=stdin,
            capture_output=True,
            check=False,
            timeout=60,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run
