"""A rule is called once for each subject, however many reasons there are to call it."""

from __future__ import annotations

import datetime
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from profiler import rules
from profiler.document.document import Document
from profiler.document.source import from_bytes
from profiler.lint import dispatch
from profiler.lint.linter import Linter, Selection
from profiler.model.target import Targets, parse_all
from profiler.rules import example
from profiler.rules.condition import CONDITIONS
from profiler.rules.run import Context, Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from profiler.rules.rule import Rule

NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)

ENROLMENT = """
<dict>
    <key>PayloadType</key>
    <string>com.apple.mdm</string>
    <key>ManagedAppleID</key>
    <string>kari@example.com</string>
</dict>
"""
SEVERAL_KEYS = """
<key>SMIMEEnabled</key>
<true/>
<key>SMIMESigningEnabled</key>
<true/>
"""


def run_of(snippet: str, target: str = "") -> tuple[Linter, Run]:
    linter = Linter(Context(targets=parse_all(target.split())), Selection())
    return linter, Run(Document(from_bytes(example.whole(snippet, "com.apple.mail.managed"))), linter.context)


def calls(linter: Linter, run: Run) -> list[str]:
    return [rule.id for rule, _ in linter._calls(run)]


def test_a_rule_about_two_kinds_of_violation() -> None:
    linter, run = run_of(ENROLMENT, "ios:17.5 macos:15")
    assert {"deprecated", "removed"} <= set(run.violations)
    assert calls(linter, run).count("prof-deprecated-true") == 1


def test_a_rule_about_several_keys() -> None:
    called = calls(*run_of(SEVERAL_KEYS))
    assert sorted(set(called)) == sorted(called)


def everything() -> Iterator[tuple[Rule | None, bytes]]:
    """The rules' own examples with their rule, the samples, and real profiles where they lie beside the checkout."""
    for rule in rules.every():
        for snippet in (rule.bad, rule.good):
            if snippet:
                yield rule, example.whole(snippet, rule.example_type, rule.leave_out)
    root = Path(__file__).parents[2]
    for folder in (root / "sample_profiles", root.parent / "shared/corpus"):
        for path in sorted(folder.rglob("*.mobileconfig")):
            yield None, path.read_bytes()


def test_a_condition_hides_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules find the same when they are called without regard to `when`."""
    cases = []
    for rule, data in everything():
        options = rule.options if rule else {}
        context = Context(targets=parse_all(rule.target.split()) if rule else Targets(), now=NOW)
        context = context._replace(mdm=options.get("mdm", ""), complete="set-complete" in options)
        cases.append((context, from_bytes(data, options.get("name", "example.xml"))))
    before = [Linter(context).lint(source)._replace(timed=False) for context, source in cases]
    monkeypatch.setattr(dispatch, "CONDITIONS", defaultdict(lambda: lambda _subject, _run: True))
    assert [Linter(context).lint(source)._replace(timed=False) for context, source in cases] == before
    assert len(cases) > len(list(rules.every()))


def test_every_condition_is_some_rule_s() -> None:
    assert {rule.when for rule in rules.every()} - {""} == set(CONDITIONS)
