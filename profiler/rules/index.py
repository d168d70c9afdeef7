"""What has to be known of a rule to decide whether to call it, for all rules in one file: a rule is imported when it is called.

`index.json` is written from the rules by `make docs`; tests/rules/test_index.py holds it to them.
"""

from __future__ import annotations

import importlib
import json
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from profiler.rules.rule import Needs, Rule, Scope, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from profiler.rules.rule import Finding
    from profiler.rules.run import Run

FILE = Path(__file__).with_name("index.json")


class Entry:
    """A rule as the index has it. The facts are those of `Rule`; `rule` is the rule itself."""

    def __init__(self, identifier: str, group: str, file: str, facts: dict[str, Any]) -> None:
        self.id = identifier
        self.group = group
        self.scope = Scope(facts.get("scope", Scope.FILE))
        self.types = frozenset(facts.get("types", ()))
        self.keys = frozenset(facts.get("keys", ()))
        self.problem: str = facts.get("problem", "")
        self.violations = frozenset(facts.get("violations", ()))
        self.when: str = facts.get("when", "")
        self.needs = frozenset(facts.get("needs", ()))
        self.severities = frozenset(Severity(one) for one in facts["severities"])
        self.opt_in = Needs.OPT_IN.value in self.needs
        self._file = file

    @cached_property
    def check(self) -> Callable[[Any, Run], Iterable[Finding]]:
        """The function of the rule."""
        return self.rule.check

    @cached_property
    def rule(self) -> Rule:
        """The rule, imported at the first use."""
        return read(self.group, self._file)


def read(group: str, file: str) -> Rule:
    """The rule in a file of a group."""
    found: Rule = importlib.import_module(f"profiler.rules.{group}.{file}").check
    return found


@cache
def entries(group: str) -> tuple[Entry, ...]:
    """The rules of a group, in order."""
    return tuple(Entry(one["id"], group, one["file"], one) for one in _groups()[group])


@cache
def by_id() -> dict[str, Entry]:
    """All rules by their ids."""
    return {entry.id: entry for group in _groups() for entry in entries(group)}


@cache
def _groups() -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = json.loads(FILE.read_bytes())
    return groups


def text(groups: Iterable[tuple[str, Iterable[Rule]]]) -> str:
    """The index of these rules, as it stands in the file: a line each, facts that are the usual ones left out."""
    parts = []
    for group, rules in groups:
        lines = ",\n".join(json.dumps(_facts(rule)) for rule in rules)
        parts.append(f'"{group}": [\n{lines}\n]')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _facts(rule: Rule) -> dict[str, Any]:
    facts = {
        "id": rule.id,
        "file": rule.module.rpartition(".")[2],
        "severities": sorted({rule.severity, *rule.also}),
        "scope": rule.scope.value if rule.scope is not Scope.FILE else "",
        "types": sorted(rule.types),
        "keys": sorted(rule.keys),
        "problem": rule.problem,
        "violations": sorted(rule.violations),
        "when": rule.when,
        "needs": [one.value for one in rule.needs],
    }
    return {name: fact for name, fact in facts.items() if fact}
