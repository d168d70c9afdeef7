"""Write what is made from the rules: profiler/rules/index.json, profiler/rules/README.md and docs/rules/*.md.

Every fact on them comes from the rule itself, and what the linter says of each bad example is what it really says.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from profiler import rules
from profiler.document.source import from_bytes
from profiler.lint.linter import Linter, Selection
from profiler.model.target import parse_all
from profiler.render import text
from profiler.rules import example, index
from profiler.rules.page import needs_text, page, severity_text
from profiler.rules.run import Context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.lint.diagnostics import FileReport
    from profiler.rules.rule import Rule

ROOT = Path(__file__).parents[1]
NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
NOTICE = "<!-- Written by docs/write.py from the rules; change those. -->"


def found(rule: Rule) -> FileReport | None:
    """What the linter finds with this rule in its bad example; None when the example is no file on its own."""
    if not rule.bad:
        return None
    installed = None
    if rule.installed:
        installed = (
            "installed.mobileconfig",
            example.whole(rule.installed, rule.example_type, rule.leave_out),
        )
    context = Context(
        targets=parse_all(rule.target.split()),
        mdm=rule.options.get("mdm", ""),
        now=datetime.datetime.fromisoformat(rule.options["now"]) if "now" in rule.options else NOW,
        installed=installed,
        complete="set-complete" in rule.options,
        provider_files=(ROOT / "sample_profiles/providers/example.toml",),
    )
    source = from_bytes(
        example.whole(rule.bad, rule.example_type, rule.leave_out),
        rule.options.get("name", "example.mobileconfig"),
    )
    report = Linter(context, Selection(select=frozenset({rule.id}))).lint(source)
    if report.crash:
        raise SystemExit(f"{rule.id}: {report.crash}")
    return report if report.diagnostics else None


def rule_pages(group: str) -> Iterator[str]:
    """The page of a group."""
    yield NOTICE
    yield f"# Rules: {group}"
    for rule in rules.load(group):
        yield ""
        *lines, blank, source = page(rule)
        yield from lines
        report = found(rule)
        if report is not None:
            yield ""
            yield "What the linter says of the bad one:"
            yield ""
            yield "```text"
            yield from list(text.report([report]))[:-1]
            yield "```"
        yield blank
        yield source


def table() -> Iterator[str]:
    """All rules at a glance."""
    yield NOTICE
    yield "# The rules"
    yield ""
    yield "One rule, one file; the folder is its group, the file name its id without the group."
    yield "[How to add one](../../docs/contributing.md#a-rule)."
    for group in rules.GROUPS:
        yield ""
        yield f"## {group}"
        yield ""
        yield "| rule | severity | what it finds | fix | needs |"
        yield "|---|---|---|---|---|"
        for rule in rules.load(group):
            link = f"[{rule.id}](../../docs/rules/{group}.md#{rule.id})"
            yield f"| {link} | {severity_text(rule)} | {rule.summary} | {fix_text(rule)} | {needs_text(rule)} |"


def fix_text(rule: Rule) -> str:
    """How safe the fix of the bad example is, "" when there is none."""
    report = found(rule)
    fixes = (
        {one.fix.safety for one in report.diagnostics if one.fix is not None and one.fixable}
        if report
        else set()
    )
    return " or ".join(sorted(fixes))


def pages() -> Iterator[tuple[Path, str]]:
    """Every page with its text."""
    for group in rules.GROUPS:
        yield ROOT / f"docs/rules/{group}.md", "\n".join(rule_pages(group)) + "\n"
    yield ROOT / "profiler/rules/README.md", "\n".join(table()) + "\n"


def main() -> None:
    """Write the index, by which the linter finds the rules, and all pages."""
    index.FILE.write_text(index.text((group, rules.load(group)) for group in rules.GROUPS), encoding="utf-8")
    for path, content in pages():
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
