"""`profiler providers`: what the database knows."""

from __future__ import annotations

from pathlib import Path

import typer


def command(
    query: str = typer.Argument(
        "", metavar="[DOMAIN|NAME]", help="A mail domain, an address, a server, or part of a name."
    ),
    format_: str = typer.Option("text", "--format", metavar="text|json", help="How to report."),
    own: list[Path] = typer.Option(
        [], "--providers", metavar="PATH", help="Your own provider files or folders."
    ),
) -> None:
    """Show the mail providers that are known. Servers, sign-in, and what a profile can set up."""
    from profiler import config
    from profiler.cli import console
    from profiler.errors import Refused, UsageError
    from profiler.providers.database import Database
    from profiler.render import providers_text

    if format_ not in ("text", "json"):
        raise UsageError(f"--format {format_!r} is not one of text, json")
    database = Database.load([*config.for_file(Path("profiler.toml")).providers, *own])
    found = database.search(query) if query else list(database)
    if format_ == "json":
        console.out(providers_text.as_json(found))
    elif found:
        text = providers_text.one(found[0]) if len(found) == 1 else providers_text.many(found)
        console.out(console.clean(text))
    if found:
        return
    near = database.nearest_domain(query)
    hint = (
        f"did you mean {near}?"
        if near
        else "profiler discover asks the network; docs/providers.md: your own file"
    )
    raise Refused(f"no provider is known for {query!r}", hint=hint)
