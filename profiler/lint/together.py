"""Findings that take several files: facts kept of each, compared when all are read."""

from __future__ import annotations

import importlib
import pickle
import zlib
from typing import TYPE_CHECKING, Any, NamedTuple

from profiler.document.plist import path_text
from profiler.lint.diagnostics import Diagnostic, FileReport, Related
from profiler.rules import index

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
# This many reports wait as they are; more are packed, 64 together, which takes time and saves room.
_FEW = 1000
_CHUNK = 64


class Packed(NamedTuple):
    """A report on its way from another process: pickled there, and left so until it is printed."""

    path: str
    facts: tuple[tuple[str, Any], ...]
    data: bytes


def pack(report: FileReport) -> Packed:
    """Pickle a report, less its facts."""
    return Packed(report.path, report.facts, pickle.dumps(report._replace(facts=())))


def collect(run: Run, selection: Selection, suppressions: Suppressions) -> tuple[tuple[str, Any], ...]:
    """What is kept of one file for the rules that compare files; can be pickled."""
    if run.root is None or run.root.kind != "dict" or not (run.context.complete or run.accounts):
        return ()
    return tuple(
        (name, importlib.import_module(module).collect(run))
        for name, module in _MODULES.items()
        if (run.context.complete or name == _ALWAYS) and selection.runs(name) and not suppressions.names(name)
    )


def join(reports: Iterable[FileReport | Packed], settings: Settings) -> Iterator[FileReport]:
    """The reports with the findings that take several files added, in place.

    They wait until all are there, packed when they are many, so that memory hardly grows with their number.
    """
    facts: dict[str, list[tuple[str, Any]]] = {}
    first: list[FileReport] = []
    compressed: list[bytes] = []
    chunk: list[bytes] = []
    for report in reports:
        for name, fact in report.facts:
            facts.setdefault(name, []).append((report.path, fact))
        if isinstance(report, FileReport):
            if len(first) < _FEW and not compressed and not chunk:
                first.append(report)
                continue
            report = pack(report)  # noqa: PLW2901 - the same one
        chunk.append(report.data)
        if len(chunk) == _CHUNK:
            compressed.append(zlib.compress(pickle.dumps(chunk), 1))
            chunk = []
    extra = _compare(facts, settings)
    for one in _in_order(first, compressed, chunk):
        yield _with(one, extra.get(one.path))


def _in_order(first: list[FileReport], compressed: list[bytes], last: list[bytes]) -> Iterator[FileReport]:
    yield from first
    for several in compressed:
        yield from map(pickle.loads, pickle.loads(zlib.decompress(several)))  # noqa: S301 - our own bytes
    yield from map(pickle.loads, last)


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
