"""Values to come: the variables of device management services, and marks of templates that nobody filled in.

placeholders.json lists for each service its documentation (`source`), how sure we are of the list (`certainty`: documented,
reported by users, or unconfirmed), the variables, patterns of variables, and `own`: the form of those an administrator defines,
which count only when the service is named. `fold` says that letter case does not matter.
"""

from __future__ import annotations

import json
import os
import re
from enum import StrEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from profiler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Macs fill these in themselves when they join a network, and Microsoft's sign-on extension one, whoever delivers the profile.
_DEVICE = "macos"
_DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "placeholders.json")  # noqa: PTH100, PTH118, PTH120 - start-up time

# Marks stand in names, addresses and descriptions; a longer text is something else, and searched this far only.
_LONGEST = 20_000
_OPENS = re.compile(r"[$%{]")
# One of these is in every text that holds a mark; most texts are done with after this look.
_SIGN = re.compile(
    r"[$%{<#]|HOST|SERVER|DOMAIN|EMAIL|USER|PASSW|CHANGE|REPLACE|YOUR|INSERT|TODO|FIXME|PLACEH|UUID"
    r"|[Cc]hange[_-]?[Mm]e|[Rr]eplace[_-]?[Mm]e"
)
# No mark reaches past the next one of its kind, so that a text of opening marks alone takes no longer than another.
_TEMPLATE = (
    r"(?s)\{%(?:(?!\{%).)*?%\}|\{\{(?:(?!\{\{).)*?\}\}|\{#(?:(?!\{#).)*?#\}|<\?(?:=|php\b).*?(?:\?>|\Z)|<%(?:(?!<%).)*?%>"
    r"|\$\{[^}{]+\}|\$\([^)(]+\)|%\{[^}{]+\}|%\([A-Za-z_]\w*\)[sd]"
)
_LOOK_ALIKE = (
    r"\$[A-Z][A-Z0-9_]{2,}\b|\$[A-Za-z_]{3,}\$|%(?![0-9A-F]{2}%)[A-Za-z_]\w+%|(?<!\{)\{[A-Z][A-Za-z0-9]+\}(?!\})"
    r"|(?<![#&\w])#(?=\w*[a-z])[A-Za-z_]\w{2,}#(?![#\w])"
)
_WORD = (
    r"[\[<#%_]{0,2}(?:(?i:CHANGE[_-]?ME|REPLACE[_-]?ME)|TODO|FIXME|PLACEHOLDER|HOST_?NAME|SERVER_?NAME|USER_?NAME|PASSWORD"
    r"|EMAIL(?:_?ADDRESS)?|DOMAIN(?:_?NAME)?|UUID_?[0-9]*|(?:YOUR|INSERT)[_-][A-Z_-]+?)[\]>#%_]{0,2}\Z"
)
_INSIDE = (
    r"\b(?:CHANGE_?ME|REPLACE_?ME|[A-Z]+_(?:HOSTNAME|DOMAIN|EMAIL|UUID|USERNAME|PASSWORD)|(?:YOUR|INSERT)_[A-Z_]+)\b"
    r"|\b(?:HOSTNAME|DOMAIN)(?=\.)|(?<=\.)(?:HOSTNAME|DOMAIN)\b"
)
_PARTS = r"[@:/]"


class Kind(StrEnum):
    """VARIABLE: a management service fills it in. TEMPLATE: nobody did. LOOK_ALIKE: written like a variable."""

    VARIABLE = "variable"
    TEMPLATE = "template"
    LOOK_ALIKE = "look-alike"


class Mark(NamedTuple):
    """A mark in a text: what it is, its characters, and where it starts."""

    kind: Kind
    text: str
    start: int


def vendors() -> list[str]:
    """Names of the services whose variables are known, as `--mdm` takes them."""
    return [name for name in _catalogue() if name != _DEVICE]


def vendor(name: str) -> str:
    """The service a user means by a name. Raises UsageError with the nearest known name."""
    wanted = name.strip().lower().replace("_", "-").replace(" ", "-")
    known = {alias: key for key in vendors() for alias in (key, *_catalogue()[key].get("aliases", ()))}
    if wanted in known:
        return known[wanted]
    from difflib import get_close_matches  # noqa: PLC0415 - only for a mistake

    near = get_close_matches(wanted, known, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(known)}"
    raise UsageError(f"--mdm {name!r}: no management service of that name is known", hint=hint)


