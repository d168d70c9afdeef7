"""`profiler rules`."""

from __future__ import annotations

import typer

from profiler.cli.formats import TextOrJson


def command(
    format: TextOrJson = typer.Option(TextOrJson.TEXT, "--format", help="How to list."),
) -> None:
    """List every rule the linter knows."""
    from profiler.cli import console
    from profiler.render import rule_list

    if format is TextOrJson.JSON:
        console.out(rule_list.as_json())
    else:
        for line in rule_list.as_text():
            console.out(line)
