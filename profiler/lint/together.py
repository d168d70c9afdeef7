"""Findings that take several files: facts kept of each, compared when all are read."""

from __future__ import annotations

import importlib
import pickle
import zlib
from typing import TYPE_CHECKING, Any

from profiler.document.plist import path_text
from profiler.lint.diagnostics import Diagnostic, Related
from profiler.rules import index

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profiler.lint.diagnostics import FileReport
    from profiler.lint.linter import Selection
    from profiler.lint.settings import Settings
    from profiler.lint.suppress import Suppressions
    from profiler.rules.across import Remark
    from profiler.rules.rule import Rule, Severity
    from profiler.rules.run import Run

# Each module has `collect(run)`, what to keep of a file, and `compare([(path, facts), ..])`, the findings.
_MODULES = {
    "ref-vpn-missing": "profiler.rules.reference.vpn_missing",
    "del-conflicting-profiles": "profiler.rules.delivery.conflicting_profiles",
    "life-identifier-collision": "profiler.rules.lifecycle.identifier_collision",
}
# Without --set-complete, which says that all files given belong to one device, only this one has something to compare.
_ALWAYS = "life-identifier-collision"
_CHUNK = 64


def collect(run: Run, selection: Selection, suppressions: Suppressions) -> tuple[tuple[str, Any], ...]:
    """What is kept of one file for the rules that compare files; can be pickled."""
    if run.root is None or run.root.kind != "dict" or not (run.context.complete or run.accounts):
        return ()
    return tuple(
        (name, importlib.import_module(module).collect(run))
        for name, module in _MODULES.items()
        if (run.context.complete or name == _ALWAYS) and selection.runs(name) and not suppressions.names(name)
    )


def join(reports: Iterable[FileReport], settings: Settings) -> Iterator[FileReport]:
    """The reports with the findings that take several files added, in place.

    The reports wait, pickled and packed, until all are there, so that memory hardly grows with their number.
    """
    facts: dict[str, list[tuple[str, Any]]] = {}
    packed: list[bytes] = []
    chunk: list[FileReport] = []
    for report in reports:
        for name, fact in report.facts:
            facts.setdefault(name, []).append((report.path, fact))
        chunk.append(report._replace(facts=()))
        if len(chunk) == _CHUNK:
            packed.append(zlib.compress(pickle.dumps(chunk), 1))
            chunk = []
    extra = _compare(facts, settings)
    for data in packed:
        for report in pickle.loads(zlib.decompress(data)):  # noqa: S301 - our own bytes
            yield _with(report, extra.get(report.path))
    for report in chunk:
        yield _with(report, extra.get(report.path))


def _compare(facts: dict[str, list[tuple[str, Any]]], settings: Settings) -> dict[str, list[Diagnostic]]:
    found: dict[str, list[Diagnostic]] = {}
    for name, of_files in facts.items():
        if len(of_files) < 2 and name != "ref-vpn-missing":  # noqa: PLR2004 - one file has nothing to be compared with
            continue
        rule = index.by_id()[name].rule
        for path, remark in importlib.import_module(_MODULES[name]).compare(of_files):
            own = dict(settings.config_for(path).severity).get(name)
            found.setdefault(path, []).append(
                _diagnostic(rule, remark, own or remark.severity or rule.severity)
            )
    return found


def _diagnostic(rule: Rule, remark: Remark, severity: Severity) -> Diagnostic:
    place = remark.place
    related = tuple(
        Related(where.key_path, None, f"{path}: {message}") for path, where, message in remark.related
    )
    anchor = path_text(place.key_path)
    return Diagnostic(
        rule.id, severity, remark.message, place.key_path, place.start, place.end, None, related, remark.help, rule.source,
        "", (0, 0), anchor,
    )  # fmt: skip


def _with(report: FileReport, extra: list[Diagnostic] | None) -> FileReport:
    if not extra:
        return report
    found = sorted(
        (*report.diagnostics, *extra), key=lambda one: (one.start.offset if one.start else -1, one.rule)
    )
    return report._replace(diagnostics=tuple(found))
