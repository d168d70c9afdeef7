"""`profiler discover`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import typer


class Format(StrEnum):
    """How the settings are reported."""

    TEXT = "text"
    JSON = "json"
    SPEC = "spec"


def command(
    email: str = typer.Argument(metavar="EMAIL", help="A mail address."),
    format: Format = typer.Option(
        Format.TEXT, "--format", help="How to report; spec is for profiler build --spec."
    ),
    offline: bool = typer.Option(False, "--offline", help="Ask the provider database only, not the network."),
    timeout: float = typer.Option(
        10, "--timeout", min=0.1, max=600, metavar="SECONDS", help="The longest one source may take."
    ),
    ca: Path | None = typer.Option(
        None, "--ca", metavar="PEM", help="Roots to trust beside those of the system."
    ),
    allow_http: bool = typer.Option(
        False, "--allow-http", help="Use settings that came over plain http, too."
    ),
) -> None:
    """Find the mail settings of an address and their sources."""
    from profiler.cli import console
    from profiler.live import prepare
    from profiler.render import discover_text

    found = prepare.discovery(email, ca, timeout=timeout, offline=offline)
    for setting in found.best(plain_http=allow_http):
        if setting.caution:
            console.warn(f"{setting.host}: {setting.caution}")
    write = {
        Format.TEXT: discover_text.as_text,
        Format.JSON: discover_text.as_json,
        Format.SPEC: discover_text.as_spec,
    }[format]
    if format is Format.SPEC:
        console.as_file()
    if found.settings or format is Format.JSON:
        console.out(console.clean(write(found, plain_http=allow_http)))
    if not found.settings:
        raise prepare.unknown(found)
