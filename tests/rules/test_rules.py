"""What every rule is held to: its examples, its fix, its page, its name."""

from __future__ import annotations

import datetime
import plistlib
from pathlib import Path

import pytest

from profiler import rules
from profiler.document import edits
from profiler.document.edits import Safety
from profiler.document.source import from_bytes
from profiler.lint.fixer import fix
from profiler.lint.linter import Linter, Selection
from profiler.model.target import parse_all
from profiler.rules import example
from profiler.rules.page import fix_text, page
from profiler.rules.rule import Needs, Rule
from profiler.rules.run import Context

ROOT = Path(__file__).parents[2]
EVERY = list(rules.every())
NOW = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
# Signed and encrypted examples are made with keys, in tests/rules/signature; several files in tests/rules/lifecycle.
WITH_EXAMPLE = [rule for rule in EVERY if rule.bad and Needs.FILES not in rule.needs]


def context(rule: Rule) -> Context:
    installed = None
    if rule.installed:
        installed = (
            "installed.mobileconfig",
            example.whole(rule.installed, rule.example_type, rule.leave_out),
        )
    return Context(
        targets=parse_all(rule.target.split()),
        mdm=rule.options.get("mdm", ""),
        now=datetime.datetime.fromisoformat(rule.options["now"]) if "now" in rule.options else NOW,
        installed=installed,
        complete="set-complete" in rule.options,
        provider_files=(ROOT / "sample_profiles/providers/example.toml",),
    )


def linter(rule: Rule) -> Linter:
    """All rules that are on by default, this one too, less those that the example cannot but break as well (`ignore`).

    Samples are full of sample values.
    """
    ignore = set() if rule.id == "doc-sample-value" else {"doc-sample-value"}
    ignore |= set(rule.options.get("ignore", "").split())
    others = {one.id for one in EVERY if not one.opt_in} - ignore
    return Linter(context(rule), Selection(frozenset({rule.id, *others}), frozenset(ignore)))


def text(rule: Rule, snippet: str) -> bytes:
    return example.whole(snippet, rule.example_type, rule.leave_out)


def found(rule: Rule, data: bytes) -> list[str]:
    name = rule.options.get("name", "example.mobileconfig")
    report = linter(rule).lint(from_bytes(data, name))
    assert report.crash == ""
    return [one.rule for one in report.diagnostics]


@pytest.mark.parametrize("rule", WITH_EXAMPLE, ids=lambda rule: rule.id)
def test_the_bad_example_shows_this_rule_and_no_other(rule: Rule) -> None:
    assert set(found(rule, text(rule, rule.bad))) == {rule.id}


@pytest.mark.parametrize("rule", WITH_EXAMPLE, ids=lambda rule: rule.id)
def test_every_finding_says_what_to_do(rule: Rule) -> None:
    name = rule.options.get("name", "example.mobileconfig")
    report = linter(rule).lint(from_bytes(text(rule, rule.bad), name))
    assert [one.message for one in report.diagnostics if one.fix is None and not one.hint] == []


@pytest.mark.parametrize("rule", WITH_EXAMPLE, ids=lambda rule: rule.id)
def test_the_good_example_shows_nothing(rule: Rule) -> None:
    good_name = rule.options.get("good-name", "example.mobileconfig")
    report = linter(rule).lint(from_bytes(text_of_good(rule), good_name))
    assert [(one.rule, one.message) for one in report.diagnostics] == []


def text_of_good(rule: Rule) -> bytes:
    keeps = tuple(key for key in rule.leave_out if f"<key>{key}</key>" not in rule.good)
    return example.whole(rule.good, rule.example_type, keeps)


@pytest.mark.parametrize("rule", WITH_EXAMPLE, ids=lambda rule: rule.id)
def test_the_fix_makes_the_good_example_of_the_bad_one(rule: Rule) -> None:
    source = from_bytes(text(rule, rule.bad), "example.mobileconfig")
    offered = [
        one.fix for one in linter(rule).lint(source).diagnostics if one.fix is not None and one.fix.edits
    ]
    applicable = [one for one in offered if one.safety is not Safety.MANUAL]
    if not applicable:
        return
    if not source.editable:
        pytest.skip("the example is no editable text")
    unsafe = any(one.safety is Safety.UNSAFE for one in applicable)
    fixed = fix(linter(rule), source, unsafe=unsafe)
    assert fixed.data.decode() == text_of_good(rule).decode()
    assert fix(linter(rule), from_bytes(fixed.data, source.name), unsafe=True).data == fixed.data
    assert edits.apply(source.content, applicable)[1] >= 1


@pytest.mark.parametrize("rule", WITH_EXAMPLE, ids=lambda rule: rule.id)
def test_a_binary_copy_shows_the_same(rule: Rule) -> None:
    if rule.group == "document" or rule.options.get("text-only"):
        return  # about the text itself, which a binary copy does not have
    data = text(rule, rule.bad)
    binary = plistlib.dumps(plistlib.loads(data), fmt=plistlib.FMT_BINARY)
    assert set(found(rule, binary)) - {"doc-binary-plist"} == {rule.id}


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
def test_it_explains_itself(rule: Rule) -> None:
    assert rule.summary.endswith("."), "the first line of the docstring is a sentence"
    assert len(rule.why.split()) >= 8, "the rest of the docstring says why it matters"
    assert rule.source.startswith("https://")
    assert rule.bad or {Needs.SIGNATURE, Needs.KEY, Needs.FILES} & set(rule.needs)


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
def test_its_page_says_what_to_do(rule: Rule) -> None:
    """`make docs` writes it anew."""
    said = fix_text(rule)
    assert f"Fix: {said}" in list(page(rule))
    if rule.fix:
        return
    name = rule.options.get("name", "example.mobileconfig")
    report = linter(rule).lint(from_bytes(text(rule, rule.bad), name))
    flags = {Safety.SAFE: " (`--fix` does it)", Safety.UNSAFE: " (`--fix --unsafe-fixes` does it)"}
    offered = {one.fix.title + flags[one.fix.safety] for one in report.diagnostics if one.fix and one.fixable}
    first = report.diagnostics[0]
    assert said in (offered or {first.fix.title if first.fix else first.hint})


def test_a_page_of_a_rule() -> None:
    found = rules.one("prof-value-not-allowed")
    assert found is not None
    assert (
        "\n".join(page(found))
        == """\
## prof-value-not-allowed

**warning** · A value is none of those that Apple defines for its key.

A device may refuse the profile, or take the setting as if it were absent.

Bad:

```xml
<key>TargetDeviceType</key>
<integer>9</integer>
```

Good:

```xml
<key>TargetDeviceType</key>
<integer>1</integer>
```

Fix: `profiler schema Configuration` shows what Apple defines

Source: <https://github.com/apple/device-management>"""
    )


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
def test_its_name_is_the_name_of_its_file(rule: Rule) -> None:
    prefix, _, rest = rule.id.partition("-")
    assert rules.group_of(rule.id) == rule.group
    name = rule.module.rpartition(".")[2]
    assert name in (rest.replace("-", "_"), f"{prefix}_{rest}".replace("-", "_"))


def test_ids_are_unique() -> None:
    ids = [rule.id for rule in EVERY]
    assert sorted(set(ids)) == sorted(ids)
