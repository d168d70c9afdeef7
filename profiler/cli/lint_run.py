"""What `profiler lint` prints and writes, and its exit code."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from profiler.cli import console
from profiler.errors import ProfilerError
from profiler.lint.diagnostics import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from profiler.lint.baseline import Baseline
    from profiler.lint.cache import Cache
    from profiler.lint.diagnostics import FileReport
    from profiler.lint.settings import Settings
    from profiler.lint.together import Packed


class Shape(NamedTuple):
    """What the flags say about the report."""

    format: str
    output: Path | None
    baseline: Path | None
    statistics: bool
    force: bool

    def values(self) -> dict[str, Any]:
        """What tells a report from another one of the same findings; the place it is written to does not."""
        from profiler.lint.cache import baseline_state

        return {
            "format": self.format,
            "to file": self.output is not None,
            "color": self.output is None and console.wants_color(sys.stdout),
            "baseline": [str(self.baseline), baseline_state(self.baseline)],
            "statistics": self.statistics,
        }


class Outcome:
    """Reports on their way to the renderer: less the baseline, counted, judged, and failures told on standard error."""

    def __init__(self, settings: Settings, baseline: Path | None) -> None:
        self._settings = settings
        self._baseline = baseline
        self._baselines: dict[Path, Baseline] = {}
        if baseline is not None:
            self._recorded(baseline)
        self.tally = Tally()
        self.failed = False
        self.found = False

    @property
    def exit_code(self) -> int:
        """3 when a file could not be linted, 1 for a finding at the threshold, else 0."""
        return 3 if self.failed else int(self.found)

    def watch(self, reports: Iterable[FileReport]) -> Iterator[FileReport]:
        """Pass the reports through."""
        for made in reports:
            report = self._new(made)
            if report.crash:
                self.failed = True
                console.err(f"{console.paint('error', 'red')}: {_named(report)}")
            self.tally.add(report)
            if report.diagnostics and not self.found:
                threshold = self._settings.threshold(report.path)
                if threshold is not None:
                    self.found = any(one.severity >= threshold for one in report.diagnostics)
            yield report

    def _new(self, report: FileReport) -> FileReport:
        path = self._baseline or self._settings.config_for(report.path).baseline
        return report if path is None else self._recorded(path).new(report)

    def _recorded(self, path: Path) -> Baseline:
        if path not in self._baselines:
            from profiler.lint.baseline import Baseline

            self._baselines[path] = Baseline(path)
        return self._baselines[path]


def _named(report: FileReport) -> str:
    """The failure with the file's name in front, once."""
    text, path = console.clean(report.crash), console.clean(report.path)
    return text if text.startswith(path) else f"{path}: {text}"


def installed(path: Path | None, decrypt_keys: tuple[bytes, ...]) -> tuple[str, bytes] | None:
    """The profile given with --installed. Raises ProfilerError when it cannot be read or is none."""
    if path is None:
        return None
    from profiler.document.document import Document
    from profiler.document.source import read
    from profiler.lint import inside

    source = read(path)
    document = Document(source)
    if document.root is None or document.root.kind != "dict":
        raise ProfilerError(
            f"--installed {path}: is no profile to compare with",
            hint="`profiler lint` says what is wrong with it",
        )
    if document.encrypted and decrypt_keys:
        try:
            inside.payloads(document, decrypt_keys)
        except ProfilerError as error:
            raise ProfilerError(f"--installed {path}: {error.message}", hint=error.hint) from None
    elif document.encrypted:
        console.warn(
            f"--installed {path}: is encrypted, so its accounts are not compared",
            "--decrypt-key opens it",
        )
    return str(path), source.data


def keys(references: Sequence[str]) -> tuple[bytes, ...]:
    """The keys given with --decrypt-key: paths of files or references. Raises ProfilerError for one of no use."""
    if not references:
        return ()
    from profiler.cli.sign_options import read_key
    from profiler.trust import pem

    found = [read_key(one) for one in references]
    for data, name in found:
        pem.rsa_key(pem.read_key(data, None, name), name)
    return tuple(data for data, _ in found)


def progress(
    settings: Settings, names: Sequence[str], jobs: int, cache: Cache | None = None
) -> Iterator[FileReport]:
    """Lint, with a bar on a terminal."""
    from profiler.lint.session import lint_files

    def watch(reports: Iterator[FileReport | Packed]) -> Iterator[FileReport | Packed]:
        return console.progress(reports, total=len(names), label="linting")

    return lint_files(settings, names, jobs=jobs, cache=cache, watch=watch)


