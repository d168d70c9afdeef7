"""Certificates and trust: what is said, and what must not be."""

from __future__ import annotations

import base64
import datetime
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from profiler.model.account import CALDAV
from profiler.rules.security import example_certificates as made

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes

    from tests.rules.conftest import Bench

PREFIXES = ("sec-",)
ROOT = "com.apple.security.root"
PKCS1 = "com.apple.security.pkcs1"
PEM = "com.apple.security.pem"
PKCS12 = "com.apple.security.pkcs12"
TRANSPARENCY = "com.apple.security.certificatetransparency"
RESTRICTIONS = "com.apple.applicationaccess"
START = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)
SERVER = ExtendedKeyUsageOID.SERVER_AUTH
CLIENT = ExtendedKeyUsageOID.CLIENT_AUTH
MAIL = ExtendedKeyUsageOID.EMAIL_PROTECTION


def certificate(
    *,
    dns: str = "",
    mail: str = "",
    usages: tuple[x509.ObjectIdentifier, ...] = (),
    ca: bool = False,
    self_signed: bool = False,
    days: int = 300,
    start: datetime.datetime = START,
    key: CertificateIssuerPrivateKeyTypes | None = None,
) -> x509.Certificate:
    own = key or ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    other = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "issuer")])
    builder = x509.CertificateBuilder(
        issuer_name=name if self_signed else other,
        subject_name=name,
        public_key=own.public_key(),
        serial_number=1,
        not_valid_before=start,
        not_valid_after=start + datetime.timedelta(days=days),
    ).add_extension(x509.BasicConstraints(ca, None), critical=True)
    names: list[x509.GeneralName] = [x509.DNSName(dns)] if dns else []
    names += [x509.RFC822Name(mail)] if mail else []
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    return builder.sign(own if self_signed else ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())


def der(one: x509.Certificate) -> bytes:
    return one.public_bytes(serialization.Encoding.DER)


def ids(bench: Bench, one: x509.Certificate, kind: str = PKCS1) -> list[str]:
    return bench.ids(bench.payload(kind, PayloadContent=der(one)))


def test_a_root_is_told_by_what_it_is_not_by_its_payload(bench: Bench) -> None:
    root, issuing = base64.b64decode(made.ROOT), base64.b64decode(made.ISSUING)
    message = "Installs the root certificate 'Example Root CA', which devices then may trust for every site"
    assert bench.lint(bench.payload(PKCS1, PayloadContent=root)) == [("sec-root-ca", "warning", message)]
    assert bench.lint(bench.payload(ROOT, PayloadContent=issuing)) == []
    assert bench.lint(bench.payload(ROOT, PayloadContent=b"no certificate")) == []


def test_every_certificate_of_a_pem_file_counts(bench: Bench) -> None:
    pem = b"".join(
        x509.load_der_x509_certificate(base64.b64decode(one)).public_bytes(serialization.Encoding.PEM)
        for one in (made.ROOT, made.EXPIRED)
    )
    assert bench.ids(bench.payload(PEM, PayloadContent=pem)) == ["sec-cert-expired", "sec-root-ca"]


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (
            "2014-12-31",
            [
                (
                    "sec-cert-expired",
                    "error",
                    "The certificate 'Example Old CA' is not valid before 2015-01-01",
                )
            ],
        ),
        ("2024-12-31", []),
        (
            "2025-01-02",
            [("sec-cert-expired", "error", "The certificate 'Example Old CA' expired on 2025-01-01")],
        ),
    ],
)
def test_the_dates_of_a_certificate(bench: Bench, now: str, found: list[tuple[str, str, str]]) -> None:
    payload = bench.payload(PKCS1, PayloadContent=base64.b64decode(made.EXPIRED))
    assert bench.lint(payload, now=datetime.datetime.fromisoformat(f"{now}T12:00:00+00:00")) == found


def test_an_identity_is_read_with_the_password_that_stands_beside_it(bench: Bench) -> None:
    payload = bench.payload(PKCS12, PayloadContent=base64.b64decode(made.LOCKED_IDENTITY))
    late = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)
    assert bench.ids(payload, now=late) == []
    assert bench.ids({**payload, "Password": "wrong"}, now=late) == ["sec-p12-password"]
    assert bench.ids({**payload, "Password": "example"}, now=late) == ["sec-cert-expired", "sec-p12-password"]


