"""`profiler check`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from profiler.cli.formats import TextOrJson

if TYPE_CHECKING:
    from profiler.live.check import Target
    from profiler.live.probe import Settings


def command(
    file: str = typer.Argument(metavar="FILE|EMAIL", help="A profile, or a mail address."),
    account: str | None = typer.Option(
        None, "--account", metavar="N|EMAIL", help="Only this account of the profile."
    ),
    login: bool = typer.Option(
        False, "--login", help="Also sign in. Only over TLS with a right certificate."
    ),
    password: str | None = typer.Option(
        None,
        "--password",
        metavar="REF",
        help="Where the password is: env:NAME, file:PATH, cmd:COMMAND, prompt:.",
    ),
    timeout: float = typer.Option(
        10, "--timeout", min=0.1, max=600, metavar="SECONDS", help="The longest a step may take."
    ),
    ca: Path | None = typer.Option(
        None, "--ca", metavar="PEM", help="Roots to trust beside those of the system and the profile."
    ),
    watch: float | None = typer.Option(
        None, "--watch", min=1, metavar="SECONDS", help="Check again and again until no step fails."
    ),
    format: TextOrJson = typer.Option(TextOrJson.TEXT, "--format", help="How to report."),
) -> None:
    """Check the servers of a profile or address, step by step, as Apple's support article does."""
    import time

    from profiler import secret
    from profiler.errors import UsageError
    from profiler.live import prepare

    if watch and format is TextOrJson.JSON:
        raise UsageError(
            "--watch reports again and again, --format json is one document", hint="leave one out"
        )
    if password and not login:
        raise UsageError("--password is of use only with --login", hint="add --login")
    given = secret.resolve(password, what="the password") if password else None
    if prepare.is_address(file):
        targets, trusted = prepare.of_address(file, ca, timeout)
    else:
        targets, trusted = prepare.of_file(Path(file), account, ca)
    targets = prepare.with_passwords(targets, given, _ask) if login else targets
    settings = prepare.settings(trusted, timeout=timeout, login=login)
    while _round(targets, settings, format):
        if not watch:
            raise typer.Exit(1)
        time.sleep(watch)


def _round(targets: list[Target], settings: Settings, format: TextOrJson) -> bool:
    """Check once and report; True when a step failed."""
    from profiler.cli import console
    from profiler.live.check import check
    from profiler.render import check_text

    bar = console.progress(targets, total=len(targets), label="checking")
    reports = check(targets, settings, lambda: next(bar, None))
    list(bar)  # takes the bar off the terminal
    if format is TextOrJson.JSON:
        console.out(console.clean(check_text.as_json(reports)))
    else:
        console.out(check_text.as_text(reports, _paint, console.clean))
    return any(report.failed for report in reports)


def _ask(what: str) -> str | None:
    import sys

    from profiler import secret

    return secret.resolve(f"prompt:{what}") if sys.stdin is not None and sys.stdin.isatty() else None


def _paint(text: str, color: str) -> str:
    import sys

    from profiler.cli import console

    return console.paint(text, color, stream=sys.stdout)
