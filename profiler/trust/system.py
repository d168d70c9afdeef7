"""Where operating systems keep the roots they trust; told without the library that reads them."""

from __future__ import annotations

import os
import ssl
import sys
from hashlib import blake2b
from pathlib import Path

# Where distributions keep the bundle (Debian, Fedora and RHEL, SUSE, Alpine and macOS, FreeBSD).
BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/var/lib/ca-certificates/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/usr/local/share/certs/ca-root-nss.crt",
)
KEYCHAINS = (
    "/System/Library/Keychains/SystemRootCertificates.keychain",
    "/Library/Keychains/System.keychain",
)


def state() -> str:
    """A digest of everything that roots are read from: as long as it stays, so do the roots."""
    made = blake2b(digest_size=16)
    if sys.platform == "win32":
        for data, _, _ in ssl.enum_certificates("ROOT"):
            made.update(data)
    chosen = os.environ.get("SSL_CERT_FILE") or ""
    for path in (chosen, *KEYCHAINS, *BUNDLES, ssl.get_default_verify_paths().openssl_cafile):
        try:
            made.update(path.encode() + b"\0" + Path(path).read_bytes())
        except OSError:
            continue
    return made.hexdigest()
