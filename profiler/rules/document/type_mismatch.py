"""doc-type-mismatch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.model import confidential
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.model.violation import Violation
    from profiler.rules.run import Run


@rule(
    "doc-type-mismatch",
    severity=Severity.ERROR,
    also=(Severity.WARNING,),
    source="https://github.com/apple/device-management",
    violations=("wrong-type", "real-for-integer"),
    types=("com.apple.mail.managed",),
    bad="""
    <key>IncomingMailServerPortNumber</key>
    <string>993</string>
    """,
    good="""
    <key>IncomingMailServerPortNumber</key>
    <integer>993</integer>
    """,
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """A value is not of the type that Apple defines for its key.

    A string "993" or "true" may be refused, or read as nothing. A number for a boolean (0 or 1) and a boolean for a number are
    read as meant by most devices and are a warning; Apple Business refuses them too, so with a target apple-business they are
    an error, and so is a real number for an integer, which is otherwise left to doc-real-for-integer.
    """
    for violation in run.violations.get("wrong-type", ()):
        if _reported_elsewhere(violation):
            continue
        node, value = violation.node, violation.conversion
        fix = None
        if value is not None and node.start >= 0 and not confidential.is_secret(node):
            fix = Fix("write it in the right type", (replace_value(node, value),), Safety.SAFE)
        forgiven = violation.coercible and not run.targets.strict
        yield Finding(node, violation.message, fix, severity=Severity.WARNING if forgiven else None)
    if run.targets.strict:
        yield from _real_numbers(run)


def _real_numbers(run: Run) -> Iterator[Finding]:
    for violation in run.violations.get("real-for-integer", ()):
        node = violation.node
        message = f"{violation.name} is a real number where an integer belongs; Apple Business refuses it"
        fix = None
        if node.start >= 0:
            fix = Fix("write it as an integer", (replace_value(node, violation.conversion),), Safety.SAFE)
        yield Finding(node, message, fix)


def _reported_elsewhere(violation: Violation) -> bool:
    """prof-content-not-array says it of the list of payloads."""
    return violation.payload is None and violation.key == "PayloadContent" and violation.node.kind == "dict"
