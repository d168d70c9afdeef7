"""A check for people, in the order of Apple's support article, and for machines (schemas/check-output.schema.json)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from profiler.live.report import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from profiler.live.report import AccountReport, Step

_TITLES = {
    "dns": "server name",
    "connect": "connection",
    "tls": "encryption",
    "certificate": "certificate",
    "greeting": "greeting",
    "capabilities": "abilities",
    "authentication": "ways to sign in",
    "push": "new mail",
    "submission": "sending",
    "login": "sign-in",
}
_MARKS = {
    Status.OK: ("ok", "green"),
    Status.WARNING: ("warning", "yellow"),
    Status.FAILED: ("FAILED", "red"),
    Status.SKIPPED: ("skipped", "dim"),
}


def as_text(
    reports: Sequence[AccountReport], paint: Callable[[str, str], str], clean: Callable[[str], str]
) -> str:
    """Write the report; `paint` gives a text a colour by name, `clean` makes a server's text safe to print."""
    lines: list[str] = []
    for report in reports:
        lines.append(paint(clean(report.account), "bold"))
        heading = None
        for step in report.steps:
            side = step.step.partition("-")[0]
            if (side, step.server) != heading:
                heading = (side, step.server)
                direction = "receiving" if side == "incoming" else "sending"
                lines.append(f"  {direction}, {clean(step.server)}" if step.server else f"  {direction}")
            lines += _lines(step, paint, clean)
        if report.failed and report.status_page:
            lines.append(f"  The provider says at {report.status_page} whether it has an outage.")
        lines.append("")
    return "\n".join([*lines, summary(reports)])


def summary(reports: Sequence[AccountReport]) -> str:
    """Write one line: how many accounts, how many of them have a failed step."""
    failed = sum(report.failed for report in reports)
    count = f"{len(reports)} account{'s' if len(reports) != 1 else ''} checked"
    return f"{count}, {failed} with a failed step" if failed else f"{count}, no step failed"


def as_json(reports: Sequence[AccountReport]) -> str:
    """Write the report as JSON text."""
    accounts = [
        {
            "account": report.account,
            "status_page": report.status_page or None,
            "steps": [
                {
                    "step": s.step,
                    "server": s.server,
                    "status": s.status.value,
                    "message": s.message,
                    "todo": s.todo,
                }
                for s in report.steps
            ],
        }
        for report in reports
    ]
    return json.dumps({"version": 1, "accounts": accounts}, indent=1)


def _lines(step: Step, paint: Callable[[str, str], str], clean: Callable[[str], str]) -> list[str]:
    word, color = _MARKS[step.status]
    title = _TITLES[step.step.partition("-")[2]]
    found = [f"    {paint(f'{word:<8}', color)} {title:<16} {clean(step.message)}"]
    if step.todo:
        found.append(f"    {'':<8} {'':<16} -> {clean(step.todo)}")
    return found
