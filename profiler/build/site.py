"""What all accounts of one build have in common."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from profiler.errors import UsageError
from profiler.model.target import Targets

if TYPE_CHECKING:
    from datetime import date

    from profiler.providers.database import Database


class Site(NamedTuple):
    """The database, the devices aimed at, the folder that files of a spec are relative to, and the day.

    The day only chooses what the user is told about ends of service; it never reaches a profile.
    """

    database: Database
    today: date
    targets: Targets = Targets()
    folder: Path = Path()

    @property
    def interactive(self) -> bool:
        """Whether somebody is there to answer what the profile leaves open."""
        return not self.targets.delivers_mdm

    def platform(self, kind: str) -> str:
        """Return 'macos' or 'ios', as far as accounts differ. Raises UsageError when one profile cannot serve both."""
        platforms = self.targets.platforms
        if "macos" not in platforms:
            return "ios"
        if platforms != {"macos"}:
            raise UsageError(
                f"one profile cannot set up a {kind} account on a Mac and on other devices: they need different payloads",
                hint="build one profile for each",
            )
        return "macos"


class Account(NamedTuple):
    """What an account of a spec becomes: payload type, keys, what the user must do, and what a description should say.

    `provider` is the id of the provider that decided, or empty.
    """

    type: str
    settings: dict[str, Any]
    todo: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    provider: str = ""
