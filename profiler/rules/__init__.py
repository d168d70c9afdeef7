"""The rules: one file each, in folders by subject. `GROUPS` says which folder a document needs."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.rule import Rule

# In the order of the catalogue, which is the order of documentation.
GROUPS = (
    "document", "profile", "reference", "mail", "exchange", "google", "dav", "security", "delivery", "provider", "signature",
    "lifecycle",
)  # fmt: skip


@cache
def load(group: str) -> tuple[Rule, ...]:
    """Import a group and return its rules in order."""
    rules: tuple[Rule, ...] = importlib.import_module(f"profiler.rules.{group}").RULES
    return rules


def every() -> Iterator[Rule]:
    """All rules of all groups."""
    for group in GROUPS:
        yield from load(group)


def group_of(identifier: str) -> str:
    """The group a rule id belongs to by its prefix; "" when no group has the prefix."""
    return _PREFIXES.get(identifier.partition("-")[0], "")


def names_of(identifier: str) -> tuple[str, str, str]:
    """What a person may call a rule by: its id, the prefix of its id, the group it belongs to."""
    return identifier, identifier.partition("-")[0], group_of(identifier)


def exists(name: str) -> bool:
    """Whether this is the id of a rule, a group or a prefix, told by the files, without importing them."""
    prefix, _, rest = name.partition("-")
    group = group_of(prefix)
    if not rest:
        return bool(group) or name in GROUPS
    if not group:
        return False
    folder = Path(__file__).parent / group
    stem = rest.replace("-", "_")
    return (folder / f"{stem}.py").is_file() or (folder / f"{prefix}_{stem}.py").is_file()


_PREFIXES = {
    "doc": "document", "prof": "profile", "ref": "reference", "mail": "mail", "ex": "exchange", "goo": "google", "dav": "dav",
    "subcal": "dav", "ldap": "dav", "sec": "security", "del": "delivery", "prov": "provider", "sig": "signature",
    "enc": "signature", "life": "lifecycle",
}  # fmt: skip
