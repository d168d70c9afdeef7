"""`profiler verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from profiler.cli import rewrite
from profiler.cli.formats import TextOrJson

if TYPE_CHECKING:
    from profiler.trust.verification import Verification

_STYLES = {"ok": "green", "warning": "yellow", "failed": "red", "skipped": "dim"}


def command(
    files: rewrite.Files,
    trust: str = typer.Option(
        "system", "--trust", metavar="PEM|system", help="The roots to believe; several between commas."
    ),
    at: str | None = typer.Option(
        None, "--at", metavar="RFC3339", help="The time to judge by. [default: now]"
    ),
    format: TextOrJson = typer.Option(TextOrJson.TEXT, "--format", help="How to report."),
) -> None:
    """Say step by step whether a device would show a signed profile as verified."""
    from profiler.cli import console
    from profiler.document.source import read_bytes
    from profiler.errors import ProfilerError
    from profiler.model import moment
    from profiler.trust import store
    from profiler.trust.verify import unopened, verify_bytes

    when = moment.now() if at is None else moment.parse(at, flag="--at")
    roots = store.trust(trust)
    code = 0
    reports: list[dict[str, object]] = []
    for name in console.progress(files, total=len(files), label="verify"):
        try:
            found = verify_bytes(read_bytes(name), trust=roots, at=when)
        except ProfilerError as error:
            code = max(code, rewrite.complain(name, error))
            found = unopened(error.message)
        code = max(code, int(not found.valid))
        if format is TextOrJson.JSON:
            reports.append({"path": name, **found.describe()})
        else:
            _show(name, found)
    if format is TextOrJson.JSON:
        import json

        console.out(json.dumps({"version": 1, "files": reports}, indent=2))
    raise typer.Exit(code)


def _show(name: str, found: Verification) -> None:
    import sys

    from profiler.cli import console

    def paint(text: str, status: str) -> str:
        return console.paint(text, _STYLES[status], stream=sys.stdout)

    verdict = paint("valid", "ok") if found.valid else paint("not valid", "failed")
    console.out(f"{console.clean(name)}: {verdict}")
    for number, step in enumerate(found.steps, 1):
        status = paint(f"{step.status:<8}", step.status)
        console.out(f"  {number} {step.step:<19}{status} {console.clean(step.message)}")
