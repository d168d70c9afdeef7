"""Findings as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), for code scanning."""

from __future__ import annotations

import json
import os
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from profiler import __version__
from profiler.document.edits import Safety
from profiler.document.plist import path_text
from profiler.lint.baseline import fingerprint
from profiler.rules import index
from profiler.rules.page import paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profiler.document.source import Position
    from profiler.lint.diagnostics import Diagnostic, FileReport
    from profiler.rules.rule import Rule

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def report(files: Iterable[FileReport]) -> str:
    """The whole log. Columns count characters (`columnKind`); fingerprints do not change when lines move."""
    reports = list(files)
    found = [(file, one) for file in reports for one in file.diagnostics]
    used = [index.by_id()[name].rule for name in sorted({one.rule for _, one in found})]
    numbers = {rule.id: number for number, rule in enumerate(used)}
    run = {
        "tool": {
            "driver": {"name": "profiler", "version": __version__, "rules": [_rule(rule) for rule in used]}
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The folder the linter ran in."}}},
        "invocations": [_invocation([file for file in reports if file.crash])],
        "results": [_result(file, one, numbers[one.rule]) for file, one in found],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)


def _invocation(crashed: list[FileReport]) -> dict[str, Any]:
    """Whether all files could be checked, and why not."""
    told = [
        {
            "level": "error",
            "message": {"text": file.crash},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(file)}}],
        }
        for file in crashed
    ]
    return {"executionSuccessful": not told, "toolExecutionNotifications": told}


def _rule(rule: Rule) -> dict[str, Any]:
    why = paragraphs(rule.why)
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": why},
        "help": {"text": f"{why}\n\nSource: {rule.source}", "markdown": f"{why}\n\nSource: <{rule.source}>"},
        "helpUri": rule.source,
        "defaultConfiguration": {"level": rule.severity.word},
        "properties": {"tags": [rule.group]},
    }


def _result(file: FileReport, one: Diagnostic, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": one.rule,
        "ruleIndex": index,
        "level": one.severity.word,
        "message": {"text": one.message + (f"\n{one.hint}" if one.hint else "")},
        "locations": [_location(file, one.start, one.end, path_text(one.key_path))],
        "partialFingerprints": {"profilerFinding/v1": fingerprint(one)},
    }
    if one.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "message": {"text": item.message},
                **_location(file, item.start, None, path_text(item.key_path)),
            }
            for number, item in enumerate(one.related)
        ]
    if one.fixable and one.fix is not None and file.envelope == "xml":
        result["fixes"] = [_fix(file, one)]
    return result


def _location(file: FileReport, start: Position | None, end: Position | None, path: str) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(file)}
    if start is not None:
        region = {"startLine": start.line, "startColumn": start.column}
        if end is not None and end.offset > start.offset:
            region |= {"endLine": end.line, "endColumn": end.column}
        physical["region"] = region
    location: dict[str, Any] = {"physicalLocation": physical}
    if path:
        location["logicalLocations"] = [{"fullyQualifiedName": path, "kind": "member"}]
    return location


def _artifact(file: FileReport) -> dict[str, str]:
    path = PurePath(file.path)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(os.fsencode(path.as_posix())), "uriBaseId": "SRCROOT"}


def _fix(file: FileReport, one: Diagnostic) -> dict[str, Any]:
    assert one.fix is not None  # noqa: S101 - the caller has looked
    replacements = [
        {
            "deletedRegion": {"byteOffset": edit.start, "byteLength": edit.end - edit.start},
            "insertedContent": {"text": edit.text},
        }
        for edit in one.fix.edits
    ]
    safe = "" if one.fix.safety is Safety.SAFE else " (may change what a device does)"
    change = {"artifactLocation": _artifact(file), "replacements": replacements}
    return {"description": {"text": one.fix.title + safe}, "artifactChanges": [change]}
