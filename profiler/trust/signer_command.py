"""Sign with a program: a key in a cloud service or a vault never comes to this machine.

The program gets the bytes to sign on standard input and writes the signature to standard output: PKCS#1 v1.5 for
RSA, DER for EC, raw or in base64. With openssl that is `openssl dgst -sha256 -sign key.pem`.
"""

from __future__ import annotations

import binascii
import subprocess
from typing import TYPE_CHECKING

from profiler import secret
from profiler.errors import ProfilerError
from profiler.trust import identity as identities
from profiler.trust import pem, sign, signed_data

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from cryptography import x509

    from profiler.trust.store import Trust

TIMEOUT = 120


def signer(
    command: str,
    certificate: Path,
    *,
    pool: Iterable[x509.Certificate] = (),
    trust: Trust | None,
    now: datetime,
) -> sign.Signer:
    """Make a signer whose signatures come from a program. The first certificate of the file is the signer's.

    Raises ProfilerError for a certificate that will not do, and when signing for a program that fails.
    """
    leaf, *others = pem.read_certificates(certificate)
    identities.usable(leaf.public_key(), str(certificate))
    certificates, notices = sign.complete(leaf, (*others, *pool), trust=trust, now=now)
    digest = sign.digest_for(leaf)
    words = _split(command)

    def make(content: bytes) -> bytes:
        def raw(covered: bytes) -> bytes:
            answer = _run(words, covered)
            if signed_data.fits(leaf, digest, covered, answer):
                return answer
            try:
                return binascii.a2b_base64(answer, strict_mode=False)
            except binascii.Error:
                return answer

        return signed_data.write(content, certificates, digest, raw)

    return sign.Signer(certificates, make, notices)


def _split(command: str) -> list[str]:
    try:
        words = secret.words_of(command)
    except ValueError as error:
        raise ProfilerError(f"--signer-command cannot be read: {error}") from None
    if not words:
        raise ProfilerError("--signer-command is empty")
    return words


def _run(words: list[str], covered: bytes) -> bytes:
    try:
        done = subprocess.run(words, input=covered, capture_output=True, check=True, timeout=TIMEOUT)
    except OSError as error:
        raise ProfilerError(f"cannot run the signer command {words[0]}: {error.strerror or error}") from None
    except subprocess.TimeoutExpired:
        raise ProfilerError(f"the signer command {words[0]} gave no answer in {TIMEOUT} seconds") from None
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip().splitlines()
        raise ProfilerError(
            f"the signer command {words[0]} ended with exit code {error.returncode}",
            hint=f"it said: {reason[-1]}" if reason else "",
        ) from None
    return done.stdout
