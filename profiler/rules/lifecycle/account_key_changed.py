"""life-account-key-changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.lifecycle.update import accounts, first, name_of, update_of
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "life-account-key-changed",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    needs=(Needs.INSTALLED,),
    types=first("com.apple.carddav.account"),
    installed="""
    <key>CardDAVUsername</key>
    <string>kari@example.com</string>
    """,
    bad="""
    <key>CardDAVUsername</key>
    <string>ola@example.com</string>
    """,
    good="""
    <key>CardDAVUsername</key>
    <string>kari@example.com</string>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """An account has another server, user name or kind than in the installed profile.

    Devices tell accounts apart by kind, server and user name (reported): the account may be removed and a new one made, and what
    was downloaded may be lost. Exchange, calendar and contact accounts were seen to be updated in place.
    """
    for both in accounts(update_of(run), any_type=True):
        if both.old.type != both.new.type:
            kinds = f"{both.old.kind} account of {name_of(both.old)} becomes one of kind {both.new.kind}"
            message = f"The {kinds}: devices may remove it and make a new one"
            yield Finding(
                both.new.payload.get("PayloadType"),
                message,
                help="add the new account beside the old one first",
            )
            continue
        if both.old.kind != both.new.kind or not both.other_mailbox:
            continue
        keys = both.new.incoming.keys
        key = (
            keys.host if both.old.incoming.host != both.new.incoming.host else keys.username or "EmailAddress"
        )
        what = "server" if key == keys.host else "user name"
        message = f"Another {what} than in the installed profile: devices may remove {name_of(both.old)} and make a new account"
        node = both.new.payload.get(key) or both.new.payload.get("EmailAddress") or both.new.payload
        yield Finding(node, message, help="`profiler plan` shows what happens; tell the users first")
