"""Results of earlier runs, found again by the content of the files, the rules and the options; see Store for where they are.

Two kinds are kept: the report of each file, and what a whole run said, so that a run over unchanged files only reads them. The
key of a result has in it everything that the result depends on but the clock, which few rules look at: what they say is kept
with its time. Nothing is kept of a run with keys that decrypt.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from profiler.errors import ProfilerError
from profiler.lint import fingerprint
from profiler.lint.store import Store, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from profiler.config import Config
    from profiler.lint.diagnostics import FileReport
    from profiler.lint.record import Record
    from profiler.lint.settings import Settings

# Fields that do not shape a report by their values: they are looked at in another way, or shape the run only.
_NOT_OPTIONS = {"now", "decrypt_keys", "trust", "fail_on", "config_file", "no_config", "stdin_filename"}
_NOT_CONFIG = {"path", "ignore", "per_file_ignores", "providers", "fail_on", "baseline"}


def user_folder() -> Path:
    """Where this system keeps the caches of a user's programs."""
    if sys.platform == "win32":
        place = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        place = str(Path.home() / "Library" / "Caches")
    else:
        place = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(place) / "profiler"


_TEXT: Any = {"encoding": "utf-8", "errors": "surrogatepass", "newline": "\n"}


class Said(NamedTuple):
    """What a run said: the lines of the report, packed, lines on standard error, the exit code."""

    report: bytes
    aside: tuple[str, ...]
    exit_code: int

    def lines(self) -> Iterator[str]:
        """The report, a line at a time."""
        with gzip.open(io.BytesIO(self.report), "rt", **_TEXT) as stream:
            for line in stream:
                yield line.removesuffix("\n")


class Cache:
    """What is kept about these files. `trouble` says why nothing can be kept; "" when it can."""

    def __init__(self, folder: Path, settings: Settings, names: Sequence[str]) -> None:
        self._store = Store(folder)
        self.trouble = self._store.trouble
        self._settings = settings
        self._names = names
        self._environments: dict[tuple[Config, frozenset[str]], bytes] = {}
        self._folders: dict[str, bytes] = {}
        self._keys: dict[str, bytes] = {}
        self._whole = True  # whether all that this run says may be kept
        self._timed = False
        self._report = io.BytesIO()
        self._lines: TextIO = gzip.open(self._report, "wt", 1, **_TEXT)  # noqa: SIM115 - closed by close()
        self._aside: list[str] = []
        try:
            self._options = self._of_options()
            for name in names:
                self._keys[name] = self._key(name, digest(_content(name)))
        except (OSError, ProfilerError):  # linting says what is wrong
            self._whole = False

    def known(self) -> set[str]:
        """The files whose reports are kept; none with --set-complete, where the facts to compare hold whatever a file sets."""
        if self._settings.complete:
            return set()
        names = {key: name for name, key in self._keys.items()}
        return {names[key] for key, moment in self._store.moments(list(names)) if self._holds(moment)}

    def report(self, name: str) -> FileReport | None:
        """The report that is kept of a file."""
        from profiler.lint import record  # noqa: PLC0415 - not when nothing has changed

        found = self._get(self._keys[name])
        try:
            return None if found is None else record.report(found, name)
        except (ValueError, TypeError, IndexError):
            return None

    def keep(self, name: str, record: Record | None) -> None:
        """Keep what is to be kept of a file, unless it is not the file any more that it was at the start."""
        key = self._keys.get(name)
        if record is None or key is None or key != self._key(name, record.content):
            self._whole = False
            return
        self._timed |= record.timed
        if not self._settings.complete:
            self._store.put(key, self._moment if record.timed else "", record.data)

    def recall(self, shape: dict[str, Any]) -> Said | None:
        """What a run over the same files said in this shape (format, colour and the like; values that JSON has)."""
        if not self._whole:
            return None
        key = self._of_run(shape)
        found = self._get(key)
        if found is None:
            return None
        head, _, report = found.partition(b"\n")
        try:
            aside, exit_code = json.loads(head)
        except ValueError:
            return None
        self._store.touch(key, self._keys.values())
        return Said(report, tuple(aside), exit_code)

    def say(self, line: str) -> None:
        """Take down a line of the report."""
        self._lines.write(f"{line}\n")

    def say_aside(self, line: str) -> None:
        """Take down a line on standard error."""
        self._aside.append(line)

    def remember(self, shape: dict[str, Any], exit_code: int) -> None:
        """Keep what was said, if all of it is known, and finish."""
        if self._whole:
            self._lines.close()
            data = json.dumps([self._aside, exit_code]).encode() + b"\n" + self._report.getvalue()
            self._store.put(self._of_run(shape), self._moment if self._timed else "", data)
        self.close()

    def close(self) -> None:
        """Write what is to be kept."""
        self._lines.close()
        self._store.close()

    def _get(self, key: bytes) -> bytes | None:
        found = self._store.get(key)
        if found is None or not self._holds(found.moment):
            return None
        self._timed |= bool(found.moment)
        return found.data

    def _holds(self, moment: str) -> bool:
        return not moment or moment == self._moment

    @cached_property
    def _moment(self) -> str:
        """The time of the run and the roots of the system: what else a report can depend on."""
        from profiler.trust import system  # noqa: PLC0415 - few reports are timed

        return f"{self._settings.now.isoformat()} {system.state()}"

    def _key(self, name: str, content: bytes) -> bytes:
        return digest(self._environment(name) + content + os.fsencode(name))

    def _environment(self, name: str) -> bytes:
        """What the options and the config file of a file make of it."""
        folder = os.path.dirname(name)  # noqa: PTH120 - ten thousand of them
        if folder in self._folders:
            return self._folders[folder]
        found = self._settings.config_for(name)
        ignored = found.ignored_in(Path(name), self._settings.select)
        if (found, ignored) not in self._environments:
            values = {key: value for key, value in found._asdict().items() if key not in _NOT_CONFIG}
            providers = [digest(_content(path)).hex() for path in _files(found.providers)]
            self._environments[found, ignored] = digest(
                self._options + _json([values, sorted(ignored), providers])
            )
        if not found.per_file_ignores:
            self._folders[folder] = self._environments[found, ignored]
        return self._environments[found, ignored]

    def _of_options(self) -> bytes:
        settings = self._settings._replace(among_others=len(self._names) > 1)
        values = {key: value for key, value in settings._asdict().items() if key not in _NOT_OPTIONS}
        roots = b"" if settings.trust == "system" else _content(settings.trust)
        return digest(fingerprint.tool(self._store) + digest(roots) + _json(values))

    def _of_run(self, shape: dict[str, Any]) -> bytes:
        """The key of the whole run: every file, and what its report goes through on its way out."""
        configs = [
            [str(found.path), found.fail_on, str(found.baseline), baseline_state(found.baseline)]
            for found, _ in self._environments
        ]
        made = blake2b(_json([shape, self._settings.fail_on, str(Path.cwd()), configs]), digest_size=16)
        for name, key in self._keys.items():
            made.update(key + os.fsencode(name) + b"\0")
        return made.digest()


def _content(name: str | Path) -> bytes:
    with open(name, "rb", buffering=0) as stream:  # noqa: PTH123 - ten thousand of them
        return stream.readall()


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.iterdir()) if path.is_dir() else [path]


def baseline_state(path: Path | None) -> str:
    """What is recorded in a baseline, as a digest; "" without one."""
    return "" if path is None or not path.is_file() else digest(_content(path)).hex()


def _json(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, default=_plain).encode()


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else sorted(value)
