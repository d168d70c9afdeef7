"""`profiler schema`: what Apple's reference says of a payload type."""

from __future__ import annotations

import typer

from profiler.cli.formats import TextOrJson  # noqa: TC001 - typer reads the annotations


def command(
    payload_type: str = typer.Argument(
        "", metavar="[TYPE]", help="A payload type. [default: list all types]"
    ),
    target: list[str] = typer.Option(
        [], "--target", metavar="TARGET", help="Only what works there: PLATFORM[:VERSION][,FLAG]..."
    ),
    format: TextOrJson = typer.Option("text", "--format", help="How to report."),
) -> None:
    """Show payload types, or the keys of one. Type, values, default, since when and where."""
    from profiler.cli import console
    from profiler.model.target import parse_all
    from profiler.render import schema_text

    targets = parse_all(target)
    if payload_type:
        render = schema_text.one_json if format == "json" else schema_text.one_text
        console.out(render(payload_type, targets))
    else:
        console.out(schema_text.all_json(targets) if format == "json" else schema_text.all_text(targets))
