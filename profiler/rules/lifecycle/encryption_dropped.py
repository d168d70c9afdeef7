"""life-encryption-dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.confidential import secrets_of
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "life-encryption-dropped",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    needs=(Needs.INSTALLED, Needs.KEY),
    bad="",
    good="",
    fix="`profiler encrypt` it for the devices",
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """The installed profile is encrypted, and this one shows its secrets.

    Passwords and keys belong in encrypted profiles only (documented). Whoever gets hold of this file can read them.
    """
    if run.installed is None or not run.installed.encrypted or run.document.encrypted:
        return
    found = next(
        (node for payload in run.payloads for node in secrets_of(payload) if not _is_variable(node, run)),
        None,
    )
    if found is not None:
        message = f"The installed profile is encrypted, and this one holds {found.key} in clear"
        yield Finding(found, message, help="`profiler encrypt` it for the devices")


def _is_variable(node: Node, run: Run) -> bool:
    return isinstance(node.value, str) and run.is_placeholder(node.value)
