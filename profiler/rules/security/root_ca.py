"""sec-root-ca."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Severity, rule
from profiler.rules.security.certificates import AUTHORITY_TYPES, certificates
from profiler.rules.security.example_certificates import ISSUING, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "sec-root-ca",
    severity=Severity.WARNING,
    source="https://support.apple.com/102390",
    types=AUTHORITY_TYPES,
    bad=f"""
    <key>PayloadContent</key>
    <data>{ROOT}</data>
    """,
    good=f"""
    <key>PayloadContent</key>
    <data>{ISSUING}</data>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """The profile installs a root certificate.

    Whoever has its key can make a certificate for any web site, and the device may believe it, not only for mail. Right for the
    CA of a company that guards it; a server with a certificate of a public CA needs none.
    """
    for one in certificates(run):
        if one.ca and one.self_signed and not one.identity:
            message = (
                f"Installs the root certificate {one.name!r}, which devices then may trust for every site"
            )
            hint = "leave it out unless the servers really have certificates of this CA"
            yield Finding(one.payload, message, help=hint)
