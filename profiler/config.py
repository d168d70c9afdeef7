"""The config file: `profiler.toml`, or `[tool.profiler]` in `pyproject.toml`, nearest above each file."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from profiler import rules
from profiler.errors import ProfilerError, UsageError
from profiler.model import placeholder, target
from profiler.rules import index
from profiler.rules.rule import Severity

_SEVERITIES = ("error", "warning", "note")
_OWN_TABLE = rb"(?m)^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*profiler[ \t]*[\].]"
_DESCRIBED = "docs/suppressing.md describes the config file"


class Config(NamedTuple):
    """What a config file says; empty where it says nothing. Paths in it are absolute, patterns relative to `folder`."""

    path: Path | None = None
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    severity: tuple[tuple[str, Severity], ...] = ()
    targets: tuple[str, ...] = ()
    mdm: str = ""
    fail_on: str = ""
    baseline: Path | None = None
    per_file_ignores: tuple[tuple[str, frozenset[str]], ...] = ()
    providers: tuple[Path, ...] = ()

    def ignored_in(self, file: Path, selected: frozenset[str] = frozenset()) -> frozenset[str]:
        """The rules that do not run for a file; `ignore` gives way to those that --select names."""
        ignored = self.ignore - selected
        if self.per_file_ignores and self.path is not None:
            import fnmatch  # noqa: PLC0415 - few have per-file ignores

            try:
                name = file.resolve().relative_to(self.path.parent).as_posix()
            except ValueError:
                return ignored
            for pattern, names in self.per_file_ignores:
                forms = pattern, pattern.replace("**/", "")  # no folder at all is also any number of folders
                if any(fnmatch.fnmatch(one, form) for one in (name, file.name) for form in forms):
                    ignored |= names
        return ignored


def for_file(file: Path | str) -> Config:
    """The config nearest above a file; an empty one when there is none. Raises UsageError for one with mistakes."""
    return _for_folder(os.path.join(os.getcwd(), os.path.dirname(file)))  # noqa: PTH109, PTH118, PTH120 - asked for each file


@cache
def _for_folder(folder: str) -> Config:
    return _nearest(Path(folder))


@cache
def _nearest(folder: Path) -> Config:
    own = folder / "profiler.toml"
    if own.is_file():
        return read(own)
    project = folder / "pyproject.toml"
    if project.is_file() and re.search(_OWN_TABLE, project.read_bytes()):
        return read(project)
    return Config() if folder.parent == folder else _nearest(folder.parent)


@cache
def read(path: Path) -> Config:
    """Read a config file. Raises UsageError with file, line and the nearest valid key; ProfilerError when it is not there."""
    import tomllib  # noqa: PLC0415 - many runs have no config file

    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise ProfilerError(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}:{line}: is not UTF-8 text", hint="save the file as UTF-8") from None
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        line = int(place[1]) if place is not None and place[1] else len(text.splitlines())
        reason = str(error)[: place.start()] if place is not None else str(error)
        raise UsageError(f"{path}:{line}: no valid TOML: {reason}", hint=_DESCRIBED) from None
    if path.name == "pyproject.toml":
        tool = table.get("tool", {})
        table = tool.get("profiler", {}) if isinstance(tool, dict) else {}
    if not _plausible(table):
        _explain(path, text, table)
    _check_values(path, text, table)
    folder = path.parent
    return Config(
        path=path.resolve(),
        select=rules.named(table.get("select", ())),
        ignore=rules.named(
            name if isinstance(name, str) else name["rule"] for name in table.get("ignore", ())
        ),
        severity=tuple(
            (one, Severity[word.upper()])
            for name, word in table.get("severity", {}).items()
            for one in sorted(rules.named([name]))
        ),
        targets=tuple(table.get("targets", ())),
        mdm=table.get("mdm", ""),
        fail_on=table.get("fail-on", ""),
        baseline=folder / table["baseline"] if "baseline" in table else None,
        per_file_ignores=tuple(
            (pattern, rules.named(names)) for pattern, names in table.get("per-file-ignores", {}).items()
        ),
        providers=tuple(folder / name for name in table.get("providers", ())),
    )


def _plausible(table: Any) -> bool:
    """Whether the table follows schemas/config.schema.json, worked out without the jsonschema library (90 ms to import)."""
    return isinstance(table, dict) and all(
        key in _CHECKS and _CHECKS[key](value) for key, value in table.items()
    )


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _ignores(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, str)
        or (
            isinstance(item, dict)
            and item.keys() == {"rule", "reason"}
            and all(isinstance(text, str) for text in item.values())
        )
        for item in value
    )


_CHECKS = {
    "select": _texts,
    "ignore": _ignores,
    "severity": lambda value: isinstance(value, dict) and all(word in _SEVERITIES for word in value.values()),
    "targets": _texts,
    "mdm": lambda value: isinstance(value, str),
    "fail-on": lambda value: value in (*_SEVERITIES, "never"),
    "baseline": lambda value: isinstance(value, str),
    "per-file-ignores": lambda value: (
        isinstance(value, dict) and all(_texts(names) for names in value.values())
    ),
    "providers": _texts,
}


def _explain(path: Path, text: str, table: Any) -> None:
    from profiler.providers.validate import violations  # noqa: PLC0415 - only for a file with mistakes

    if not isinstance(table, dict):
        raise UsageError(
            f"{path}:{_line(text, 'profiler')}: tool.profiler: expected a table", hint=_DESCRIBED
        )
    unknown = next((key for key in table if key not in _CHECKS), None)
    if unknown is not None:
        hint = "here the keys stand without [tool.profiler]" if unknown == "tool" else _near(unknown, _CHECKS)
        raise UsageError(
            f"{path}:{_line(text, unknown)}: unknown key {unknown!r}",
            hint=hint or f"the keys are {', '.join(_CHECKS)}",
        )
    first = violations(table, "config.schema.json")[0]
    raise UsageError(f"{path}:{_line(text, *first.path)}: {first}", hint=_DESCRIBED)


def _check_values(path: Path, text: str, table: dict[str, Any]) -> None:
    """Rule ids that are none; providers, targets and services that do not exist."""
    _check_rules(path, text, table)
    for name in table.get("providers", ()):
        if not (path.parent / name).exists():
            raise UsageError(
                f"{path}:{_line(text, 'providers')}: providers: there is no {name!r}", hint=_DESCRIBED
            )
    try:
        target.parse_all(table.get("targets", ()))
    except UsageError as error:
        raise UsageError(f"{path}:{_line(text, 'targets')}: {error.message}", hint=error.hint) from None
    try:
        if table.get("mdm"):
            placeholder.vendor(table["mdm"])
    except UsageError as error:
        raise UsageError(
            f"{path}:{_line(text, 'mdm')}: {error.message.removeprefix('--')}", hint=error.hint
        ) from None


def _check_rules(path: Path, text: str, table: dict[str, Any]) -> None:
    for key in ("select", "ignore"):
        for item in table.get(key, ()):
            check_rule(item if isinstance(item, str) else item["rule"], f"{path}:{_line(text, key)}: {key}")
    for name in table.get("severity", {}):
        check_rule(name, f"{path}:{_line(text, name)}: severity")
    for pattern, names in table.get("per-file-ignores", {}).items():
        for name in names:
            check_rule(name, f"{path}:{_line(text, pattern)}: per-file-ignores")


def check_rule(name: str, where: str) -> None:
    """Raise UsageError, with the nearest id, for a name that is neither a rule, a pattern for some, nor a group of rules."""
    if not all(map(rules.exists, rules.named([name]))):
        raise UsageError(
            f"{where}: there is no rule {name!r}",
            hint=_near(name, index.by_id()) or "profiler rules lists them",
        )


def _near(word: str, known: Any) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only for a mistake

    near = get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else ""


def _line(text: str, *path: str | int) -> int:
    """The line where the innermost named key of a path is written; 1 when it cannot be told."""
    lines = text.splitlines()
    for key in reversed(path):
        if isinstance(key, str):
            pattern = re.compile(rf"\s*\[?\s*(?:[\w.-]+\.)?[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
            for number, line in enumerate(lines, 1):
                if pattern.match(line):
                    return number
    return 1
