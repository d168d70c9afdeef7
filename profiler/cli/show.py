"""`profiler show`: what is in a profile."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import typer


class Format(StrEnum):
    """An overview for people, for machines, or the profile itself without its signature."""

    TEXT = "text"
    JSON = "json"
    XML = "xml"


def command(
    file: Path = typer.Argument(
        ..., metavar="FILE", help="A profile in any envelope, or - for standard input."
    ),
    format: Format = typer.Option("text", "--format", help="How to show it."),
    reveal: bool = typer.Option(False, "--reveal", help="Show passwords and keys too."),
) -> None:
    """Show what is in a profile. Identity, signer, payloads, accounts; secrets are hidden."""
    from profiler.cli import console
    from profiler.document import source
    from profiler.document.document import Document
    from profiler.render import show_text

    document = Document(source.read(file))
    if format is Format.XML:
        console.as_file()
        console.out(console.clean(show_text.as_xml(document, reveal=reveal)))
    elif format is Format.JSON:
        console.out(show_text.as_json(document, reveal=reveal))
    else:
        console.out(console.clean(show_text.overview(document, reveal=reveal)))