def fix(settings: Settings, names: Sequence[str], *, unsafe: bool, diff: bool) -> Iterator[FileReport]:
    """Repair the files, or show how, and pass on what is left to report."""
    from profiler.lint import fixing

    if diff:
        console.as_file()
    total = 0
    repairs: Iterable[fixing.Repair] = console.progress(
        fixing.repair(settings, names, unsafe=unsafe), total=len(names), label="fixing"
    )
    if not diff:
        repairs = list(repairs)
        fixing.write(repairs)
    for one in repairs:
        if one.fixed.refused:
            console.warn(f"{one.name} {one.fixed.refused}")
        total += one.fixed.applied
        if diff:
            for line in fixing.diff(one):
                console.out(console.clean(line))
        elif one.name == "-":
            console.out_bytes(one.fixed.data)
        yield (one.fixed.found or one.fixed.report) if diff else one.fixed.report
    if total:
        console.err(f"{'would fix' if diff else 'fixed'} {total} finding{'' if total == 1 else 's'}")


def write_baseline(path: Path, reports: Iterable[FileReport], *, force: bool) -> int:
    """Record the findings; returns the exit code."""
    from profiler.document import output
    from profiler.lint import baseline

    output.check([path], force=force)
    kept = list(reports)
    crashed = [report for report in kept if report.crash]
    for report in crashed:
        console.err(f"{console.paint('error', 'red')}: {_named(report)}")
    number = baseline.write(path, kept, force=force)
    console.err(f"recorded {number} finding{'' if number == 1 else 's'} in {path}")
    return 3 if crashed else 0


def report(
    settings: Settings,
    reports: Iterator[FileReport],
    shape: Shape,
    *,
    cache: Cache | None = None,
    silent: bool = False,
    aside: bool = False,
) -> int:
    """Write the report in the format asked for, and tell a cache what was said; returns the exit code.

    With `silent` it is only read to the end; `aside` sends it to standard error, because a repaired file is on standard output.
    """
    outcome = Outcome(settings, shape.baseline)
    watched = outcome.watch(reports)
    if silent:
        for _ in watched:
            pass
    else:
        lines = _lines(watched, shape.format, to_file=shape.output is not None)
        _deliver(
            lines if cache is None else _told(lines, cache), shape, console.err if aside else console.out
        )
    for line in _statistics(outcome.tally) if shape.statistics else ():
        console.err(line)
        if cache is not None:
            cache.say_aside(line)
    return outcome.exit_code


def cached(settings: Settings, names: Sequence[str], jobs: int, shape: Shape, folder: Path | None) -> int:
    """The same with a cache: what it has of the files is not worked out again; returns the exit code."""
    from profiler.lint import cache

    chosen = os.environ.get("PROFILER_CACHE_DIR")
    try:
        place = folder or (Path(chosen) if chosen else cache.user_folder())
    except RuntimeError:  # a user without a home, as in some containers
        console.warn("results are not kept: the user has no home folder", "--cache-dir names a folder")
        return report(settings, progress(settings, names, jobs), shape)
    kept = cache.Cache(place, settings, names)
    if kept.trouble:
        console.warn(f"results are not kept: {kept.trouble}", "--cache-dir names another folder")
    try:
        values = shape.values()
        said = kept.recall(values)
        if said is None:
            code = report(settings, progress(settings, names, jobs, kept), shape, cache=kept)
            if code < 3:  # noqa: PLR2004 - 3: a file could not be checked
                kept.remember(values, code)
            return code
        _deliver(said.lines(), shape, console.out)
        for line in said.aside:
            console.err(line)
        return said.exit_code
    finally:
        kept.close()


def _told(lines: Iterable[str], cache: Cache) -> Iterator[str]:
    for line in lines:
        cache.say(line)
        yield line


def _deliver(lines: Iterable[str], shape: Shape, write: Callable[[str], None]) -> None:
    if shape.output is None:
        if shape.format != "text":
            console.as_file()
        for line in lines:
            write(line)
        return
    from profiler.document.output import Output, check, write_all

    check([shape.output], force=shape.force)
    text = "".join(line + "\n" for line in lines)
    write_all([Output(shape.output, text.encode("utf-8", "backslashreplace"))], force=shape.force)


def _lines(reports: Iterator[FileReport], format: str, *, to_file: bool) -> Iterable[str]:  # noqa: PLR0911 - one line per format
    if format == "json":
        from profiler.render import json_report

        return json_report.report(reports)
    if format == "sarif":
        from profiler.render import sarif

        return iter([sarif.report(reports)])
    if format == "junit":
        from profiler.render import junit

        return junit.report(reports)
    if format == "github":
        from profiler.render import github

        return map(console.clean, github.report(reports))
    if format == "markdown":
        from profiler.render import markdown

        return map(console.clean, markdown.report(reports))
    from profiler.render import text

    if to_file or not console.wants_color(sys.stdout):
        return _each_on_one(text.report(reports, clean=console.clean))

    def paint(words: str, *styles: str) -> str:
        return console.paint(words, *styles, stream=sys.stdout)

    return _each_on_one(text.report(reports, paint, console.clean))


def _each_on_one(lines: Iterable[str]) -> Iterator[str]:
    """No line break in a file's name or key begins a line that looks like ours."""
    return (line.replace("\n", " ") for line in lines)


def _statistics(tally: Tally) -> Iterator[str]:
    """The findings of each rule, for standard error, so that the report stays what it is."""
    from profiler.render import text

    return text.statistics(tally)
