"""Signing and verifying many profiles with one key, beside one `openssl cms` process per file.

Ours loads the key once and goes from bytes to bytes; openssl loads it for every file, as a shell loop does. Both
sides run in turns, so what counts is the ratio.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measuring import in_turn, memory_row, not_measured, python, seconds, time_row
from profiler.model import moment
from profiler.trust import identity, sign, store
from profiler.trust.verify import verify_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.measuring import Options, Row, Spent

WANTED = {"sign": round(1 / 12, 3), "verify": round(1 / 20, 3)}

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


def measure(options: Options) -> Iterator[Row]:
    """Sign and verify with one RSA 2048 key, time for each file; and the memory of signing many in one command."""
    program = shutil.which("openssl")
    if program is None:
        for what, wanted in WANTED.items():
            yield not_measured(what, f"openssl cms -{what}", "not measured: no openssl", wanted)
        return
    files, by_openssl, rounds = (200, 20, 1) if options.short else (1000, 60, 3)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _identity(program, folder)
        profiles = [_profile(number).encode() for number in range(files)]
        for number, profile in enumerate(profiles):
            (folder / f"{number}.mobileconfig").write_bytes(profile)
        roots = store.from_files([folder / "root.pem"])
        signer = _load(folder, roots)
        signed = [signer.sign(profile) for profile in profiles]
        for number, data in enumerate(signed[:by_openssl]):
            (folder / f"{number}.signed").write_bytes(data)
        sides: dict[str, tuple[Callable[[], None], Callable[[], None]]] = {
            "sign": (
                lambda: _sign(folder, roots, profiles),
                lambda: _openssl_sign(program, folder, by_openssl),
            ),
            "verify": (
                lambda: _verify(roots, signed),
                lambda: _openssl_verify(program, folder, by_openssl),
            ),
        }
        for what, (ours, theirs) in sides.items():
            mine, others = in_turn(rounds, partial(seconds, ours), partial(seconds, theirs))
            yield time_row(
                f"{what} {files} profiles, RSA 2048, each",
                [took / files for took in mine],
                [took / by_openssl for took in others],
                f"openssl cms -{what}",
                options.at_full_size(WANTED[what]),
            )
        many, few = in_turn(rounds, partial(_command, folder, files), partial(_command, folder, files // 10))
        yield memory_row(f"sign {files} profiles", many, few, f"sign {files // 10} profiles")


def _command(folder: Path, files: int) -> Spent:
    identity_flags = ("--certificate", "leaf.pem", "--key", "leaf.key", "--trust", "root.pem")
    names = [f"{number}.mobileconfig" for number in range(files)]
    return python("-m", "profiler", "sign", *identity_flags, "--force", "-o", "signed", *names, cwd=folder)


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


def _openssl_sign(program: str, folder: Path, count: int) -> None:
    identity_flags = ("-signer", folder / "leaf.pem", "-inkey", folder / "leaf.key")
    for number in range(count):
        files = ("-in", folder / f"{number}.mobileconfig", "-out", folder / f"{number}.out")
        _run(program, "cms", "-sign", "-binary", "-nodetach", "-outform", "DER", *identity_flags, *files)


def _openssl_verify(program: str, folder: Path, count: int) -> None:
    for number in range(count):
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
