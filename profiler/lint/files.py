"""From the paths a person names to the files that are linted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from profiler.errors import ProfilerError

if TYPE_CHECKING:
    from collections.abc import Sequence

STDIN = "-"
_SKIPPED = frozenset({".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__"})


def collect(paths: Sequence[str]) -> list[str]:
    """Files named, and every *.mobileconfig below folders named, sorted and each once.

    Raises ProfilerError when a named path does not exist.
    """
    found: dict[str, None] = {}
    for path in paths or ["."]:
        if path == STDIN:
            found[STDIN] = None
        elif Path(path).is_dir():
            found.update(dict.fromkeys(_below(path)))
        elif Path(path).exists():
            found[path] = None
        else:
            raise ProfilerError(f"{path}: no such file or folder")
    return sorted(found)


def _below(folder: str) -> list[str]:
    found: list[str] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        inside = "" if place == "." else place
        found.extend(os.path.join(inside, name) for name in names if name.lower().endswith(".mobileconfig"))  # noqa: PTH118 - fast
    return found
