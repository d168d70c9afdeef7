"""`profiler plan`."""

from __future__ import annotations

from pathlib import Path

import typer

from profiler.cli.plan_options import Accept, DecryptKey, Delivery, DeliveryOption, Format, FormatOption


def command(
    installed: Path = typer.Argument(
        ..., metavar="INSTALLED", help="What devices have now: a profile or a folder of them."
    ),
    proposed: Path = typer.Argument(..., metavar="PROPOSED", help="What they would get."),
    delivery: DeliveryOption = Delivery.MANUAL,
    accept: Accept = None,
    format: FormatOption = Format.TEXT,
    decrypt_key: DecryptKey = None,
) -> None:
    """Say what devices will do with a new version of a profile."""
    from profiler.cli import console, plan_options
    from profiler.errors import ProfilerError, UsageError
    from profiler.lifecycle import folder
    from profiler.lifecycle.opening import open_profile
    from profiler.lifecycle.plan import compare

    accepted = plan_options.effects(accept)
    keys = plan_options.keys(decrypt_key)
    if installed.is_dir() is not proposed.is_dir():
        for path in (installed, proposed):
            if not path.exists() and str(path) != "-":
                raise ProfilerError(f"{path}: no such file or folder")
        message = f"{installed} and {proposed}: one is a folder and the other is not"
        raise UsageError(message, hint="give two profiles or two folders")
    if not installed.is_dir():
        plan = compare(open_profile(installed, keys), open_profile(proposed, keys), delivery)
        plan_options.report(plan, accepted, format)
        raise typer.Exit(int(bool(plan.refused_effects(accepted))))
    (old, broken), (new, broken_too) = folder.read_folder(installed, keys), folder.read_folder(proposed, keys)
    planned = folder.compare_folders(old, new, delivery)
    plan_options.report_folders(planned, accepted, format)
    for error in (*broken, *broken_too):
        console.err(f"{console.paint('error', 'red')}: {console.clean(error.message)}")
    if broken or broken_too:
        raise typer.Exit(3)
    raise typer.Exit(int(any(entry.plan.refused_effects(accepted) for entry in planned)))
