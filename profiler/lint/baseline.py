"""Findings that are known and accepted: recorded once, left out from then on, wherever their lines move."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from profiler.document import output
from profiler.errors import ProfilerError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profiler.lint.diagnostics import Diagnostic, FileReport


def fingerprint(one: Diagnostic) -> str:
    """What makes this finding this one: rule, place in the profile by identifiers, and message; not its line."""
    return hashlib.sha256(f"{one.rule}\0{one.anchor}\0{one.message}".encode("utf-8", "replace")).hexdigest()[
        :16
    ]


class Baseline:
    """The findings recorded in a file, each as often as it was found."""

    def __init__(self, path: Path) -> None:
        self._folder = path.absolute().parent
        self._left: Counter[tuple[str, str]] = Counter()
        try:
            document = json.loads(path.read_bytes())
            for entry in document["findings"]:
                self._left[entry["path"], entry["fingerprint"]] += entry.get("count", 1)
        except OSError as error:
            raise ProfilerError(f"{path}: cannot be read: {error.strerror or error}") from None
        except (ValueError, KeyError, TypeError):
            raise UsageError(
                f"{path}: is no baseline", hint="profiler lint --write-baseline FILE makes one"
            ) from None

    def new(self, file: FileReport) -> FileReport:
        """The report less the findings that are recorded."""
        kept = []
        name = _relative(file.path, self._folder)
        for one in file.diagnostics:
            entry = name, fingerprint(one)
            if self._left[entry] > 0:
                self._left[entry] -= 1
            else:
                kept.append(one)
        return file._replace(diagnostics=tuple(kept))


def write(path: Path, files: Iterable[FileReport], *, force: bool) -> int:
    """Record every finding of now, in order of path and place. Returns how many there are."""
    folder = path.absolute().parent
    findings = list(_entries(files, folder))
    data = json.dumps({"version": 1, "findings": findings}, indent=1) + "\n"
    output.write_all([output.Output(path, data.encode())], force=force)
    return sum(entry["count"] for entry in findings)


def _entries(files: Iterable[FileReport], folder: Path) -> Iterator[dict[str, Any]]:
    for file in files:
        counted: dict[str, dict[str, Any]] = {}
        for one in file.diagnostics:
            mark = fingerprint(one)
            entry = {
                "path": _relative(file.path, folder),
                "rule": one.rule,
                "at": one.anchor,
                "fingerprint": mark,
                "count": 0,
            }
            counted.setdefault(mark, entry)["count"] += 1
        yield from counted.values()


def _relative(path: str, folder: Path) -> str:
    """A path as recorded: relative to the baseline file, with forward slashes, so that it holds on every machine."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive on Windows
        return Path(path).as_posix()