def title(name: str) -> str:
    """What a service calls itself, for messages."""
    return str(_catalogue()[name]["name"])


def vendors_of(text: str) -> list[str]:
    """The services that would fill in something in this text, in catalogue order."""
    return [name for name in vendors() if _variables((name,)).search(text)] if _OPENS.search(text) else []


@lru_cache(maxsize=4096)
def is_variable(text: str, mdm: str = "") -> bool:
    """Whether the text holds a variable of a device management service; of that one only when `mdm` names it."""
    text = text[:_LONGEST]
    return _OPENS.search(text) is not None and _known(mdm).search(text) is not None


@lru_cache(maxsize=4096)
def is_template(text: str) -> bool:
    """Whether a mark is in the text that nobody is known to fill in: Jinja, Handlebars, Go, PHP, shell, WORDS in capitals."""
    text = text[:_LONGEST]
    return next(_unfilled(text), None) is not None if _SIGN.search(text) else False


@lru_cache(maxsize=8192)
def marks(text: str, mdm: str = "") -> tuple[Mark, ...]:
    """All marks of a text, in order; with `mdm` a variable of another service counts as a template's.

    Remembered, because most strings are in many files.
    """
    text = text[:_LONGEST]
    if not _SIGN.search(text):
        return ()
    opens = _OPENS.search(text) is not None
    found = (
        [Mark(Kind.VARIABLE, match[0], match.start()) for match in _known(mdm).finditer(text)]
        if opens
        else []
    )
    if mdm and opens:
        found += [
            Mark(Kind.TEMPLATE, match[0], match.start())
            for match in _outside(_known("").finditer(text), found)
        ]
    found += [
        Mark(kind, match[0], match.start()) for kind, match in _unfilled(text) if not _overlaps(match, found)
    ]
    return tuple(sorted(found, key=lambda mark: mark.start))


def _unfilled(text: str) -> Iterator[tuple[Kind, re.Match[str]]]:
    for match in re.finditer(_TEMPLATE, text):
        yield Kind.TEMPLATE, match
    for match in re.finditer(_LOOK_ALIKE, text):
        yield Kind.LOOK_ALIKE, match
    for match in re.finditer(_INSIDE, text):
        yield Kind.TEMPLATE, match
    whole_word = re.compile(_WORD)
    start = len(text) - len(text.lstrip())
    for part in re.split(_PARTS, text.strip()):
        word = whole_word.match(text, start, start + len(part))
        if word is not None:
            yield Kind.TEMPLATE, word
        start += len(part) + 1


def _outside(matches: Iterable[re.Match[str]], found: list[Mark]) -> list[re.Match[str]]:
    return [match for match in matches if not _overlaps(match, found)]


def _overlaps(match: re.Match[str], found: list[Mark]) -> bool:
    return any(match.start() < mark.start + len(mark.text) and mark.start < match.end() for mark in found)


@cache
def _catalogue() -> dict[str, dict[str, Any]]:
    with open(_DATA, "rb") as stream:  # noqa: PTH123 - start-up time
        found: dict[str, dict[str, Any]] = json.loads(stream.read())
    return found


def _known(mdm: str) -> re.Pattern[str]:
    if not mdm:
        return _variables(tuple(_catalogue()))
    name = vendor(mdm)
    return _variables((name, _DEVICE), own=True)


@cache
def _variables(names: tuple[str, ...], *, own: bool = False) -> re.Pattern[str]:
    pieces: set[str] = set()
    for name in names:
        entry = _catalogue()[name]
        fold = "(?i:{})" if entry.get("fold") else "{}"
        pieces.update(fold.format(_exactly(variable)) for variable in entry["variables"])
        pieces.update(entry.get("patterns", ()))
        if own:
            pieces.update(entry.get("own", ()))
    return re.compile("|".join(sorted(pieces, key=len, reverse=True))) if pieces else re.compile(r"(?!)")


def _exactly(variable: str) -> str:
    """The variable and no longer one: $EMAIL is not in $EMAIL_2, nor {mail} in {{mail}}."""
    if variable.startswith("{") and not variable.startswith("{{"):
        return rf"(?<!\{{){re.escape(variable)}(?!\}})"
    return re.escape(variable) + (r"(?![A-Z0-9_])" if variable[-1].isalpha() else "")
