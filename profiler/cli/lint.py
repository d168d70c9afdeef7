"""`profiler lint`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads the annotations

import typer


class Format(StrEnum):
    """How findings are reported."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    MARKDOWN = "markdown"


class FailOn(StrEnum):
    """The gravest finding that still exits 0 is one below this."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"


def command(
    paths: list[str] | None = typer.Argument(None, metavar="[PATH]...", help="Files, folders or - for standard input [default: .]"),
    format: Format | None = typer.Option(None, "--format", help="How to report. [default: text]"),  # noqa: A002
    output: Path | None = typer.Option(None, "--output", "-o", help="Write the report to a file."),
    target: list[str] | None = typer.Option(None, "--target", help="PLATFORM[:VERSION][,FLAG]...; may be repeated."),
    mdm: str | None = typer.Option(None, "--mdm", metavar="VENDOR", help="Whose placeholders are values to come."),
    installed: Path | None = typer.Option(None, "--installed", help="The profile that is on the devices now."),
    select: list[str] | None = typer.Option(None, "--select", help="Only these rules (ids or groups, comma separated)."),
    ignore: list[str] | None = typer.Option(None, "--ignore", help="Not these rules."),
    fail_on: FailOn | None = typer.Option(None, "--fail-on", help="Exit 1 from this severity on. [default: error]"),
    fix: bool = typer.Option(False, "--fix", help="Repair what can be repaired safely."),
    unsafe_fixes: bool = typer.Option(False, "--unsafe-fixes", help="Also make fixes that may change what a device does."),
    diff: bool = typer.Option(False, "--diff", help="Show the fixes instead of making them."),
    baseline: Path | None = typer.Option(None, "--baseline", help="Leave out the findings recorded in this file."),
    write_baseline: Path | None = typer.Option(None, "--write-baseline", help="Record the findings of now in this file."),
    decrypt_key: list[str] | None = typer.Option(None, "--decrypt-key", metavar="REF", help="A PEM key to look into encrypted profiles."),
    trust: str = typer.Option("system", "--trust", metavar="PEM|system", help="The roots that signatures are checked against."),
    set_complete: bool = typer.Option(False, "--set-complete", help="All files given belong to one device."),
    config: Path | None = typer.Option(None, "--config", help="Use this config file for all files."),
    no_config: bool = typer.Option(False, "--no-config", help="Read no config file."),
    jobs: int | None = typer.Option(None, "--jobs", min=1, help="Worker processes. [default: as many as pay]"),
    now: str | None = typer.Option(None, "--now", metavar="RFC3339", help="The time to judge dates by. [default: now]"),
    stdin_filename: str | None = typer.Option(None, "--stdin-filename", help="The name that standard input is reported under."),
    statistics: bool = typer.Option(False, "--statistics", help="Count the findings of each rule."),
    force: bool = typer.Option(False, "--force", help="Overwrite the files named by -o and --write-baseline."),
) -> None:
    """Find what is wrong with profiles before devices do."""
    from profiler.cli import console
    from profiler.lint import files
    from profiler.lint.linter import Linter, Selection
    from profiler.lint.session import lint_files
    from profiler.model import moment
    from profiler.model.target import parse_all
    from profiler.rules.rule import Severity
    from profiler.rules.run import Context

    context = Context(
        targets=parse_all(target or ()),
        mdm=mdm or "",
        now=moment.parse(now) if now else moment.now(),
        installed=(str(installed), installed.read_bytes()) if installed else None,
        trust=trust,
        complete=set_complete,
    )
    linter = Linter(context, Selection(_names(select), _names(ignore)))
    reports = list(lint_files(linter, files.collect(paths or []), stdin_filename=stdin_filename or ""))
    if format is Format.JSON:
        from profiler.render import json_report

        console.out(json_report.report(reports))
    else:
        import sys

        from profiler.render import text

        def paint(words: str, *styles: str) -> str:
            return console.paint(words, *styles, stream=sys.stdout)

        for line in text.report(reports, paint, console.clean):
            console.out(line)
    crashed = [report for report in reports if report.crash]
    for report in crashed:
        console.err(f"{console.paint('error', 'red')}: {console.clean(report.path)}: {report.crash}")
    if crashed:
        raise typer.Exit(3)
    if fail_on is FailOn.NEVER:
        return
    threshold = Severity[(fail_on or FailOn.ERROR).name]
    if any(one.severity >= threshold for report in reports for one in report.diagnostics):
        raise typer.Exit(1)


def _names(values: list[str] | None) -> frozenset[str]:
    return frozenset(name.strip() for value in values or () for name in value.split(",") if name.strip())
