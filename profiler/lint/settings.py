"""What one run of lint is asked: the flags over the config file nearest to each file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from profiler import config, rules
from profiler.config import Config
from profiler.errors import ProfilerError
from profiler.lint.linter import Linter, Selection
from profiler.model import placeholder, target
from profiler.rules import index
from profiler.rules.rule import Severity
from profiler.rules.run import Context

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator


class Settings(NamedTuple):
    """Everything the flags say; can be handed to a worker process. Empty values leave the word to the config file."""

    now: datetime.datetime
    targets: tuple[str, ...] = ()
    mdm: str = ""
    installed: tuple[str, bytes] | None = None
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    fail_on: str = ""
    decrypt_keys: tuple[bytes, ...] = ()
    trust: str = "system"
    complete: bool = False
    config_file: Path | None = None
    no_config: bool = False
    stdin_filename: str = ""
    among_others: bool = False

    def check(self) -> None:
        """Raise UsageError for a rule, target or service that does not exist, ProfilerError for a file that does not."""
        for flag, names in (("--select", self.select), ("--ignore", self.ignore)):
            for name in sorted(names):
                config.check_rule(name, flag)
        target.parse_all(self.targets)
        if self.mdm:
            placeholder.vendor(self.mdm)
        if self.trust != "system" and not Path(self.trust).is_file():
            raise ProfilerError(f"--trust {self.trust}: no such file")
        if self.config_file is not None:
            config.read(self.config_file)

    def config_for(self, name: str) -> Config:
        """The config that holds for a file. Raises UsageError for one with mistakes."""
        if self.no_config:
            return Config()
        if self.config_file is not None:
            return config.read(self.config_file)
        return config.for_file(Path(self.stdin_filename if name == "-" and self.stdin_filename else name))

    def threshold(self, name: str) -> Severity | None:
        """The severity from which a finding in a file makes the answer no; None for never."""
        word = self.fail_on or self.config_for(name).fail_on or "error"
        return None if word == "never" else Severity[word.upper()]


class Linters:
    """One linter for each combination of config and per-file ignores that a run meets."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._made: dict[tuple[Config, frozenset[str]], Linter] = {}

    def for_file(self, name: str) -> Linter:
        """The linter for a file."""
        settings = self._settings
        found = settings.config_for(name)
        ignored = found.ignored_in(Path((name == "-" and settings.stdin_filename) or name))
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
