"""From the paths a person names to the files that are linted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

STDIN = "-"
_SKIPPED = frozenset({".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__"})


def collect(paths: Sequence[str]) -> list[str]:
    """Files named, there or not, and every *.mobileconfig below folders named, sorted and each once (./a and a are the same)."""
    found: dict[str, None] = {}
    for path in paths or ["."]:
        name = path and str(Path(path))
        if name not in ("", STDIN) and Path(name).is_dir():
            found.update(dict.fromkeys(_below(name)))
        else:
            found[name] = None
    return sorted(found)


def _below(folder: str) -> list[str]:
    found: list[str] = []

    def unreadable(error: OSError) -> None:
        found.append(str(error.filename))  # reading it will say why

    for place, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        inside = "" if place == "." else place.removeprefix(f".{os.sep}")
        found.extend(os.path.join(inside, name) for name in names if name.lower().endswith(".mobileconfig"))  # noqa: PTH118 - fast
    return found
