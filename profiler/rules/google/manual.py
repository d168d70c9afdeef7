"""goo-manual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import GOOGLE
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "goo-manual",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/googleaccount",
    scope=Scope.PAYLOAD,
    types=(GOOGLE,),
    needs=(Needs.TARGET,),
    target="ios,manual",
    options={"ignore": "sig-missing"},
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.google-oauth</string>
    </dict>
    """,
    good="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.mail.managed</string>
    </dict>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """A Google account is to be installed by hand.

    Apple documents the payload for management services, and for Apple Configurator on supervised devices. Its own metadata says
    that it may be installed by hand, so that it may work on a device that is not supervised.
    """
    if any(target.delivers_manually and not target.supervised for target in run.targets):
        message = "A Google account may not be installable by hand on a device that is not supervised"
        yield Finding(
            payload, message, help="send it by a management service, or let users add the account in Settings"
        )
