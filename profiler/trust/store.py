"""Which roots are believed: those of the operating system, or those of a PEM file."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.x509.verification import Store

from profiler.errors import ProfilerError
from profiler.trust import certificate
from profiler.trust.pem import read_certificates, split_certificates
from profiler.trust.system import BUNDLES, KEYCHAINS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography import x509


class Trust:
    """A set of trusted roots. `name` says where they come from, for messages."""

    def __init__(self, name: str, roots: Iterable[x509.Certificate]) -> None:
        self.name = name
        self.roots = tuple(dict.fromkeys(roots))

    @cached_property
    def by_subject(self) -> dict[x509.Name, list[x509.Certificate]]:
        """The roots by their subject."""
        found: dict[x509.Name, list[x509.Certificate]] = {}
        for root in self.roots:
            found.setdefault(root.subject, []).append(root)
        return found

    @cached_property
    def store(self) -> Store:
        """The roots as cryptography wants them. Raises ValueError when there are none."""
        return Store(list(self.roots))

    def issuer_of(self, one: x509.Certificate) -> x509.Certificate | None:
        """Find the trusted root that issued a certificate."""
        return next(
            (root for root in self.by_subject.get(one.issuer, ()) if certificate.issued(root, one)), None
        )


def trust(choice: str) -> Trust:
    """Open the store a flag names: `system`, the path of a PEM file, or several of these between commas.

    Raises ProfilerError.
    """
    parts = [choice] if Path(choice).exists() else choice.split(",")
    stores = [system() if part == "system" else from_files([Path(part)]) for part in parts]
    if len(stores) == 1:
        return stores[0]
    return Trust(" and ".join(one.name for one in stores), [root for one in stores for root in one.roots])


def from_files(paths: Iterable[Path]) -> Trust:
    """Trust the certificates of PEM (or DER) files. Raises ProfilerError."""
    paths = list(paths)
    return Trust(" and ".join(map(str, paths)), [root for path in paths for root in read_certificates(path)])


@lru_cache(maxsize=1)
def system() -> Trust:
    """Trust what the operating system trusts; `SSL_CERT_FILE` wins. Raises ProfilerError if nothing is found.

    Roots that cannot be read are left out one by one: a bundle of a hundred always holds an odd one.
    """
    chosen = os.environ.get("SSL_CERT_FILE")
    if chosen:
        return from_files([Path(chosen)])
    ders = _windows() if sys.platform == "win32" else _macos() if sys.platform == "darwin" else []
    ders = ders or _bundle()
    roots = [root for root in map(certificate.load, ders) if root is not None]
    if not roots:
        raise ProfilerError(
            "no trusted roots found on this system",
            hint="name a file: --trust roots.pem, or SSL_CERT_FILE=roots.pem",
        )
    return Trust("the system's roots", roots)


def _bundle() -> list[bytes]:
    openssl = ssl.get_default_verify_paths().openssl_cafile
    for candidate in (*BUNDLES, openssl):
        try:
            data = Path(candidate).read_bytes()
        except OSError:
            continue
        return split_certificates(data)
    return []


def _macos() -> list[bytes]:
    command = ["/usr/bin/security", "find-certificate", "-a", "-p", *KEYCHAINS]
    try:
        return split_certificates(subprocess.run(command, capture_output=True, check=True).stdout)
    except (OSError, subprocess.CalledProcessError):
        return []


def _windows() -> list[bytes]:
    if sys.platform != "win32":
        return []
    return [data for data, encoding, _ in ssl.enum_certificates("ROOT") if encoding == "x509_asn"]
