"""`profiler lint`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

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
    paths: list[str] | None = typer.Argument(
        None, metavar="[PATH]...", help="Files, folders or - for standard input [default: .]"
    ),
    format: Format | None = typer.Option(None, "--format", help="How to report. [default: text]"),
    output: Path | None = typer.Option(
        None, "--output", "-o", metavar="FILE", help="Write the report to a file."
    ),
    target: list[str] | None = typer.Option(
        None, "--target", metavar="TARGET", help="PLATFORM[:VERSION][,FLAG]...; may be repeated."
    ),
    mdm: str | None = typer.Option(
        None, "--mdm", metavar="VENDOR", help="Whose variables are values to come, such as jamf or intune."
    ),
    installed: Path | None = typer.Option(
        None, "--installed", metavar="FILE", help="The profile that is on the devices now."
    ),
    select: list[str] | None = typer.Option(
        None, "--select", metavar="ID,..", help="Only these rules: ids, first words of ids, or groups."
    ),
    ignore: list[str] | None = typer.Option(None, "--ignore", metavar="ID,..", help="Not these rules."),
    fail_on: FailOn | None = typer.Option(
        None, "--fail-on", help="Exit 1 from this severity on. [default: error]"
    ),
    fix: bool = typer.Option(False, "--fix", help="Repair what can be repaired safely."),
    unsafe_fixes: bool = typer.Option(
        False, "--unsafe-fixes", help="Also make fixes that may change what a device does."
    ),
    diff: bool = typer.Option(
        False, "--diff", help="Show the fixes instead of making them; a report is written only with -o."
    ),
    baseline: Path | None = typer.Option(
        None, "--baseline", metavar="FILE", help="Leave out the findings recorded in this file."
    ),
    write_baseline: Path | None = typer.Option(
        None, "--write-baseline", metavar="FILE", help="Record the findings of now in this file."
    ),
    decrypt_key: list[str] | None = typer.Option(
        None, "--decrypt-key", metavar="REF", help="A PEM key to look into encrypted profiles."
    ),
    trust: str = typer.Option(
        "system", "--trust", metavar="PEM|system", help="The roots that signatures are checked against."
    ),
    set_complete: bool = typer.Option(False, "--set-complete", help="All files given belong to one device."),
    config: Path | None = typer.Option(
        None, "--config", metavar="FILE", help="Use this config file for all files."
    ),
    no_config: bool = typer.Option(False, "--no-config", help="Read no config file."),
    jobs: int | None = typer.Option(
        None, "--jobs", metavar="N", min=1, help="Worker processes. [default: as many as pay]"
    ),
    now: str | None = typer.Option(
        None, "--now", metavar="RFC3339", help="The time to judge dates by. [default: now]"
    ),
    stdin_filename: str | None = typer.Option(
        None, "--stdin-filename", metavar="NAME", help="The name that standard input is reported under."
    ),
    statistics: bool = typer.Option(False, "--statistics", help="Count the findings of each rule."),
    cache: bool = typer.Option(
        False,
        "--cache",
        help="Keep results, and lint only what has changed since. Without --now, dates are judged by the last full hour.",
    ),
    cache_dir: Path | None = typer.Option(
        None,
        "--cache-dir",
        metavar="DIR",
        help="Where --cache keeps them. [default: $PROFILER_CACHE_DIR, or the user's cache folder]",
    ),
    force: bool = typer.Option(
        False, "--force", help="Overwrite the files named by -o and --write-baseline."
    ),
) -> None:
    """Find what is wrong with profiles before devices do."""
    from profiler.cli import console, lint_run
    from profiler.lint import files
    from profiler.lint.settings import Settings
    from profiler.model import moment

    one_off = fix or diff or write_baseline or decrypt_key or "-" in (paths or ())
    cached = (cache or cache_dir is not None) and not one_off
    keys = lint_run.keys(decrypt_key or [])
    settings = Settings(
        now=moment.parse(now) if now else moment.hour() if cached else moment.now(),
        targets=tuple(target or ()),
        mdm=mdm or "",
        installed=lint_run.installed(installed, keys),
        select=_names(select),
        ignore=_names(ignore),
        fail_on=fail_on or "",
        decrypt_keys=keys,
        trust=trust,
        complete=set_complete,
        config_file=config,
        no_config=no_config,
        stdin_filename=stdin_filename or "",
    )
    settings.check()
    names = files.collect(paths or [])
    if not names:
        console.warn(f"no file to check: no *.mobileconfig below {', '.join(paths or ['.'])}")
    output = None if str(output) == "-" else output
    run = lint_run.Shape(format or Format.TEXT, output, baseline, statistics=statistics, force=force)
    if cached:
        raise typer.Exit(lint_run.cached(settings, names, jobs or 0, run, cache_dir))
    if fix or diff:
        reports = lint_run.fix(settings, names, unsafe=unsafe_fixes, diff=diff)
    else:
        reports = lint_run.progress(settings, names, jobs or 0)
    if write_baseline is not None:
        raise typer.Exit(lint_run.write_baseline(write_baseline, reports, force=force))
    raise typer.Exit(
        lint_run.report(settings, reports, run, silent=diff and output is None, aside=fix and "-" in names)
    )


def _names(values: list[str] | None) -> frozenset[str]:
    from profiler import rules

    return rules.named(name.strip() for value in values or () for name in value.split(",") if name.strip())
