"""The rules: one file each, in folders by subject. `GROUPS` says which folder a document needs."""

from __future__ import annotations

import importlib
from functools import cache
from typing import TYPE_CHECKING

from profiler.rules import index

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from profiler.rules.rule import Rule

# In the order of the catalogue, which is the order of documentation.
GROUPS = (
    "document", "profile", "reference", "mail", "exchange", "google", "dav", "security", "delivery", "provider", "signature",
    "lifecycle",
)  # fmt: skip


@cache
def load(group: str) -> tuple[Rule, ...]:
    """Import a group and return its rules in order. Who only calls rules takes `index.entries`."""
    names: tuple[str, ...] = importlib.import_module(f"profiler.rules.{group}").NAMES
    return tuple(index.read(group, name) for name in names)


def one(identifier: str) -> Rule | None:
    """The rule with an id; None when there is none."""
    entry = index.by_id().get(identifier)
    return entry.rule if entry is not None else None


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


def named(names: Iterable[str]) -> frozenset[str]:
    """Names that a person gave, a pattern such as mail-baseline-* as the ids it stands for; one that stands for none stays."""
    found = set(names)
    for pattern in [name for name in found if "*" in name]:
        import fnmatch  # noqa: PLC0415 - few give patterns

        ids = fnmatch.filter(index.by_id(), pattern)
        found = found - {pattern} | set(ids) if ids else found
    return frozenset(found)


def exists(name: str) -> bool:
    """Whether this is the id of a rule, a group or a prefix, without importing them."""
    return name in index.by_id() or name in GROUPS or name in _PREFIXES


_PREFIXES = {
    "doc": "document", "prof": "profile", "ref": "reference", "mail": "mail", "ex": "exchange", "goo": "google", "dav": "dav",
    "subcal": "dav", "ldap": "dav", "sec": "security", "del": "delivery", "prov": "provider", "sig": "signature",
    "enc": "signature", "life": "lifecycle",
}  # fmt: skip
