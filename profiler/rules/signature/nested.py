"""sig-nested."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "sig-nested",
    severity=Severity.WARNING,
    source="https://www.rfc-editor.org/rfc/rfc5652#section-5",
    needs=(Needs.SIGNATURE,),
    bad="",
    good="",
    fix="take the outer signature off with `profiler unsign`",
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """What is signed is itself a signed file.

    A profile that was signed already was signed again. A device opens one signature (inferred), and may find a second one
    where the property list should be.
    """
    inner = run.document.source.inner
    if inner:
        message = (
            f"Signed {len(inner) + 1} times, one around the other: a device may not find the profile inside"
        )
        fix = Fix("take the outer signature off with `profiler unsign`", safety=Safety.MANUAL)
        yield Finding(None, message, fix)
