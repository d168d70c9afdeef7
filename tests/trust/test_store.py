from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from profiler.errors import ProfilerError
from profiler.trust import pem, store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.trust.conftest import Issued, Pki


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """The system's store is opened once per run; each test here opens its own."""
    store.system.cache_clear()
    yield
    store.system.cache_clear()


def test_the_variable_of_openssl_names_the_systems_store(
    pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "bundle.pem"
    damaged = b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"
    bundle.write_bytes(pki.root.pem.read_bytes() + damaged + pki.intermediate.pem.read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    opened = store.trust("system")
    assert opened.roots == (pki.root.certificate, pki.intermediate.certificate)
    assert opened.name == str(bundle)


def test_the_bundle_of_the_distribution_is_found(
    pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    bundle = tmp_path / "ca-certificates.crt"
    bundle.write_bytes(pki.root.pem.read_bytes())
    monkeypatch.setattr(store, "BUNDLES", (str(tmp_path / "gone.pem"), str(bundle)))
    assert store.system().roots == (pki.root.certificate,)
    assert store.system().name == "the system's roots"


def test_a_system_without_roots_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_bytes(b"")
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(store, "BUNDLES", (str(empty),))
    with pytest.raises(ProfilerError) as caught:
        store.system()
    assert caught.value.message == "no trusted roots found on this system"
    assert caught.value.hint == "name a file: --trust roots.pem, or SSL_CERT_FILE=roots.pem"


def test_several_stores_are_joined_by_commas(pki: Pki, signer: Issued) -> None:
    opened = store.trust(f"{pki.root.pem},{pki.intermediate.pem}")
    assert opened.roots == (pki.root.certificate, pki.intermediate.certificate)
    assert opened.name == f"{pki.root.pem} and {pki.intermediate.pem}"
    assert opened.issuer_of(signer.certificate) == pki.intermediate.certificate
    assert store.trust(str(pki.root.pem)).issuer_of(signer.certificate) is None


def test_a_trusted_certificate_of_openssl_is_read(signer: Issued, openssl: Any, tmp_path: Path) -> None:
    path = tmp_path / "trusted.pem"
    openssl("x509", "-in", signer.pem, "-addtrust", "emailProtection", "-out", path)
    assert path.read_bytes().startswith(b"-----BEGIN TRUSTED CERTIFICATE-----")
    assert pem.read_certificates(path) == [signer.certificate]


def test_a_home_that_nobody_has_is_a_file_that_is_not_there() -> None:
    with pytest.raises(ProfilerError) as caught:
        store.from_files([Path("~nobody-here/roots.pem")])
    assert caught.value.message == (
        "~nobody-here/roots.pem: cannot read the certificate: No such file or directory"
    )
