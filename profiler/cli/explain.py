"""`profiler explain`."""

from __future__ import annotations

from enum import StrEnum

import typer


class Example(StrEnum):
    """Which example to print as a whole profile."""

    BAD = "bad"
    GOOD = "good"


def command(
    rule: str = typer.Argument(..., metavar="RULE", help="The id of a rule, as lint prints it."),
    example: Example | None = typer.Option(
        None, "--example", help="Print the bad or the good example as a whole profile."
    ),
) -> None:
    """Explain a rule. What, why, a bad and a good example, how it is fixed, its source."""
    from profiler.cli import console
    from profiler.config import check_rule
    from profiler.errors import UsageError
    from profiler.rules import example as examples
    from profiler.rules import one
    from profiler.rules.page import page

    found = one(rule)
    if found is None:
        check_rule(rule, "explain")
        raise UsageError(f"explain: {rule} is a group of rules", hint="profiler rules lists them")
    if example is None:
        for line in page(found):
            console.out(line)
        return
    snippet = found.bad if example is Example.BAD else found.good
    if not snippet:
        raise UsageError(f"{rule} has no example that is a file on its own", hint=found.summary)
    console.out_bytes(examples.whole(snippet, found.example_type, found.leave_out))
