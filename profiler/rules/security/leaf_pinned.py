"""sec-leaf-pinned."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule
from profiler.rules.security.certificates import AUTHORITY_TYPES, certificates
from profiler.rules.security.example_certificates import ISSUING, SERVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

# The longest life of a public certificate issued from a day on (CA/Browser Forum, ballot SC-081v3).
_LIVES = (
    (datetime.date(2029, 3, 15), 47),
    (datetime.date(2027, 3, 15), 100),
    (datetime.date(2026, 3, 15), 200),
    (datetime.date(2020, 9, 1), 398),
)


@rule(
    "sec-leaf-pinned",
    severity=Severity.WARNING,
    source="https://cabforum.org/2025/04/11/ballot-sc081v3-introduce-schedule-of-reducing-validity-and-data-reuse-periods/",
    types=AUTHORITY_TYPES,
    needs=(Needs.CLOCK,),
    bad=f"""
    <key>PayloadContent</key>
    <data>{SERVER}</data>
    """,
    good=f"""
    <key>PayloadContent</key>
    <data>{ISSUING}</data>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """The certificate of a server itself is installed.

    It helps until the server gets its next certificate, and then mail stops on all devices at once. Public certificates live
    200 days now, 100 from 2027-03-15 and 47 from 2029-03-15. Servers need none with a public CA; with a private one install
    that.
    """
    today = run.now.date()
    days = next((days for since, days in _LIVES if today >= since), 825)
    for one in certificates(run):
        if one.is_server and not one.identity:
            server = one.dns_names[0] if one.dns_names else one.name
            message = (
                f"Installs the certificate of the server {server} itself, which ends on {one.ends:%Y-%m-%d}; "
                f"public ones are renewed after {days} days at most"
            )
            yield Finding(one.payload, message, help="remove it, or install the CA that issued it")
