"""`profiler sign`."""

from __future__ import annotations

import typer

from profiler.cli import rewrite, sign_options


def command(
    files: rewrite.Files,
    output: rewrite.OutputPath = None,
    identity: sign_options.Identity = None,
    certificate: sign_options.Certificate = None,
    key: sign_options.Key = None,
    chain: sign_options.Chain = None,
    passphrase: sign_options.Passphrase = None,
    trust: sign_options.Roots = "system",
    pkcs11: sign_options.Token = None,
    signer_command: sign_options.Command = None,
    dry_run: bool = typer.Option(False, "--dry-run", help="Do everything but write."),
    force: rewrite.Force = False,
) -> None:
    """Sign profiles, so that devices can show who made them."""
    from profiler.document.document import Document
    from profiler.document.source import from_bytes
    from profiler.trust import sign

    signer = sign_options.SignOptions(
        identity, certificate, key, chain, passphrase, trust, pkcs11, signer_command
    ).signer()

    def change(data: bytes) -> rewrite.Rewritten:
        content, taken_off = sign.content_to_sign(data)
        warnings = []
        if taken_off:
            warnings.append(
                ("is signed already; only its content is signed, the old signature is dropped", "")
            )
        if Document(from_bytes(content)).root is None:
            warnings.append(("holds no profile that a device can read", "`profiler lint` says what is wrong"))
        places = sign.placeholders(content)
        if places:
            message = "holds placeholders that no device management can fill in once it is signed: "
            hint = "give the unsigned file to the device management instead"
            warnings.append((message + ", ".join(places), hint))
        return rewrite.Rewritten(signer.sign(content), rewrite.holds_secret(content), tuple(warnings))

    code = rewrite.rewrite(files, change, word="signed", output=output, force=force, dry_run=dry_run)
    raise typer.Exit(code)
