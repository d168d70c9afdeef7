"""Real structures, broken in every way: one kind of error, quickly, and nothing changed is ever called valid."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from profiler.document import cms, tlv
from profiler.errors import ProfilerError
from profiler.trust import envelope, integrity, store
from profiler.trust.verification import STEPS
from profiler.trust.verify import verify
from tests import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.trust.conftest import Issued, Pki

CASES = 24_000


@pytest.fixture(scope="session")
def structures(pki: Pki, signer: Issued, rsa_signer: Issued, openssl: Any) -> list[bytes]:
    """DER, BER in parts, no attributes, two signers, PEM, S/MIME, encrypted, encrypted in BER and with a tag."""
    content = b"<plist><dict><key>PayloadType</key><string>Configuration</string></dict></plist>" * 20
    ours = PKCS7SignatureBuilder().set_data(content)
    ours = ours.add_signer(signer.certificate, signer.key, hashes.SHA256())  # type: ignore[arg-type]
    ours = ours.add_certificate(pki.intermediate.certificate)
    by = ("-signer", rsa_signer.pem, "-inkey", rsa_signer.key_file)
    also = ("-signer", signer.pem, "-inkey", signer.key_file)
    sign = ("cms", "-sign", "-binary", "-nodetach", "-outform")
    encrypt = ("cms", "-encrypt", "-binary", "-outform", "DER")
    return [
        ours.sign(Encoding.DER, [PKCS7Options.Binary]),
        ours.sign(Encoding.DER, [PKCS7Options.Binary, PKCS7Options.NoAttributes]),
        openssl(*sign, "DER", "-stream", *by, stdin=content),
        openssl(*sign, "DER", *by, "-keyopt", "rsa_padding_mode:pss", *also, stdin=content),
        openssl(*sign, "PEM", *by, stdin=content),
        openssl(*sign, "SMIME", *by, stdin=content),
        openssl(*encrypt, "-aes256", rsa_signer.pem, stdin=content),
        openssl(*encrypt, "-aes256", "-stream", rsa_signer.pem, stdin=content),
        openssl(*encrypt, "-aes-256-gcm", rsa_signer.pem, stdin=content),
    ]


def byte(data: bytearray, at: int, rng: random.Random) -> None:
    data[at] = rng.randrange(256)


def bit(data: bytearray, at: int, rng: random.Random) -> None:
    data[at] ^= 1 << rng.randrange(8)


def cut(data: bytearray, at: int, _rng: random.Random) -> None:
    del data[at:]


def drop(data: bytearray, at: int, rng: random.Random) -> None:
    del data[at : at + rng.randrange(1, 40)]


def repeat(data: bytearray, at: int, rng: random.Random) -> None:
    data[at:at] = data[at : at + rng.randrange(1, 40)]


def length(data: bytearray, at: int, rng: random.Random) -> None:
    """Put a telling length into a header."""
    data[at] = rng.choice((0x00, 0x01, 0x7F, 0x80, 0x81, 0x82, 0x84, 0x86, 0x89, 0xFF))


def tag(data: bytearray, at: int, rng: random.Random) -> None:
    """Put another tag into a header."""
    data[at] = rng.choice(
        (0x00, 0x02, 0x04, 0x05, 0x06, 0x1F, 0x24, 0x30, 0x31, 0x80, 0xA0, 0xA1, 0xBF, 0xFF)
    )


def swap(data: bytearray, at: int, rng: random.Random) -> None:
    other = rng.randrange(len(data))
    data[at], data[other] = data[other], data[at]


ANYWHERE: tuple[Callable[[bytearray, int, random.Random], None], ...] = (byte, bit, cut, drop, repeat, swap)


def headers(data: bytes) -> list[int]:
    """Offsets of every element of a structure, the ones inside byte strings left out."""
    if data[:1] != b"\x30":
        return []
    found: list[int] = []
    stack = [tlv.Reader(data).element(0, len(data))]
    while stack:
        element = stack.pop()
        found.append(element.start)
        if element.tag & 0x20:
            stack.extend(element.children)
    return found


def mutations(structures: list[bytes]) -> Iterator[tuple[int, bytes]]:
    rng = random.Random(7)  # noqa: S311 - the same cases every time
    places = [headers(data) for data in structures]
    for case in range(CASES):
        index = case % len(structures)
        data = bytearray(structures[index])
        for _ in range(rng.choice((1, 1, 1, 2, 5))):
            if not data:
                break
            if places[index] and rng.random() < 0.5:
                at = rng.choice(places[index])
                if at + 1 < len(data):
                    if rng.random() < 0.5:
                        tag(data, at, rng)
                    else:
                        length(data, at + 1, rng)
            else:
                rng.choice(ANYWHERE)(data, rng.randrange(len(data)), rng)
        yield index, bytes(data)


def test_no_mutation_surprises(pki: Pki, rsa_signer: Issued, structures: list[bytes]) -> None:
    trust = store.Trust("our roots", [pki.root.certificate])
    contents = [getattr(cms.read(data), "content", None) for data in structures]
    outcomes = {"unreadable": 0, "broken": 0, "intact": 0, "locked": 0, "opened": 0}
    slowest = 0.0
    for index, data in mutations(structures):
        started = time.process_time()
        cms.looks_like(data)
        try:
            found = cms.read(data)
        except cms.CmsError:
            outcomes["unreadable"] += 1
            continue
        if isinstance(found, cms.SignedData):
            steps = verify(found, trust=trust, at=pki.now).steps
            assert [step.step for step in steps] == list(STEPS)
            problem = integrity.problem(found)
            outcomes["broken" if problem else "intact"] += 1
            assert problem or found.content == contents[index]
        else:
            try:
                envelope.unseal(found, [rsa_signer.key])  # type: ignore[list-item]
                outcomes["opened"] += 1
            except ProfilerError:
                outcomes["locked"] += 1
        slowest = max(slowest, time.process_time() - started)
    assert sum(outcomes.values()) == CASES
    assert min(outcomes.values()) > 100, outcomes
    assert slowest < clock.limit()


@pytest.mark.parametrize("index", [0, 1, 2, 3])
def test_no_flipped_byte_of_content_attributes_or_signature_is_valid(
    structures: list[bytes], index: int
) -> None:
    data = structures[index]
    signed = cms.read(data)
    assert isinstance(signed, cms.SignedData)
    assert integrity.problem(signed) == ""
    parts = [signed.content or b""]
    for signer in signed.signers:
        parts.append(signer.signature)
        if signer.signed_attributes is not None:
            parts.append(signer.signed_attributes[8:])
    covered = 0
    for part in parts:
        for piece in (part[start : start + 512] for start in range(0, len(part), 512)):
            start = data.find(piece)
            if start < 0:
                continue
            for at in range(start, start + len(piece)):
                covered += 1
                changed = bytearray(data)
                changed[at] ^= 1 << at % 8
                try:
                    found = cms.read(bytes(changed))
                except cms.CmsError:
                    continue
                assert isinstance(found, cms.SignedData)
                assert integrity.problem(found) != "", at
    assert covered > 1000


@pytest.mark.parametrize(
    "bomb",
    [
        pytest.param(b"\x30\x80" * 100_000, id="deep"),
        pytest.param(b"".join(b"\x30\x84" + (10**6 - 6 * n).to_bytes(4, "big") for n in range(100_000)), id="deep and counted"),
        pytest.param(b"\x30\x80" + b"\x05\x00" * 3_000_000, id="many"),
        pytest.param(
            b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x02\x01\x01\x31\x00"
            b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x80\x24\x80" + b"\x04\x01x" * 2_000_000,
            id="in parts",
        ),
        pytest.param(b"\x30\x82\x10\x08\x06\x82\x10\x04" + b"\x81" * 4100, id="oid"),
        pytest.param(b"-----BEGIN CMS-----\n" + b"A" * 5_000_000, id="pem"),
        pytest.param(b"-----BEGIN CMS-----" * 100_000, id="pem again"),
        pytest.param(b"MIME-Version: 1.0\nContent-Type: application/pkcs7-mime\n" + b"A: b\n" * 500_000, id="mime"),
    ],
)  # fmt: skip
def test_what_is_made_to_be_slow_is_soon_refused(bomb: bytes) -> None:
    def refused() -> None:
        with pytest.raises(cms.CmsError):
            cms.read(bomb)

    clock.soon(refused)


def test_random_bytes_are_refused() -> None:
    rng = random.Random(11)  # noqa: S311 - the same cases every time
    for _ in range(2000):
        data = b"\x30" + rng.randbytes(rng.randrange(200))
        with pytest.raises(cms.CmsError):
            cms.read(data)


@pytest.mark.shared
def test_signed_profiles_of_the_world_read_as_openssl_reads_them(openssl: Any, shared: Path) -> None:
    read = 0
    for path in sorted(shared.rglob("*.mobileconfig")):
        data = path.read_bytes()
        if not cms.looks_like(data):
            continue
        signed = cms.read(data)
        assert isinstance(signed, cms.SignedData)
        assert integrity.problem(signed) == "", path
        plain = openssl("cms", "-verify", "-binary", "-noverify", "-inform", "DER", "-in", path)
        assert signed.content == plain, path
        read += 1
    assert read >= 20


@pytest.fixture
def shared() -> Path:

    folder = Path(__file__).parents[3] / "shared/corpus"
    if not folder.is_dir():
        pytest.skip("no corpus beside the checkout")
    return folder