def test_an_identity_that_would_take_minutes_to_open_is_left_alone(bench: Bench) -> None:
    slow = base64.b64decode(made.OPEN_IDENTITY) + b"\x04\x08saltsalt\x02\x04\x7f\xff\xff\xff"
    assert bench.ids(bench.payload(PKCS12, PayloadContent=slow)) == []
    key = ec.generate_private_key(ec.SECP256R1())
    encryption = (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(100_000)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .build(b"example")
    )
    data = pkcs12.serialize_key_and_certificates(b"x", key, certificate(key=key, days=1), None, encryption)
    assert bench.ids(bench.payload(PKCS12, PayloadContent=data, Password="example")) == [
        "sec-cert-expired",
        "sec-p12-password",
    ]


def test_short_keys_are_weak_and_the_signature_of_a_root_does_not_matter(bench: Bench) -> None:
    weak = bench.payload(PKCS1, PayloadContent=base64.b64decode(made.WEAK))
    message = "The certificate 'Example Weak CA' is too weak: its key (RSA 1024) is shorter than 2048 bits"
    assert bench.lint(weak) == [("sec-cert-weak", "error", message)]
    strong = certificate(ca=True, key=rsa.generate_private_key(65537, 2048))
    assert ids(bench, strong) == []


@pytest.mark.parametrize("self_signed", [True, False])
def test_a_signature_with_sha1_is_weak_except_that_of_a_root(
    bench: Bench, tmp_path: Path, self_signed: bool
) -> None:
    openssl(
        tmp_path, "req -x509 -newkey rsa:2048 -nodes -keyout a.key -out a.pem -subj /CN=a -sha1 -days 99999"
    )
    openssl(tmp_path, "req -new -newkey rsa:2048 -nodes -keyout b.key -out b.csr -subj /CN=b")
    openssl(
        tmp_path, "x509 -req -in b.csr -CA a.pem -CAkey a.key -CAcreateserial -sha1 -days 99999 -out b.pem"
    )
    data = (tmp_path / f"{'a' if self_signed else 'b'}.pem").read_bytes()
    payload = bench.payload(PEM, PayloadContent=data)
    found = [] if self_signed else ["sec-cert-weak"]
    assert bench.ids(payload, select="sec-cert-weak") == found


def openssl(folder: Path, arguments: str) -> None:
    try:
        subprocess.run(["openssl", *arguments.split()], cwd=folder, check=True, capture_output=True)  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("openssl makes no SHA-1 signatures here")


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (certificate(dns="imap.example.com", usages=(SERVER,)), ["sec-leaf-pinned"]),
        (certificate(dns="imap.example.com", usages=(SERVER,), self_signed=True), ["sec-leaf-pinned"]),
        (certificate(dns="imap.example.com"), ["sec-leaf-pinned", "sec-leaf-rules"]),
        (certificate(usages=(SERVER,)), ["sec-leaf-pinned", "sec-leaf-rules"]),
        (certificate(mail="kari@example.com", usages=(MAIL,)), []),
        (certificate(mail="kari@example.com"), []),
        (certificate(dns="host.example.com", mail="kari@example.com", usages=(MAIL, CLIENT)), []),
        (certificate(dns="ca.example.com", usages=(SERVER,), ca=True), []),
        (certificate(ca=True, self_signed=True), ["sec-root-ca"]),
    ],
)
def test_server_certificates_and_those_that_are_none(
    bench: Bench, one: x509.Certificate, found: list[str]
) -> None:
    assert ids(bench, one, ROOT) == found


@pytest.mark.parametrize(
    ("one", "broken"),
    [
        (certificate(dns="a.example.com", usages=(SERVER,), days=825), None),
        (
            certificate(dns="a.example.com", usages=(SERVER,), days=826),
            "is valid for 826 days, and 825 are allowed",
        ),
        (
            certificate(dns="a.example.com", usages=(CLIENT,), days=900),
            "is not meant for servers (no serverAuth), and is valid for 900 days, and 825 are allowed",
        ),
        (certificate(usages=(SERVER,)), "has no DNS name among its alternative names"),
        (
            certificate(
                dns="a.example.com", days=9000, start=datetime.datetime(2019, 6, 1, tzinfo=datetime.UTC)
            ),
            None,
        ),
    ],
)
def test_apples_rules_for_server_certificates(
    bench: Bench, one: x509.Certificate, broken: str | None
) -> None:
    found = bench.lint(bench.payload(PKCS1, PayloadContent=der(one)), select="sec-leaf-rules")
    message = f"Devices refuse the server certificate 'test': it {broken}"
    assert found == ([("sec-leaf-rules", "warning", message)] if broken else [])


