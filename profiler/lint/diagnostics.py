"""What a report is made of: the one thing renderers see."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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


class FileReport(NamedTuple):
    """All that was found in one file, in order of place. `crash` names a rule that did not finish."""

    path: str
    envelope: Envelope
    diagnostics: tuple[Diagnostic, ...]
    crash: str = ""
    suppressed: int = 0
    signed_by: str = ""
