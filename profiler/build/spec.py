"""Specs: what an admin writes about profiles, in TOML. schemas/spec.schema.json describes them."""

from __future__ import annotations

import datetime as dt
import math
import re
import tomllib
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from profiler.build import locate
from profiler.build.fill import columns_in, fill
from profiler.build.naming import address_slug, slug
from profiler.build.profile import Built, build_profile
from profiler.document import source
from profiler.document.plist import path_text
from profiler.errors import UsageError
from profiler.model import placeholder, target
from profiler.providers.validate import violation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from profiler.build.site import Site


_SMALLEST, _GREATEST = -(2**63), 2**64 - 1
# https://www.w3.org/TR/xml/#charsets
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]").search


class Spec(NamedTuple):
    """A spec that its schema accepts. `lines` are the places of its keys."""

    path: Path
    table: dict[str, Any]
    lines: dict[tuple[str | int, ...], int]

    @property
    def profiles(self) -> list[dict[str, Any]]:
        """The profile tables."""
        tables: list[dict[str, Any]] = self.table["profiles"]
        return tables

    def place(self, *path: str | int) -> str:
        """Return the start of a message about a key: file, line and key."""
        return f"{self.path}:{locate.line_of(self.lines, path)}: {path_text(path)}"

    def columns(self) -> dict[str, tuple[str | int, ...]]:
        """Return the columns that the spec names, each with its first place."""
        found: dict[str, tuple[str | int, ...]] = {}
        for name, path in columns_in(self.table):
            found.setdefault(name, path)
        return found


def read(path: Path) -> Spec:
    """Read and check a spec, - for standard input.

    Raises UsageError with file, line, key and what was expected; ProfilerError.
    """
    try:
        text = source.read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}:{line}: is not UTF-8 text", hint="save the file as UTF-8") from None
    try:
        table = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}:{_line_in(str(error), text)}: no valid TOML: {error}") from None
    lines = locate.lines(text)
    problem = violation(table, "spec.schema.json")
    if problem is not None:
        line = locate.line_of(lines, problem.path)
        raise UsageError(f"{path}:{line}: {problem}", hint="docs/building.md describes specs")
    spec = Spec(path, table, lines)
    _refuse_unwritable(spec, table)
    _check(spec)
    return spec


def refuse_columns(spec: Spec, hint: str) -> None:
    """Raise UsageError for a column, which only a table of users can fill."""
    for name, where in spec.columns().items():
        if not placeholder.is_variable(f"{{{name}}}"):
            raise UsageError(f"{spec.place(*where)}: {{{name}}} needs a table of users", hint=hint)


def site_for(spec: Spec, profile: dict[str, Any], site: Site) -> Site:
    """Return the site of one profile: its folder, and its targets unless the command line named some."""
    targets = site.targets or _targets(tuple(profile.get("targets", spec.table.get("targets", ()))))
    return site._replace(folder=spec.path.parent, targets=targets)


def build_all(spec: Spec, site: Site, row: Mapping[str, str] | None = None) -> Iterator[tuple[str, Built]]:
    """Yield a file name, without suffix, and the profile for every profile of a spec.

    With a row of users, columns are filled from it and every identifier ends with whose it is. Raises UsageError, Refused,
    ProfilerError.
    """
    for index, profile in enumerate(spec.profiles):
        filled = profile if row is None else fill(profile, row)
        identifier = identifier_of(spec, filled, per_user=row is not None)
        place = _placer(spec, index) if row is None else _row_placer(index)
        organization = spec.table.get("organization", "")
        built = build_profile(filled, identifier, site_for(spec, profile, site), place, organization)
        yield file_stem(spec, filled, per_user=row is not None), built


def identifier_of(spec: Spec, filled: dict[str, Any], *, per_user: bool) -> str:
    """Return the identifier of a profile, which for a table of users ends with the user's address or file name."""
    if "identifier" in filled:
        return str(filled["identifier"])
    identifier = f"{spec.table['identifier-prefix']}.{filled['id']}"
    if not per_user:
        return identifier
    address = _address(filled)
    whose = address_slug(address) if address else slug(str(filled.get("file", "")))
    return f"{identifier}.{whose}" if whose else identifier


def file_stem(spec: Spec, filled: dict[str, Any], *, per_user: bool) -> str:
    """Return the name of a profile's file, not yet made safe."""
    if "file" in filled:
        return str(filled["file"]).removesuffix(".mobileconfig")
    address = _address(filled)
    if not per_user or not address:
        return str(filled["id"])
    return address if len(spec.profiles) == 1 else f"{filled['id']}-{address}"


def _refuse_unwritable(spec: Spec, value: Any, path: tuple[str | int, ...] = ()) -> None:
    """Refuse what TOML can say and a property list cannot. Raises UsageError with the place."""
    if isinstance(value, dict):
        for name, item in value.items():
            _refuse_unwritable(spec, name, (*path, name))
            _refuse_unwritable(spec, item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _refuse_unwritable(spec, item, (*path, index))
    elif isinstance(value, dt.time):
        raise UsageError(f"{spec.place(*path)}: a profile holds no time without a date")
    elif isinstance(value, float) and not math.isfinite(value):
        raise UsageError(f"{spec.place(*path)}: a profile holds finite numbers only")
    elif isinstance(value, int) and not _SMALLEST <= value <= _GREATEST:
        raise UsageError(f"{spec.place(*path)}: a profile holds numbers of up to 64 bits")
    elif isinstance(value, str) and _NOT_IN_XML(value):
        raise UsageError(f"{spec.place(*path)}: holds a control character, which no profile can")


def _check(spec: Spec) -> None:
    seen: set[str] = set()
    for index, profile in enumerate(spec.profiles):
        identifier = identifier_of(spec, profile, per_user=False)
        if identifier in seen:
            raise UsageError(
                f"{spec.place('profiles', index, 'id')}: another profile has the identifier {identifier}"
            )
        seen.add(identifier)
        try:
            target.parse_all(profile.get("targets", spec.table.get("targets", ())))
        except UsageError as error:
            raise UsageError(
                f"{spec.place('profiles', index, 'targets')}: {error.message}", hint=error.hint
            ) from None


@cache
def _targets(texts: tuple[str, ...]) -> target.Targets:
    return target.parse_all(texts)


def _placer(spec: Spec, index: int) -> Any:
    return lambda path: f"{spec.place('profiles', index, *path)}: "


def _row_placer(index: int) -> Any:
    return lambda path: f"{path_text(('profiles', index, *path))}: "


def _address(profile: dict[str, Any]) -> str:
    return next((account["address"] for account in profile.get("accounts", ()) if "address" in account), "")


def _line_in(message: str, text: str) -> int:
    found = message.rpartition("at line ")[2].partition(",")[0]
    return int(found) if found.isdigit() else text.rstrip().count("\n") + 1
