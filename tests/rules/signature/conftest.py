"""Signed and encrypted files made with keys of a small PKI, and what the rules about the wrapping say of them."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from profiler.document.source import from_bytes
from profiler.lint.linter import Linter, Selection
from profiler.model.account import MAIL
from profiler.model.target import parse_all
from profiler.rules import example, load
from profiler.rules.run import Context
from tests.trust.conftest import Issued, Pki, openssl

if TYPE_CHECKING:
    from profiler.lint.diagnostics import FileReport

__all__ = ["openssl"]
ROOT = Path(__file__).parents[3]
GROUP = frozenset(rule.id for rule in load("signature"))


class Found(NamedTuple):
    """A finding without its place."""

    rule: str
    severity: str
    message: str
    hint: str


class Bench:
    """Signs, and lints by all rules; `good` is a mail profile in which they find nothing."""

    def __init__(self, pki: Pki, folder: Path) -> None:
        self.pki, self.folder = pki, folder
        self.good = example.whole("<key>EmailAccountName</key>\n<string>Kari Nordmann</string>", MAIL)
        self.signer = pki.issue("Anna Example")

    def sign(
        self, *signers: Issued, content: bytes | None = None, pool: Any = None, options: Any = ()
    ) -> bytes:
        """A signed file with the intermediate, or with `pool`, in it."""
        builder = PKCS7SignatureBuilder().set_data(self.good if content is None else content)
        for one in signers or (self.signer,):
            builder = builder.add_signer(one.certificate, one.key, hashes.SHA256())  # type: ignore[arg-type]
        for one in [self.pki.intermediate] if pool is None else pool:
            builder = builder.add_certificate(one.certificate)
        return builder.sign(Encoding.DER, [PKCS7Options.Binary, *options])

    def report(self, data: bytes, *, target: str = "", **options: Any) -> FileReport:
        options = {"now": self.pki.now, "trust": str(self.pki.root.pem), **options}
        providers = (ROOT / "sample_profiles/providers/example.toml",)
        context = Context(targets=parse_all(target.split()), provider_files=providers, **options)
        linter = Linter(context, Selection(ignore=frozenset({"doc-sample-value"})))
        return linter.lint(from_bytes(data, "anna.mobileconfig"))

    def found(self, data: bytes, **options: Any) -> list[Found]:
        """Everything found in a file."""
        report = self.report(data, **options)
        assert report.crash == ""
        return [Found(one.rule, one.severity.word, one.message, one.hint) for one in report.diagnostics]

    def of_group(self, data: bytes, **options: Any) -> list[Found]:
        """What the rules about signature and encryption find."""
        return [one for one in self.found(data, **options) if one.rule in GROUP]

    def ids(self, data: bytes, **options: Any) -> list[str]:
        return [one.rule for one in self.of_group(data, **options)]


def as_pem(data: bytes) -> bytes:
    return b"-----BEGIN PKCS7-----\n" + base64.encodebytes(data) + b"-----END PKCS7-----\n"


def as_smime(data: bytes) -> bytes:
    head = b"MIME-Version: 1.0\nContent-Type: application/x-pkcs7-mime; smime-type=signed-data\n"
    return head + b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(data)


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki(tmp_path_factory.mktemp("pki"))


@pytest.fixture
def bench(pki: Pki, tmp_path: Path) -> Bench:
    return Bench(pki, tmp_path)
