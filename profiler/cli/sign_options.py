"""SIGN OPTIONS: how `sign`, `build` and `reconfigure` are told with which identity to sign."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography import x509

    from profiler.trust.sign import Signer
    from profiler.trust.store import Trust

Identity = Annotated[
    Path | None,
    typer.Option("--identity", metavar="FILE.p12", help="Sign with this PKCS#12 identity."),
]
Certificate = Annotated[
    Path | None,
    typer.Option(
        "--certificate", metavar="PEM", help="Sign with this certificate (and the chain in its file)."
    ),
]
Key = Annotated[
    str | None,
    typer.Option("--key", metavar="PEM|REF", help="The private key of --certificate: a file or a reference."),
]
Chain = Annotated[
    list[Path] | None,
    typer.Option("--chain", metavar="PEM", help="Intermediate certificates; may be repeated."),
]
Passphrase = Annotated[
    str | None,
    typer.Option(
        "--passphrase", metavar="REF", help="Passphrase or PIN: env:NAME, file:PATH, cmd:COMMAND, prompt:."
    ),
]
Roots = Annotated[
    str,
    typer.Option("--trust", metavar="PEM|system", help="Roots that the chain should lead to."),
]
Token = Annotated[
    str | None,
    typer.Option(
        "--pkcs11", metavar="URI", help="Sign with a key in a token (RFC 7512); needs the pkcs11 extra."
    ),
]
Command = Annotated[
    str | None,
    typer.Option(
        "--signer-command",
        metavar="COMMAND",
        help="Sign with a program: it gets the bytes on standard input and returns the raw signature.",
    ),
]


# The base64 of a key without its PEM lines: the shortest, of P-256, has 92 characters.
_BARE_KEY = re.compile(r"M[A-Za-z0-9+/\s]{80,}=*\s*")


class SignOptions(NamedTuple):
    """What the flags said. `chosen` tells whether any identity was named at all."""

    identity: Path | None = None
    certificate: Path | None = None
    key: str | None = None
    chain: list[Path] | None = None
    passphrase: str | None = None
    trust: str = "system"
    pkcs11: str | None = None
    signer_command: str | None = None

    @property
    def chosen(self) -> bool:
        """Whether the user wants a signature."""
        return any((self.identity, self.certificate, self.key, self.pkcs11, self.signer_command))

    def signer(self) -> Signer:
        """Load the identity once and print what should be known about it.

        Raises UsageError for flags that do not go together, ProfilerError for an identity that will not do.
        """
        from profiler.cli import console
        from profiler.model import moment
        from profiler.trust import pem

        self._check()
        pool = [one for path in self.chain or () for one in pem.read_certificates(path)]
        signer = self._load(pool, self._trust(), moment.now())
        for notice in signer.notices:
            console.warn(notice.message, notice.hint)
        return signer

    def _check(self) -> None:
        from profiler.errors import UsageError

        ways = "--identity FILE.p12, or --certificate PEM with --key PEM, --pkcs11 URI or --signer-command"
        if not self.chosen:
            raise UsageError("no identity to sign with", hint=f"give {ways}")
        keys = [flag for flag in (self.identity, self.key, self.pkcs11, self.signer_command) if flag]
        if len(keys) > 1 or (self.identity and self.certificate):
            raise UsageError("more than one identity to sign with", hint=f"give one of {ways}")
        if not keys:
            raise UsageError("--certificate without its key", hint="add --key, --pkcs11 or --signer-command")
        if self.certificate is None and (self.key or self.signer_command):
            raise UsageError("a key without its certificate", hint="add --certificate PEM")

    def _trust(self) -> Trust | None:
        from profiler.cli import console
        from profiler.errors import ProfilerError
        from profiler.trust import store

        if self.trust != "system":
            return store.trust(self.trust)
        try:
            return store.system()
        except ProfilerError as error:
            console.warn(f"{error.message}: whether devices will trust the signer is not checked", error.hint)
            return None

    def _load(self, pool: list[x509.Certificate], trust: Trust | None, now: datetime) -> Signer:
        from profiler import secret
        from profiler.trust import identity, pkcs11_token, sign, signer_command

        if self.signer_command is not None and self.certificate is not None:
            return signer_command.signer(
                self.signer_command, self.certificate, pool=pool, trust=trust, now=now
            )
        uri = pkcs11_token.parse(self.pkcs11) if self.pkcs11 is not None else None
        passphrase = None
        if self.passphrase is not None:
            passphrase = secret.resolve(self.passphrase, what="the passphrase")
        if uri is not None:
            return pkcs11_token.signer(uri, passphrase, self.certificate, pool=pool, trust=trust, now=now)
        if self.identity is not None:
            found = identity.from_pkcs12(self.identity, passphrase)
        else:
            found = identity.from_pem(self.certificate or Path(), *read_key(self.key or ""), passphrase)
        return sign.with_key(found, pool=pool, trust=trust, now=now)


def read_key(named: str) -> tuple[bytes, str]:
    """Fetch a private key: from a file, or by reference. Return its bytes and a name for messages.

    Raises UsageError for a key itself, ProfilerError for one that cannot be fetched.
    """
    from profiler import secret
    from profiler.errors import UsageError
    from profiler.trust import pem

    if "PRIVATE KEY" in named or _BARE_KEY.fullmatch(named):
        raise UsageError(
            "a key is given as a file or by reference, never as itself",
            hint="use a path, env:NAME, file:PATH, cmd:COMMAND or prompt:",
        )
    if secret.is_reference(named):
        return secret.resolve(named, what="the private key").encode(), named.partition(":")[0] + ": reference"
    return pem.read(Path(named), "the private key"), named
