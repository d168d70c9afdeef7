"""Each report is read back by a parser that is not ours."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import junitparser
import pytest
from sarif_pydantic import Sarif

from profiler.document.source import from_bytes
from profiler.lint.linter import Linter, Selection
from profiler.render import github, junit, markdown, sarif
from profiler.rules import example

if TYPE_CHECKING:
    from profiler.lint.diagnostics import FileReport

MAIL = "com.apple.mail.managed"
SELECTED = Selection(frozenset({"doc-duplicate-key", "mail-cleartext", "doc-unreadable"}))
DUPLICATE = """
<key>IncomingMailServerUseSSL</key>
<true/>
<key>IncomingMailServerUseSSL</key>
<true/>
"""
ESCAPED = """
<key>A &amp; "b" &lt;c&gt;, d: 50%</key>
<true/>
<key>A &amp; "b" &lt;c&gt;, d: 50%</key>
<false/>
"""


@pytest.fixture(scope="module")
def reports() -> list[FileReport]:
    linter = Linter(selection=SELECTED)
    files = {
        "a, b/ä 1.mobileconfig": example.whole(DUPLICATE, MAIL),
        "clean.mobileconfig": example.whole("", MAIL),
        "escaped.mobileconfig": example.whole(ESCAPED, MAIL),
        "z.mobileconfig": b"\x1b[31m nonsense",
    }
    return [linter.lint(from_bytes(data, name)) for name, data in files.items()]


def test_sarif_is_read_by_an_independent_model(reports: list[FileReport]) -> None:
    text = sarif.report(reports)
    log = Sarif.model_validate_json(text)
    run = log.runs[0]
    assert [rule.id for rule in run.tool.driver.rules or []] == ["doc-duplicate-key", "doc-unreadable"]
    assert [result.rule_id for result in run.results or []] == [
        "doc-duplicate-key",
        "doc-duplicate-key",
        "doc-unreadable",
    ]
    raw = json.loads(text)["runs"][0]
    assert raw["columnKind"] == "unicodeCodePoints"
    first = raw["results"][0]
    assert raw["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == "doc-duplicate-key"
    location = first["locations"][0]["physicalLocation"]
    assert location["artifactLocation"] == {"uri": "a%2C%20b/%C3%A4%201.mobileconfig", "uriBaseId": "SRCROOT"}
    assert location["region"] == {"startLine": 49, "startColumn": 4, "endLine": 49, "endColumn": 39}
    assert first["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"] == {"text": ""}


def test_sarif_fingerprints_do_not_move_with_lines() -> None:
    linter = Linter(selection=SELECTED)
    data = example.whole(DUPLICATE, MAIL)
    moved = data.replace(b"<dict>", b"<!-- one\ntwo -->\n<dict>", 1)
    prints, lines = [], []
    for text in (data, moved):
        result = json.loads(sarif.report([linter.lint(from_bytes(text, "a.mobileconfig"))]))["runs"][0][
            "results"
        ][0]
        prints.append(result["partialFingerprints"])
        lines.append(result["locations"][0]["physicalLocation"]["region"]["startLine"])
    assert prints[0] == prints[1]
    assert lines == [49, 51]


def test_junit_is_read_by_an_independent_parser(reports: list[FileReport]) -> None:
    text = "\n".join(junit.report(reports))
    suites = list(junitparser.JUnitXml.fromstring(text.encode()))
    assert [(suite.name, suite.tests, suite.failures) for suite in suites] == [
        ("a, b/ä 1.mobileconfig", 1, 1),
        ("clean.mobileconfig", 1, 0),
        ("escaped.mobileconfig", 1, 1),
        ("z.mobileconfig", 1, 1),
    ]
    case = next(iter(suites[2]))
    assert case.name == 'doc-duplicate-key PayloadContent[0].A & "b" <c>, d: 50%'
    assert case.result[0].type == "error"


def test_github_escapes_what_its_format_gives_meaning_to(reports: list[FileReport]) -> None:
    lines = list(github.report(reports))
    assert lines[0].startswith(
        "::error file=a%2C b/ä 1.mobileconfig,line=49,col=4,endColumn=39,title=doc-duplicate-key::Incoming"
    )
    assert lines[0].endswith("%0Aremove the second of two equal entries")
    assert "50%25 is written twice" in lines[1]
    assert all("\n" not in line for line in lines)
    assert len(lines) == 3


def test_markdown_has_a_table_for_each_file_with_findings(reports: list[FileReport]) -> None:
    lines = list(markdown.report(reports))
    assert lines[:7] == [
        "# Configuration profiles",
        "",
        "4 files checked: 3 errors, 0 warnings, 0 notes; 1 can be fixed with --fix.",
        "",
        "## a, b/ä 1.mobileconfig",
        "",
        "| line | severity | rule | finding |",
    ]
    assert ' | error | doc-duplicate-key | A & "b" \\<c\\>, d: 50% is written twice' in "\n".join(lines)
    assert "clean.mobileconfig" not in "\n".join(lines)
