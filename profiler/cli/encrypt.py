"""`profiler encrypt`."""

from __future__ import annotations

from pathlib import Path

import typer

from profiler.cli import rewrite


def command(
    files: rewrite.Files,
    recipient: list[Path] = typer.Option(
        ..., "--recipient", metavar="CERT.pem", help="A device's certificate; may be repeated."
    ),
    output: rewrite.OutputPath = None,
    force: rewrite.Force = False,
) -> None:
    """Encrypt the payloads of profiles for given devices. Nobody else can read them."""
    from profiler.cli import console
    from profiler.document import cms
    from profiler.model import moment
    from profiler.trust import encrypt, pem

    recipients = [pem.read_certificates(path)[0] for path in recipient]
    for notice in encrypt.notices(recipients, moment.now()):
        console.warn(notice.message, notice.hint)

    def change(data: bytes) -> rewrite.Rewritten:
        dropped = ("is signed; the signature is dropped", "sign the encrypted profile")
        warnings = (dropped,) if cms.looks_like(data) else ()
        return rewrite.Rewritten(encrypt.encrypt(data, recipients), warnings=warnings)

    raise typer.Exit(rewrite.rewrite(files, change, word="encrypted", output=output, force=force))
