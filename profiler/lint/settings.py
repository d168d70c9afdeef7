"""What one run of lint is asked: the flags over the config file nearest to each file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from profiler import config
from profiler.config import Config
from profiler.errors import ProfilerError
from profiler.model import placeholder, target
from profiler.rules.rule import Severity

if TYPE_CHECKING:
    import datetime

_NONE = Config()


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
            return _NONE
        if self.config_file is not None:
            return config.read(self.config_file)
        return config.for_file(self.stdin_filename if name == "-" and self.stdin_filename else name)

    def threshold(self, name: str) -> Severity | None:
        """The severity from which a finding in a file makes the answer no; None for never."""
        word = self.fail_on or self.config_for(name).fail_on or "error"
        return None if word == "never" else Severity[word.upper()]
