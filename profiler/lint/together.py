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
    from collections.abc import Iterable, Iterator, Sequence

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
    """A report on its way from another process. Those of a chunk are pickled together: in the `data` of its first one."""

    path: str
    facts: tuple[tuple[str, Any], ...]
    data: bytes


def pack(chunk: Sequence[FileReport]) -> list[Packed]:
    """Pickle reports that travel together, less their facts."""
    data = _pickled(chunk)
    return [Packed(one.path, one.facts, b"" if number else data) for number, one in enumerate(chunk)]


def _pickled(chunk: Iterable[FileReport]) -> bytes:
    return pickle.dumps([one._replace(facts=()) for one in chunk])


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
    waiting = _Waiting()
    for report in reports:
        for name, fact in report.facts:
            facts.setdefault(name, []).append((report.path, fact))
        waiting.add(report)
    extra = _compare(facts, settings)
    for one in waiting:
        yield _with(one, extra.get(one.path))


class _Waiting:
    """Reports in order: the first few as they are, the others pickled by the chunk and compressed."""

    def __init__(self) -> None:
        self._first: list[FileReport] = []
        self._compressed: list[bytes] = []
        self._last: list[FileReport] = []

    def add(self, report: FileReport | Packed) -> None:
        if isinstance(report, Packed):
            if report.data:
                self._compress()
                self._compressed.append(zlib.compress(report.data, 1))
        elif len(self._first) < _FEW and not self._compressed:
            self._first.append(report)
        else:
            self._last.append(report)
            if len(self._last) == _CHUNK:
                self._compress()

    def _compress(self) -> None:
        if self._last:
            self._compressed.append(zlib.compress(_pickled(self._last), 1))
            self._last = []

    def __iter__(self) -> Iterator[FileReport]:
        yield from self._first
        for chunk in self._compressed:
            yield from pickle.loads(zlib.decompress(chunk))  # noqa: S301 - our own bytes
        yield from self._last


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
