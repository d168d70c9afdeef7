"""What `profiler lint` prints and writes, and its exit code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from profiler.cli import console
from profiler.lint.diagnostics import Tally
from profiler.lint.session import lint_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from profiler.lint.baseline import Baseline
    from profiler.lint.diagnostics import FileReport
    from profiler.lint.settings import Settings


class Outcome:
    """Reports on their way to the renderer: less the baseline, counted, judged, and failures told on standard error."""

    def __init__(self, settings: Settings, baseline: Path | None) -> None:
        self._settings = settings
        self._baseline = baseline
        self._baselines: dict[Path, Baseline] = {}
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
            threshold = self._settings.threshold(report.path)
            if threshold is not None and any(one.severity >= threshold for one in report.diagnostics):
                self.found = True
            yield report

    def _new(self, report: FileReport) -> FileReport:
        path = self._baseline or self._settings.config_for(report.path).baseline
        if path is None:
            return report
        if path not in self._baselines:
            from profiler.lint.baseline import Baseline

            self._baselines[path] = Baseline(path)
        return self._baselines[path].new(report)


def _named(report: FileReport) -> str:
    """The failure with the file's name in front, once."""
    text, path = console.clean(report.crash), console.clean(report.path)
    return text if text.startswith(path) else f"{path}: {text}"


def installed(path: Path | None) -> tuple[str, bytes] | None:
    """The profile given with --installed. Raises ProfilerError when it cannot be read."""
    if path is None:
        return None
    from profiler.document.source import read

    return str(path), read(path).data


def keys(references: Sequence[str]) -> tuple[bytes, ...]:
    """The keys given with --decrypt-key: paths of PEM files or references. Raises ProfilerError."""
    if not references:
        return ()
    from profiler import secret

    texts = (one if secret.is_reference(one) else f"file:{one}" for one in references)
    return tuple(secret.resolve(text, what="the decryption key").encode() for text in texts)


def progress(settings: Settings, names: Sequence[str], jobs: int) -> Iterator[FileReport]:
    """Lint, with a bar on a terminal."""

    def watch(reports: Iterator[FileReport]) -> Iterator[FileReport]:
        return console.progress(reports, total=len(names), label="linting")

    return lint_files(settings, names, jobs=jobs, watch=watch)


def fix(settings: Settings, names: Sequence[str], *, unsafe: bool, diff: bool) -> Iterator[FileReport]:
    """Repair the files, or show how, and pass on what is left to report."""
    from profiler.lint import fixing

    total = 0
    for one in fixing.repair(settings, names, unsafe=unsafe):
        if one.fixed.refused:
            console.warn(f"{one.name} {one.fixed.refused}")
        total += one.fixed.applied
        if diff:
            for line in fixing.diff(one):
                console.out(console.clean(line))
        elif one.name == "-":
            console.out_bytes(one.fixed.data)
        elif one.changed:
            fixing.write(one)
        yield (one.fixed.found or one.fixed.report) if diff else one.fixed.report
    if total:
        console.err(f"{'would fix' if diff else 'fixed'} {total} finding{'' if total == 1 else 's'}")


def write_baseline(path: Path, reports: Iterable[FileReport], *, force: bool) -> int:
    """Record the findings; returns the exit code."""
    from profiler.lint import baseline

    kept = list(reports)
    crashed = [report for report in kept if report.crash]
    for report in crashed:
        console.err(f"{console.paint('error', 'red')}: {_named(report)}")
    number = baseline.write(path, kept, force=force)
    console.err(f"recorded {number} finding{'' if number == 1 else 's'} in {path}")
    return 3 if crashed else 0


def report(
    reports: Iterator[FileReport], format: str, output: Path | None, *, force: bool, silent: bool, aside: bool
) -> None:
    """Write the report in the format asked for.

    With `silent` it is only read to the end; `aside` sends it to standard error, because a repaired file is on standard output.
    """
    if silent:
        for _ in reports:
            pass
        return
    if output is None:
        for line in _lines(reports, format, to_file=False):
            (console.err if aside else console.out)(line)
        return
    from profiler.document.output import Output, check, write_all

    check([output], force=force)
    text = "".join(line + "\n" for line in _lines(reports, format, to_file=True))
    write_all([Output(output, text.encode("utf-8", "backslashreplace"))], force=force)


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

        return github.report(reports)
    if format == "markdown":
        from profiler.render import markdown

        return markdown.report(reports)
    from profiler.render import text

    if to_file or not console.wants_color(sys.stdout):
        return text.report(reports, clean=console.clean)

    def paint(words: str, *styles: str) -> str:
        return console.paint(words, *styles, stream=sys.stdout)

    return text.report(reports, paint, console.clean)


def statistics(tally: Tally) -> None:
    """Count findings by rule on standard error, so that the report stays what it is."""
    from profiler.render import text

    for line in text.statistics(tally):
        console.err(line)
