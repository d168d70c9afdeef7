"""sec-leaf-rules."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Severity, rule
from profiler.rules.security.certificates import AUTHORITY_TYPES, Certificate, certificates
from profiler.rules.security.example_certificates import LONG_SERVER, SERVER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_SINCE = datetime.datetime(2019, 7, 1, tzinfo=datetime.UTC)
_DAYS = 825


@rule(
    "sec-leaf-rules",
    severity=Severity.WARNING,
    source="https://support.apple.com/103769",
    types=AUTHORITY_TYPES,
    options={"ignore": "sec-leaf-pinned"},
    bad=f"""
    <key>PayloadContent</key>
    <data>{LONG_SERVER}</data>
    """,
    good=f"""
    <key>PayloadContent</key>
    <data>{SERVER}</data>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """The certificate of a server breaks Apple's rules for TLS.

    The name has to be a DNS name among the alternative names. Issued after 2019-07-01, it has to be meant for servers
    (serverAuth) and to live 825 days at most. Devices refuse the connection otherwise, even when the certificate is installed.
    """
    for one in certificates(run):
        if one.is_server and not one.identity:
            broken = list(_broken(one))
            if broken:
                message = f"Devices refuse the server certificate {one.name!r}: it {', and '.join(broken)}"
                yield Finding(one.payload, message, help="have it issued anew by these rules")


def _broken(one: Certificate) -> Iterator[str]:
    if not one.dns_names:
        yield "has no DNS name among its alternative names"
    if one.starts >= _SINCE:
        if not one.allows_server:
            yield "is not meant for servers (no serverAuth)"
        days = (one.ends - one.starts).days
        if days > _DAYS:
            yield f"is valid for {days} days, and {_DAYS} are allowed"
