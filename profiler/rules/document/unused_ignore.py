"""doc-unused-ignore."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "doc-unused-ignore",
    severity=Severity.WARNING,
    source="https://docs.astral.sh/ruff/rules/unused-noqa/",
    problem="doc-unused-ignore",
    types=("com.apple.mail.managed",),
    bad="""
    <key>EmailAccountName</key>
    <!-- profiler: ignore[mail-cleartext] once upon a time -->
    <string>Kari</string>
    """,
    good="""
    <key>EmailAccountName</key>
    <string>Kari</string>
    """,
    fix="remove the comment (`--fix` does it)",
)
def check(_root: Node | None, _run: Run) -> Iterator[Finding]:
    """An ignore comment ignores nothing.

    It names a rule that finds nothing here, or no rule at all. Left in place it hides the next finding, which nobody has looked
    at. The linter itself reports it, once all other rules have run; with --select it does not.
    """
    yield from ()
