"""Signing and verifying many profiles with one key, beside one `openssl cms` process per file.

Ours loads the key once and goes from bytes to bytes; openssl loads it for every file, as a shell loop does. Both
sides run in turns, so what counts is the ratio. `measure` returns the rows, running the file prints them.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from profiler.model import moment
from profiler.trust import identity, sign, store
from profiler.trust.verify import verify_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

FILES = 1000
BY_OPENSSL = 60
ROUNDS = 3
WANTED = {"sign": 12, "verify": 20}

PAYLOAD = """\t\t<dict>
\t\t\t<key>EmailAddress</key>
\t\t\t<string>user{number}@example.com</string>
\t\t\t<key>PayloadIdentifier</key>
\t\t\t<string>com.example.mail.user{number}</string>
\t\t\t<key>PayloadType</key>
\t\t\t<string>com.apple.mail.managed</string>
\t\t</dict>
"""
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0">
<dict>
\t<key>PayloadContent</key>
\t<array>
{payloads}\t</array>
</dict>
</plist>
"""


def measure() -> list[dict[str, Any]]:
    """Return one row for signing and one for verifying: milliseconds per file on both sides, ratio, goal."""
    program = shutil.which("openssl")
    if program is None:
        return []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _identity(program, folder)
        profiles = [_profile(number).encode() for number in range(FILES)]
        for number, profile in enumerate(profiles[:BY_OPENSSL]):
            (folder / f"{number}.mobileconfig").write_bytes(profile)
        roots = store.from_files([folder / "root.pem"])
        signer = _load(folder, roots)
        signed = [signer.sign(profile) for profile in profiles]
        for number, data in enumerate(signed[:BY_OPENSSL]):
            (folder / f"{number}.signed").write_bytes(data)
        return [
            _row("sign", lambda: _sign(folder, roots, profiles), lambda: _openssl_sign(program, folder)),
            _row("verify", lambda: _verify(roots, signed), lambda: _openssl_verify(program, folder)),
        ]


def _row(what: str, ours: Callable[[], None], theirs: Callable[[], None]) -> dict[str, Any]:
    mine, others = [], []
    for _ in range(ROUNDS):
        mine.append(_seconds(ours) / FILES)
        others.append(_seconds(theirs) / BY_OPENSSL)
    own, openssl = statistics.median(mine), statistics.median(others)
    return {
        "what": f"{what} {FILES} profiles, RSA 2048",
        "profiler_ms": own * 1000,
        "openssl_ms": openssl * 1000,
        "ratio": openssl / own,
        "goal": WANTED[what],
    }


def _seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _load(folder: Path, roots: store.Trust) -> sign.Signer:
    key = (folder / "leaf.key").read_bytes()
    found = identity.from_pem(folder / "leaf.pem", key, "leaf.key", None)
    return sign.with_key(found, trust=roots, now=moment.now())


def _sign(folder: Path, roots: store.Trust, profiles: list[bytes]) -> None:
    signer = _load(folder, roots)
    for profile in profiles:
        content, _ = sign.content_to_sign(profile)
        signer.sign(content)


def _verify(roots: store.Trust, signed: list[bytes]) -> None:
    now = moment.now()
    if not all(verify_bytes(data, trust=roots, at=now).valid for data in signed):
        raise AssertionError("our own signature is not valid")


def _openssl_sign(program: str, folder: Path) -> None:
    identity_flags = ("-signer", folder / "leaf.pem", "-inkey", folder / "leaf.key")
    for number in range(BY_OPENSSL):
        files = ("-in", folder / f"{number}.mobileconfig", "-out", folder / f"{number}.out")
        _run(program, "cms", "-sign", "-binary", "-nodetach", "-outform", "DER", *identity_flags, *files)


def _openssl_verify(program: str, folder: Path) -> None:
    for number in range(BY_OPENSSL):
        files = ("-in", folder / f"{number}.signed", "-out", folder / f"{number}.out")
        flags = ("-purpose", "any", "-CAfile", folder / "root.pem")
        _run(program, "cms", "-verify", "-binary", "-inform", "DER", *flags, *files)


def _identity(program: str, folder: Path) -> None:
    root, leaf, request = folder / "root", folder / "leaf", folder / "leaf.csr"
    new = ("req", "-newkey", "rsa:2048", "-nodes")
    _run(program, *new, "-x509", "-subj", "/CN=Root", "-keyout", f"{root}.key", "-out", f"{root}.pem")
    _run(program, *new, "-subj", "/CN=Signer", "-keyout", f"{leaf}.key", "-out", request)
    extensions = folder / "extensions"
    extensions.write_text("keyUsage=digitalSignature\n", encoding="ascii")
    above = ("-CA", f"{root}.pem", "-CAkey", f"{root}.key", "-CAcreateserial", "-extfile", extensions)
    _run(program, "x509", "-req", "-in", request, *above, "-days", "400", "-out", f"{leaf}.pem")


def _run(program: str, *arguments: str | Path) -> None:
    subprocess.run([program, *map(str, arguments)], check=True, capture_output=True)


def _profile(number: int) -> str:
    return PROFILE.format(payloads="".join(PAYLOAD.format(number=number) for _ in range(6)))


def main() -> int:
    """Print the rows; exit code 1 when a goal is missed."""
    rows = measure()
    for row in rows:
        print(
            f"{row['what']:<34} profiler {row['profiler_ms']:6.2f} ms   openssl {row['openssl_ms']:6.2f} ms"
            f"   x{row['ratio']:.0f} (goal x{row['goal']})"
        )
    return int(any(row["ratio"] < row["goal"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
