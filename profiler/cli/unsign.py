"""`profiler unsign`."""

from __future__ import annotations

import typer

from profiler.cli import rewrite


def command(
    files: rewrite.Files,
    output: rewrite.OutputPath = None,
    no_verify: bool = typer.Option(
        False, "--no-verify", help="Take the content even if no signature covers it."
    ),
    force: rewrite.Force = False,
) -> None:
    """Take the profile out of a signed file, byte for byte."""
    from profiler.trust import unsign

    def change(data: bytes) -> rewrite.Rewritten:
        content = unsign.content(data, verify=not no_verify)
        return rewrite.Rewritten(content, rewrite.holds_secret(content))

    raise typer.Exit(rewrite.rewrite(files, change, word="unsigned", output=output, force=force))
