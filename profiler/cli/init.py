"""`profiler init`."""

from __future__ import annotations

from pathlib import Path

import typer


def command(
    email: str = typer.Argument("", metavar="[EMAIL]", help="Whose account the spec is for."),
    config: bool = typer.Option(
        False, "--config", help="Write a config file (profiler.toml) instead of a spec."
    ),
    output: str | None = typer.Option(
        None, "--output", "-o", metavar="FILE", help="Where to write. [default: standard output]"
    ),
    force: bool = typer.Option(False, "--force", help="Overwrite a file that exists."),
) -> None:
    """Write a commented spec to start from, or a config file."""
    from profiler import config as find_config
    from profiler.build import starter
    from profiler.cli import console
    from profiler.document import output as outputs
    from profiler.errors import UsageError
    from profiler.providers.database import Database

    if config == bool(email):
        raise UsageError("give an address for a spec, or --config for a config file")
    own = find_config.for_file(Path("profiler.toml")).providers
    text, known = (starter.CONFIG, True) if config else starter.spec_for(email, Database.load(own))
    if output is None or output == "-":
        console.out_bytes(text.encode())
    else:
        outputs.write_all([outputs.Output(Path(output), text.encode())], force=force)
        console.out(console.clean(f"{output}: written"))
    if not known:
        console.err(console.clean(f"todo: {email}: the servers are not known; put their names into the spec"))
