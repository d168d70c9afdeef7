"""A mail profile that is right but for what a test writes into it, and what the mail rules say of it."""

from __future__ import annotations

import plistlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from profiler import rules
from profiler.document.source import from_bytes
from profiler.lint.fixer import fix
from profiler.lint.linter import Linter, Selection
from profiler.model.account import MAIL
from profiler.model.target import parse_all
from profiler.rules import example
from profiler.rules.run import Context

if TYPE_CHECKING:
    from profiler.lint.diagnostics import Diagnostic

ROOT = Path(__file__).parents[3]
BASE = plistlib.loads(example.whole("<key>EmailAccountName</key>\n<string>Kari Nordmann</string>", MAIL))


class Sample:
    """Profiles made of `account` (keys over the usual ones, None leaves one out), linted by the mail rules alone."""

    def __init__(self, *select: str) -> None:
        ids = [rule.id for rule in rules.load("mail") if not rule.opt_in]
        self.selection = Selection(frozenset(select or ids))
        self.providers = [ROOT / "sample_profiles/providers/example.toml"]

    def account(self, **keys: Any) -> dict[str, Any]:
        merged = {**BASE["PayloadContent"][0], **keys}
        return {key: value for key, value in merged.items() if value is not None}

    # In what follows `target` is text and `unsafe` a boolean; Any lets tests unpack dictionaries of any values beside them.

    def profile(self, *payloads: dict[str, Any], **top: Any) -> bytes:
        merged = {**BASE, "PayloadContent": list(payloads), **top}
        return plistlib.dumps(
            {key: value for key, value in merged.items() if value is not None}, sort_keys=False
        )

    def linter(self, *, target: str = "", mdm: str = "") -> Linter:
        context = Context(targets=parse_all(target.split()), mdm=mdm, provider_files=tuple(self.providers))
        return Linter(context, self.selection)

    def lint(self, data: bytes, *, target: str = "", mdm: str = "") -> list[Diagnostic]:
        report = self.linter(target=target, mdm=mdm).lint(from_bytes(data, "sample.mobileconfig"))
        assert report.crash == ""
        return list(report.diagnostics)

    def of(self, *, target: Any = "", mdm: Any = "", **keys: Any) -> list[Diagnostic]:
        return self.lint(self.profile(self.account(**keys)), target=target, mdm=mdm)

    def ids(self, *, target: Any = "", mdm: Any = "", **keys: Any) -> list[str]:
        return [one.rule for one in self.of(target=target, mdm=mdm, **keys)]

    def fixed(self, *, target: Any = "", unsafe: Any = False, **keys: Any) -> dict[str, Any]:
        source = from_bytes(self.profile(self.account(**keys)), "sample.mobileconfig")
        result = fix(self.linter(target=target), source, unsafe=unsafe)
        account: dict[str, Any] = plistlib.loads(result.data)["PayloadContent"][0]
        return account


@pytest.fixture
def mail() -> Sample:
    return Sample()


@pytest.fixture
def only() -> type[Sample]:
    return Sample
