"""What a report is made of: the one thing renderers see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from profiler.document.edits import Safety

if TYPE_CHECKING:
    from profiler.document.edits import Fix
    from profiler.document.plist import KeyPath
    from profiler.document.source import Envelope, Position
    from profiler.rules.rule import Severity


class Related(NamedTuple):
    """Another place a finding speaks of."""

    key_path: KeyPath
    start: Position | None
    message: str


class Diagnostic(NamedTuple):
    """A finding with its rule, severity and place.

    `start` and `end` are None in a binary profile and for the file as a whole. `excerpt` is the line at `start`, secrets hidden;
    `marks` are the columns (from 0, half open) of the finding in it. `hint` says what to do; `help` is the rule's source.
    `anchor` is the key path with identifiers in place of indexes, which stays when payloads move.
    """

    rule: str
    severity: Severity
    message: str
    key_path: KeyPath
    start: Position | None
    end: Position | None
    fix: Fix | None
    related: tuple[Related, ...]
    hint: str
    help: str
    excerpt: str
    marks: tuple[int, int]
    anchor: str = ""

    @property
    def fixable(self) -> bool:
        """Whether --fix, with --unsafe-fixes perhaps, repairs it."""
        return self.fix is not None and self.fix.has_place and self.fix.safety is not Safety.MANUAL


class FileReport(NamedTuple):
    """All that was found in one file, in order of place.

    `crash` says why something could not be checked; `facts` are kept for the rules that compare files.
    `signed_by` is the short name of the signer, given when something was found in a signed file. `timed` says that a rule asked for
    the time of the run, `sealed` that the payloads are encrypted and nobody gave a key to look at them.
    """

    path: str
    envelope: Envelope
    diagnostics: tuple[Diagnostic, ...]
    crash: str = ""
    facts: tuple[tuple[str, Any], ...] = ()
    signed_by: str = ""
    timed: bool = False
    sealed: bool = False


class Tally:
    """Counts of files, of those that could not be checked, of findings by severity and by rule.

    `fixable` counts the findings that --fix can repair, those among them that it repairs with --unsafe-fixes only are `unsafe`.
    """

    def __init__(self) -> None:
        self.files = 0
        self.failed = 0
        self.fixable = 0
        self.unsafe = 0
        self.severities: dict[str, int] = {"error": 0, "warning": 0, "note": 0}
        self.rules: dict[str, int] = {}

    def add(self, file: FileReport) -> None:
        """Count one file."""
        self.files += 1
        self.failed += bool(file.crash)
        for one in file.diagnostics:
            self.severities[one.severity.word] += 1
            self.rules[one.rule] = self.rules.get(one.rule, 0) + 1
            if one.fixable:
                self.fixable += 1
                self.unsafe += one.fix is not None and one.fix.safety is Safety.UNSAFE
