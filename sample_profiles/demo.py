"""The main job on the files of this folder: lint, fix, build, sign, verify, plan, reconfigure. `make demo` runs it.

Every command is run for real and its exit code compared with the one expected; the demonstration fails if one differs.
"""

from __future__ import annotations

import datetime
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SAMPLES = Path(__file__).parent


def main() -> int:
    """Run the demonstration in a temporary copy of the samples."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name in ("good", "bad", "specs", "providers", "profiler.toml"):
            source = SAMPLES / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, work / name)
        make_certificates(work)
        os.chdir(work)
        code = demonstrate()
        os.chdir(SAMPLES)  # Windows removes no folder that a program is in
        return code


def demonstrate() -> int:
    """All steps; 0 when each ended as expected."""
    say("Lint a profile before it goes out")
    show("lint bad/cleartext.mobileconfig", expect=1)
    say("Repair what can be repaired, keeping comments and layout")
    show("lint --fix --unsafe-fixes bad/cleartext.mobileconfig", expect=0)
    say("All the good samples are clean")
    show("lint good", expect=0)
    say("Build a profile from an address")
    show("build kari@fastmail.com --name Kari --organization Example -o kari.mobileconfig", expect=0)
    show("lint kari.mobileconfig", expect=0)
    say("Sign it, on any system, and see what a phone will say")
    show(
        "sign kari.mobileconfig --certificate signer.pem --key signer.key --chain issuer.pem -o kari-signed.mobileconfig",
        expect=0,
    )
    show("verify kari-signed.mobileconfig --trust root.pem", expect=0)
    say("Change the account on the device instead of deleting it")
    servers = "--incoming imap.example.org:993/tls --outgoing smtp.example.org:465/tls"
    show(f"reconfigure good/imap.mobileconfig {servers} -o new.mobileconfig", expect=0)
    say("See what a device will do with a new version")
    show("plan good/imap.mobileconfig new.mobileconfig", expect=0)
    return int(bool(failures))


failures: list[str] = []


def say(text: str) -> None:
    """Print a heading."""
    print(f"\n# {text}", flush=True)


def show(arguments: str, *, expect: int) -> None:
    """Run `profiler ARGUMENTS` for all to see."""
    print(f"$ profiler {arguments}", flush=True)
    code = subprocess.call([sys.executable, "-m", "profiler", *shlex.split(arguments)])
    print(f"[exit {code}]" if code == expect else f"[exit {code}, expected {expect}]", flush=True)
    if code != expect:
        failures.append(arguments)


def make_certificates(folder: Path) -> None:
    """A root, an issuer and a signer, as an organisation's own authority would give them."""
    from cryptography import x509  # noqa: PLC0415 - after main() has checked the samples
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    now = datetime.datetime.now(datetime.UTC)
    pem = serialization.Encoding.PEM
    issuer_name, issuer_key = None, None
    for name in ("root", "issuer", "signer"):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Example {name}")])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer_name or subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1200))
            .add_extension(x509.BasicConstraints(ca=name != "signer", path_length=None), critical=True)
        )
        certificate = builder.sign(issuer_key or key, hashes.SHA256())
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(pem))
        private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (folder / f"{name}.key").write_bytes(private)
        issuer_name, issuer_key = subject, key


if __name__ == "__main__":
    sys.exit(main())
