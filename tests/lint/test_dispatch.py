"""A rule is called once for each subject, however many reasons there are to call it."""

from __future__ import annotations

from profiler.document.document import Document
from profiler.document.source import from_bytes
from profiler.lint.linter import Linter, Selection
from profiler.model.target import parse_all
from profiler.rules import example
from profiler.rules.run import Context, Run

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
