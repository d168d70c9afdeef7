"""mail-missing-key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

REQUIRED = (
    ("EmailAccountType", "EmailTypeIMAP or EmailTypePOP"),
    ("IncomingMailServerAuthentication", "usually EmailAuthPassword"),
    ("IncomingMailServerHostName", "the name of the IMAP or POP server"),
    ("OutgoingMailServerAuthentication", "usually EmailAuthPassword"),
    ("OutgoingMailServerHostName", "the name of the SMTP server"),
)


@rule(
    "mail-missing-key",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.PAYLOAD,
    types=(MAIL,),
    leave_out=("OutgoingMailServerAuthentication",),
    bad="""
    <key>OutgoingMailServerHostName</key>
    <string>smtp.example.com</string>
    """,
    good="""
    <key>OutgoingMailServerHostName</key>
    <string>smtp.example.com</string>
    <key>OutgoingMailServerAuthentication</key>
    <string>EmailAuthPassword</string>
    """,
)
def check(payload: Node, _run: Run) -> Iterator[Finding]:
    """A mail account lacks a key that it cannot be without.

    The account type, both server names and both ways to sign in are required; a device refuses the whole
    profile, and over a management service the account may fail without a word.
    """
    for key, meaning in REQUIRED:
        if payload.get(key) is None:
            yield Finding(
                payload, f"{key} is missing, so the device refuses the profile", help=f"add {key}, {meaning}"
            )
