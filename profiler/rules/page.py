"""A rule explained: the page that `profiler explain` prints and docs/rules/ holds."""

from __future__ import annotations

import inspect
import json
import textwrap
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.rule import Rule


FIXES = Path(__file__).with_name("fixes.json")


def paragraphs(text: str) -> str:
    """The rest of a docstring without its indentation, each paragraph on one line."""
    blocks = inspect.cleandoc("\n" + text).split("\n\n")
    return "\n\n".join(" ".join(block.split()) for block in blocks if block.strip())


def severity_text(rule: Rule) -> str:
    """Its severity, with those it may have in special cases."""
    also = ", ".join(severity.word for severity in rule.also)
    return rule.severity.word + (f" (in some cases {also})" if also else "")


def needs_text(rule: Rule) -> str:
    """What it needs besides the file, "" when nothing."""
    return ", ".join(rule.needs)


def fix_text(rule: Rule) -> str:
    """What to do about it: said by the rule, or by the linter about the bad example (`make docs` writes that down)."""
    return rule.fix or _fixes()[rule.id]


@cache
def _fixes() -> dict[str, str]:
    fixes: dict[str, str] = json.loads(FIXES.read_bytes())
    return fixes


def page(rule: Rule) -> Iterator[str]:
    """Lines of Markdown."""
    yield f"## {rule.id}"
    yield ""
    yield f"**{severity_text(rule)}** · {rule.summary}"
    yield ""
    yield paragraphs(rule.why)
    if rule.needs:
        yield ""
        yield f"Needs {needs_text(rule)}."
    if rule.target:
        yield ""
        yield f"The example is linted with `--target {' --target '.join(rule.target.split())}`."
    without = f" (without {', '.join(rule.leave_out)})" if rule.leave_out else ""
    examples = (("Installed on the device", rule.installed), (f"Bad{without}", rule.bad), ("Good", rule.good))
    for title, snippet in examples:
        if snippet:
            yield ""
            yield f"{title}:"
            yield ""
            yield "```xml"
            yield textwrap.dedent(snippet).strip("\n").rstrip()
            yield "```"
    yield ""
    yield f"Fix: {fix_text(rule)}"
    yield ""
    yield f"Source: <{rule.source}>"
