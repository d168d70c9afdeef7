"""What a check found: steps in the order of Apple's support article, gathered per account."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

ORDER = (
    "dns",
    "connect",
    "tls",
    "certificate",
    "greeting",
    "capabilities",
    "authentication",
    "push",
    "submission",
    "login",
)
_LONGEST = 600


class Status(StrEnum):
    """How a step ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Step:
    """One step at one server: what it means for the user, and what to do about it."""

    step: str
    server: str
    status: Status
    message: str
    todo: str = ""


@dataclass
class AccountReport:
    """All steps of one account; `status_page` is the provider's, when we know one."""

    account: str
    steps: list[Step] = field(default_factory=list)
    status_page: str = ""

    @property
    def failed(self) -> bool:
        """Whether any step failed."""
        return any(step.status is Status.FAILED for step in self.steps)


class Ledger:
    """The steps of one endpoint: each is written once, in any order, and read in the order of the article."""

    def __init__(self, side: str, server: str, names: tuple[str, ...]) -> None:
        self.server = server
        self._side = side
        self._names = names
        self._steps: dict[str, Step] = {}

    def ok(self, name: str, message: str, todo: str = "") -> None:
        """Record a step that went well."""
        self._write(name, Status.OK, message, todo)

    def warning(self, name: str, message: str, todo: str = "") -> None:
        """Record a step that works and still wants attention."""
        self._write(name, Status.WARNING, message, todo)

    def failed(self, name: str, message: str, todo: str = "") -> None:
        """Record a step that failed."""
        self._write(name, Status.FAILED, message, todo)

    def skipped(self, name: str, message: str, todo: str = "") -> None:
        """Record a step that was not taken, and why."""
        self._write(name, Status.SKIPPED, message, todo)

    def has(self, name: str) -> bool:
        """Whether the step is recorded."""
        return name in self._steps

    def status(self, name: str) -> Status | None:
        """How the step ended, None when it is not recorded."""
        return self._steps[name].status if name in self._steps else None

    def steps(self) -> list[Step]:
        """Give every step; one that was never reached says which failure stopped the check."""
        broken = next((name for name in ORDER if self.status(name) is Status.FAILED), "")
        for name in self._names:
            if name not in self._steps:
                self.skipped(name, f"Not reached: {broken} failed" if broken else "Not reached")
        return [self._steps[name] for name in ORDER if name in self._steps]

    def _write(self, name: str, status: Status, message: str, todo: str) -> None:
        self._steps[name] = Step(f"{self._side}-{name}", self.server, status, message[:_LONGEST], todo)
