"""Profiles of right payloads but for what a test writes into them, and what one group of rules says of them."""

from __future__ import annotations

import datetime
import plistlib
from pathlib import Path
from typing import Any

import pytest

from profiler import rules
from profiler.document.document import Document
from profiler.document.source import from_bytes
from profiler.lint.fixer import fix
from profiler.lint.linter import Linter, Selection
from profiler.model.target import parse_all
from profiler.rules import example
from profiler.rules.run import Context, Run

ROOT = Path(__file__).parents[2]
NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)


class Bench:
    """Lints profiles of given payloads by the groups of rules whose ids begin with `prefixes`."""

    def __init__(self, *prefixes: str) -> None:
        self.rules = frozenset(
            rule.id for rule in rules.every() if rule.id.startswith(prefixes) and not rule.opt_in
        )

    def payload(self, kind: str, **keys: Any) -> dict[str, Any]:
        """A right payload of a type, with other keys; None leaves one out."""
        snippet = f"<dict>\n<key>PayloadType</key>\n<string>{kind}</string>\n</dict>\n"
        base: dict[str, Any] = plistlib.loads(example.whole(snippet, ""))["PayloadContent"][0]
        return {key: value for key, value in (base | keys).items() if value is not None}

    def profile(self, *payloads: dict[str, Any], **top: Any) -> bytes:
        whole: dict[str, Any] = plistlib.loads(example.whole("", ""))
        return plistlib.dumps({**whole, "PayloadContent": list(payloads), **top}, sort_keys=False)

    def context(self, **options: Any) -> Context:
        targets = parse_all(options.pop("target", "").split())
        return Context(targets=targets, **{"now": NOW, **options})

    def linter(self, **options: Any) -> Linter:
        select = options.pop("select", None)
        return Linter(self.context(**options), Selection(frozenset({select}) if select else self.rules))

    def found(self, data: bytes, **options: Any) -> list[tuple[str, str, str]]:
        """Rule, severity and message of each finding in a file."""
        report = self.linter(**options).lint(from_bytes(data, "kari.mobileconfig"))
        assert report.crash == ""
        return [(one.rule, one.severity.word, one.message) for one in report.diagnostics]

    def lint(self, *payloads: dict[str, Any], **options: Any) -> list[tuple[str, str, str]]:
        """The same of a profile with these payloads."""
        return self.found(self.profile(*payloads), **options)

    def ids(self, *payloads: dict[str, Any], **options: Any) -> list[str]:
        """The rules alone."""
        return [rule for rule, _, _ in self.lint(*payloads, **options)]

    def fixed(self, *payloads: dict[str, Any], unsafe: bool = False, **options: Any) -> list[dict[str, Any]]:
        """The payloads after --fix."""
        source = from_bytes(self.profile(*payloads), "kari.mobileconfig")
        content: list[dict[str, Any]] = plistlib.loads(
            fix(self.linter(**options), source, unsafe=unsafe).data
        )["PayloadContent"]
        return content

    def run(self, *payloads: dict[str, Any], **options: Any) -> Run:
        """A run over a profile with these payloads, for what takes several files."""
        top = options.pop("top", {})
        document = Document(from_bytes(self.profile(*payloads, **top), "kari.mobileconfig"))
        return Run(document, self.context(**options))


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Bench:
    """A bench for the rules that the test module names in PREFIXES."""
    return Bench(*request.module.PREFIXES)
