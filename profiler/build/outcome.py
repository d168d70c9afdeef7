"""What a build reports: profiles made, and rows or addresses that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from profiler.build.profile import Built
    from profiler.lint.diagnostics import Diagnostic


class Made(NamedTuple):
    """One profile: its bytes as they are written, and what is to be said about it. `path` is empty for standard output."""

    path: str
    data: bytes
    built: Built
    signed: bool
    warnings: tuple[Diagnostic, ...] = ()

    def entry(self) -> dict[str, Any]:
        """Return the entry of the report that build-output.schema.json describes."""
        return {
            "path": self.path or None,
            "identifier": self.built.identifier,
            "email": self.built.email,
            "provider": self.built.provider,
            "signed": self.signed,
            "todo": list(self.built.todo),
        }


class Failure(NamedTuple):
    """A row that could not be built. `line` is None for an address on the command line."""

    line: int | None
    reason: str
    hint: str = ""

    def entry(self) -> dict[str, Any]:
        """Return the entry of the report that build-output.schema.json describes."""
        return {"line": self.line, "reason": self.reason}


def report(outputs: list[dict[str, Any]], failed: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the whole report."""
    return {"version": 1, "outputs": outputs, "failed": failed}
