"""The catalogue of rules, for people and machines (schemas/rules-output.schema.json)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from profiler import rules
from profiler.rules.page import needs_text, paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator


def as_text() -> Iterator[str]:
    """A line for each rule, grouped."""
    for group in rules.GROUPS:
        yield f"{group}:"
        for rule in rules.load(group):
            needs = f"  (needs {needs_text(rule)})" if rule.needs else ""
            yield f"  {rule.id:34} {rule.severity.word:8} {rule.summary}{needs}"


def as_json() -> str:
    """Every fact about every rule."""
    listed = [
        {
            "id": rule.id,
            "severity": rule.severity.word,
            "also": [severity.word for severity in rule.also],
            "group": rule.group,
            "summary": rule.summary,
            "why": paragraphs(rule.why),
            "needs": list(rule.needs),
            "opt_in": rule.opt_in,
            "source": rule.source,
        }
        for rule in rules.every()
    ]
    return json.dumps({"version": 1, "rules": listed}, indent=1)
