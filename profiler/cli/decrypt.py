"""`profiler decrypt`."""

from __future__ import annotations

import typer

from profiler.cli import rewrite, sign_options


def command(
    files: rewrite.Files,
    key: list[str] = typer.Option(
        ..., "--key", metavar="PEM|REF", help="A private key: a file or a reference; may be repeated."
    ),
    passphrase: sign_options.Passphrase = None,
    output: rewrite.OutputPath = None,
    force: rewrite.Force = False,
) -> None:
    """Decrypt the payloads of profiles with a recipient's key."""
    from profiler import secret
    from profiler.document import cms
    from profiler.trust import encrypt, pem

    phrase = None if passphrase is None else secret.resolve(passphrase, what="the passphrase").encode()
    keys = []
    for one in key:
        data, name = sign_options.read_key(one)
        keys.append(pem.rsa_key(pem.read_key(data, phrase, name), name))

    def change(data: bytes) -> rewrite.Rewritten:
        warnings = (("is signed; the decrypted profile is not", ""),) if cms.looks_like(data) else ()
        content = encrypt.decrypt(data, keys)
        return rewrite.Rewritten(content, rewrite.holds_secret(content), warnings)

    raise typer.Exit(rewrite.rewrite(files, change, word="decrypted", output=output, force=force))
