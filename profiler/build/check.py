"""What is built is linted before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.plist import dump
from profiler.document.source import from_bytes
from profiler.errors import ProfilerError, Refused, UsageError
from profiler.lint.linter import Linter, Selection
from profiler.rules import index
from profiler.rules.rule import Severity
from profiler.rules.run import Context

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from profiler.lint.diagnostics import Diagnostic
    from profiler.model.target import Targets

# Secrets the user asked for, by reference: told in a warning, not refused.
_ASKED_FOR = ("sec-plaintext-password", "sec-p12-password")


class Checker:
    """Refuses profiles in which the linter finds an error. Makes one linter for each set of targets.

    `notes` False leaves out the rules that can say nothing graver than a note, which saves a third of the time of a batch.
    """

    def __init__(self, now: dt.datetime, provider_files: Sequence[Path] = (), *, notes: bool = True) -> None:
        self._now = now
        self._files = tuple(provider_files)
        self._notes = notes
        self._linters: dict[Targets, Linter] = {}

    def warnings(self, data: bytes, targets: Targets, name: str) -> list[Diagnostic]:
        """Return the findings that people should know of.

        Raises Refused when one is an error, ProfilerError when a rule did not finish.
        """
        found = self.findings(data, targets, name)
        errors = [one for one in found if one.severity is Severity.ERROR and one.rule not in _ASKED_FOR]
        if errors:
            more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
            raise Refused(
                f"the profile would not work: {errors[0].message} [{errors[0].rule}]{more}",
                hint=errors[0].hint,
            )
        return [one for one in found if one.severity is not Severity.NOTE]

    def findings(self, data: bytes, targets: Targets, name: str) -> tuple[Diagnostic, ...]:
        """Return everything that the linter says of a profile. Raises ProfilerError when a rule did not finish."""
        linter = self._linters.get(targets)
        if linter is None:
            context = Context(targets=targets, now=self._now, provider_files=self._files)
            selection = Selection() if self._notes else Selection(ignore=_only_notes())
            linter = self._linters[targets] = Linter(context, selection)
        report = linter.lint(from_bytes(data, name))
        if report.crash:
            raise ProfilerError(f"{name}: {report.crash}")
        return report.diagnostics


def _only_notes() -> frozenset[str]:
    return frozenset(entry.id for entry in index.by_id().values() if entry.severities == {Severity.NOTE})


def serialize(value: dict[str, object]) -> bytes:
    """Return a profile as a property list. Raises UsageError for a value that none can hold, naming the key."""
    try:
        return dump(value)
    except (ValueError, OverflowError):
        raise UsageError(_culprit(value), hint="leave it out, or write it in another way") from None


def _culprit(value: object, key: str = "") -> str:
    if isinstance(value, dict):
        return next(filter(None, (_culprit(item, name) for name, item in value.items())), "")
    if isinstance(value, list):
        return next(filter(None, (_culprit(item, key) for item in value)), "")
    try:
        dump(value)
    except OverflowError:
        return f"{key} holds a number that no profile can: it needs more than 64 bits"
    except ValueError:
        return f"{key} holds a character that no profile can: a control character, for instance"
    return ""