@pytest.mark.parametrize(
    ("day", "days"), [("2026-03-14", 398), ("2026-11-23", 200), ("2027-03-15", 100), ("2029-03-15", 47)]
)
def test_how_long_public_certificates_live_at_the_time(bench: Bench, day: str, days: int) -> None:
    payload = bench.payload(PKCS1, PayloadContent=base64.b64decode(made.SERVER))
    now = datetime.datetime.fromisoformat(f"{day}T12:00:00+00:00")
    message = (
        "Installs the certificate of the server imap.example.com itself, which ends on 2027-03-01; "
        f"public ones are renewed after {days} days at most"
    )
    assert bench.lint(payload, now=now, select="sec-leaf-pinned") == [("sec-leaf-pinned", "warning", message)]


@pytest.mark.parametrize("name", ["com", ".com", "co.uk", ".co.uk", ".COM.AU", "de"])
def test_transparency_off_for_a_public_suffix(bench: Bench, name: str) -> None:
    reason = "Apple refuses that form" if name.startswith(".") else "it belongs to no one"
    message = f"Certificate transparency would be off for the public suffix {name.lower()}; {reason}"
    payload = bench.payload(TRANSPARENCY, DisabledForDomains=[name])
    assert bench.lint(payload) == [("sec-ct-broad", "warning", message)]


@pytest.mark.parametrize(
    "name", ["example.com", ".example.com", "uk.example", "local", ".internal", "a.co.uk", ""]
)
def test_transparency_off_for_names_somebody_has(bench: Bench, name: str) -> None:
    assert bench.lint(bench.payload(TRANSPARENCY, DisabledForDomains=[name])) == []


@pytest.mark.parametrize(
    ("host", "ids"),
    [
        ("dav.example.internal", ["sec-untrusted-prompt"]),
        ("server", ["sec-untrusted-prompt"]),
        ("nas.local", ["sec-untrusted-prompt"]),
        ("192.168.1.2", ["sec-untrusted-prompt"]),
        ("fd00::1", ["sec-untrusted-prompt"]),
        ("9.9.9.9", []),
        ("127.0.0.1", []),
        ("999.1", []),
        ("localhost", []),
        ("dav.example.com", []),
        ("", []),
    ],
)
def test_servers_that_no_public_ca_knows(bench: Bench, host: str, ids: list[str]) -> None:
    locked = bench.payload(RESTRICTIONS, allowUntrustedTLSPrompt=False)
    account = bench.payload(CALDAV, CalDAVHostName=host)
    assert bench.ids(account, locked) == ids
    assert bench.ids(account, bench.payload(RESTRICTIONS, allowUntrustedTLSPrompt=True)) == []
    ca = bench.payload(PKCS1, PayloadContent=base64.b64decode(made.ISSUING))
    assert bench.ids(account, locked, ca) == []


def test_all_hosts_without_a_ca_are_one_finding(bench: Bench) -> None:
    accounts = [bench.payload(CALDAV, CalDAVHostName=host) for host in ("a.local", "b.local", "a.local")]
    assert bench.lint(*accounts, bench.payload(RESTRICTIONS, allowUntrustedTLSPrompt=False)) == [
        (
            "sec-untrusted-prompt",
            "warning",
            (
                "allowUntrustedTLSPrompt is false and the file has no CA certificate: "
                "a.local, b.local may be refused without a question"
            ),
        )
    ]


def test_cryptography_is_imported_for_certificates_only(bench: Bench) -> None:
    program = textwrap.dedent(
        """
        import sys
        from profiler.document.source import from_bytes
        from profiler.lint.linter import Linter
        Linter().lint(from_bytes(sys.stdin.buffer.read()))
        print(sorted(name for name in sys.modules if name in ("cryptography", "jsonschema", "asyncio")))
        """
    )
    mail = bench.profile(bench.payload("com.apple.mail.managed", IncomingPassword="Sommer-2026"))
    pinned = bench.profile(bench.payload(PKCS1, PayloadContent=base64.b64decode(made.SERVER)))
    for data, modules in ((mail, "[]"), (pinned, "['cryptography']")):
        run = subprocess.run([sys.executable, "-c", program], input=data, capture_output=True, check=True)
        assert run.stdout.decode().strip() == modules
