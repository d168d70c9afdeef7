"""The linters of one run: the flags and the config file of each file, as what a linter takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from profiler import rules
from profiler.lint.linter import Linter, Selection
from profiler.model import placeholder, target
from profiler.rules import index
from profiler.rules.run import Context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.config import Config
    from profiler.lint.settings import Settings
    from profiler.rules.rule import Severity


class Linters:
    """One linter for each combination of config and per-file ignores that a run meets."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._made: dict[tuple[Config, frozenset[str]], Linter] = {}

    def for_file(self, name: str) -> Linter:
        """The linter for a file."""
        settings = self._settings
        found = settings.config_for(name)
        ignored = found.ignore - settings.select
        if found.per_file_ignores:
            place = Path((name == "-" and settings.stdin_filename) or name)
            ignored = found.ignored_in(place, settings.select)
        linter = self._made.get((found, ignored))
        if linter is None:
            mdm = settings.mdm or found.mdm
            context = Context(
                targets=target.parse_all(settings.targets or found.targets),
                mdm=placeholder.vendor(mdm) if mdm else "",
                now=settings.now,
                installed=settings.installed,
                trust=settings.trust,
                decrypt_keys=settings.decrypt_keys,
                complete=settings.complete,
                provider_files=found.providers,
            )
            selection = Selection(
                settings.select or found.select, settings.ignore | ignored, dict(_by_rule(found))
            )
            linter = self._made[found, ignored] = Linter(
                context, selection, among_others=settings.among_others
            )
        return linter


def _by_rule(found: Config) -> Iterator[tuple[str, Severity]]:
    """The severities that a config file gives, those of groups for each of their rules, single rules last."""
    for name, severity in sorted(found.severity, key=lambda pair: "-" in pair[0]):
        if "-" in name:
            yield name, severity
        else:
            group = rules.group_of(name) or name
            yield from (
                (rule.id, severity) for rule in index.entries(group) if name in rules.names_of(rule.id)
            )
