"""Findings that take several files: what is kept of each file, and where in it a finding stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from profiler.document.plist import KeyPath, Node
    from profiler.document.source import Position
    from profiler.rules.rule import Severity
    from profiler.rules.run import Run


class Place(NamedTuple):
    """Where a value stands in its file. It can be pickled, and needs the file no more; None: the file has no lines."""

    key_path: KeyPath
    start: Position | None
    end: Position | None


class Remark(NamedTuple):
    """A finding in one of several files; `related` are (path, place, message) in others. `severity` replaces the rule's own."""

    place: Place
    message: str
    help: str = ""
    severity: Severity | None = None
    related: tuple[tuple[str, Place, str], ...] = ()


def place_of(node: Node, run: Run) -> Place:
    """Where a node of a run's document stands."""
    if node.start < 0:
        return Place(node.path, None, None)
    source = run.document.source
    return Place(node.path, source.position(node.start), source.position(node.end))
