"""Apple's schema of every payload type, loaded one at a time, and the check of a profile against them.

The schemas are JSON Schema 2020-12 with x- annotations (see schemas/README.md), made from Apple's own
descriptions (https://github.com/apple/device-management) by schemas/import_apple.py.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from profiler.model.target import ANY, Target, Targets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from profiler.document.document import Document
    from profiler.model.violation import Violation

Schema = dict[str, Any]

TOP_LEVEL = "TopLevel"
COMMON = "CommonPayloadKeys"
OVER_THE_AIR = "Profile Service"
# https://developer.apple.com/documentation/devicemanagement/toplevel; a HomePod runs what an Apple TV does.
DEVICE_TYPES = {1: "ios", 2: "watchos", 3: "tvos", 4: "tvos", 5: "macos", 6: "visionos"}

# os.path and not pathlib, which costs as much as reading a schema.
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
_INSTALLED = os.path.join(_PACKAGE, "schemas", "payloads")  # noqa: PTH118
_CHECKOUT = os.path.join(os.path.dirname(_PACKAGE), "schemas", "payloads")  # noqa: PTH118, PTH120
_NAME = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)
_SIMILAR = 0.8
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[^A-Za-z0-9]+")


@cache
def folder() -> str:
    """Find the schemas: inside the package once installed, beside it in a checkout."""
    return _INSTALLED if os.path.isdir(_INSTALLED) else _CHECKOUT  # noqa: PTH112


@cache
def load(payload_type: str) -> Schema | None:
    """Read the schema of a payload type, TOP_LEVEL or COMMON; None for a type without documentation."""
    if not _NAME.fullmatch(payload_type):
        return None
    path = os.path.join(folder(), payload_type.lstrip(".") + ".json")  # noqa: PTH118
    try:
        with open(path, "rb") as stream:  # noqa: PTH123
            schema: Schema = json.loads(stream.read())
    except (OSError, ValueError):  # on Windows, nul.json is a device that can be read and is empty
        return None
    # A file system may find a file by a name in other letter case, which is another payload type.
    return schema if schema["title"] == payload_type else None


@cache
def payload_types() -> tuple[str, ...]:
    """List every payload type known, sorted without regard to case; the profile itself is none."""
    names = [name.removesuffix(".json") for name in os.listdir(folder()) if name.endswith(".json")]  # noqa: PTH208
    names = [f".{name}" if name == "GlobalPreferences" else name for name in names]
    return tuple(sorted((name for name in names if name not in (TOP_LEVEL, COMMON)), key=str.lower))


def release() -> str:
    """Name the newest release of Apple's descriptions that the schemas know."""
    schema = load(TOP_LEVEL)
    return str(schema["x-sources"][-1]) if schema else ""


def nearest(name: str, known: Iterable[str]) -> str:
    """Find the known name that a misspelt one most likely means; empty when none is close.

    Remembered, because a repository has the same unknown key in many files; `known` must be one that stays, as schemas do.
    """
    place = name, id(known)
    if place not in _nearest:
        _nearest[place] = _closest(name, known)
    return _nearest[place]


_nearest: dict[tuple[str, int], str] = {}


def _closest(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only for a mistake

    folded = {item.lower(): item for item in known}
    near = get_close_matches(name.lower(), folded, n=1, cutoff=_SIMILAR)
    return folded[near[0]] if near else ""


def shorter(name: str, known: Iterable[str]) -> str:
    """Find the known name that is the given one less some words, as IncomingPassword for IncomingMailServerPassword.

    Remembered as `nearest` is.
    """
    place = name, id(known)
    if place not in _shorter:
        words = _WORDS.findall(name)
        fewer = [item for item in known if _is_within(_WORDS.findall(item), words)]
        _shorter[place] = max(fewer, key=len, default="")
    return _shorter[place]


_shorter: dict[tuple[str, int], str] = {}


def _is_within(some: list[str], words: list[str]) -> bool:
    """Whether two or more words are among others, in their order, the first and the last being the same."""
    if len(some) < 2 or some[:1] != words[:1] or some[-1:] != words[-1:]:  # noqa: PLR2004 - one word is no name
        return False
    left = iter(words)
    return all(word in left for word in some)


def _never(_text: str) -> bool:
    return False


def violations(
    document: Document, targets: Targets = ANY, *, is_placeholder: Callable[[str], bool] = _never
) -> list[Violation]:
    """Check a whole profile in one walk: the top level, then each payload, in document order.

    `is_placeholder` says whether a text holds a variable that a management service fills in; it fits any
    type. An over-the-air enrolment profile is another kind of file and gets nothing.
    """
    from profiler.model.walk import Walk  # noqa: PLC0415 - walk looks schemas up here

    root = document.root
    if root is None or root.kind != "dict":
        return []
    root_type = root.string("PayloadType") or ""
    if root_type == OVER_THE_AIR:
        return []
    implied = DEVICE_TYPES.get(root.integer("TargetDeviceType") or 0)
    walk = Walk(targets, is_placeholder, Target(implied) if implied else None)
    if root_type not in ("", "Configuration") and load(root_type):
        walk.payload(root)
    else:
        walk.profile(root)
        for payload in document.payloads:
            walk.payload(payload)
    return walk.found
