"""mail-duplicate-description."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from profiler.document.edits import Fix, replace_value
from profiler.model.account import MAIL
from profiler.rules.mail import destination
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "mail-duplicate-description",
    severity=Severity.WARNING,
    source="https://support.apple.com/guide/deployment/depdca795ebd/web",
    scope=Scope.FILE,
    types=(MAIL,),
    when="several accounts",
    needs=(Needs.TARGET,),
    target="ios:17.0,manual",
    options={"ignore": "sig-missing"},
    bad="""
    <dict>
    <key>EmailAccountDescription</key>
    <string>Work mail</string>
    </dict>
    <dict>
    <key>EmailAddress</key>
    <string>ola@example.com</string>
    <key>IncomingMailServerUsername</key>
    <string>ola@example.com</string>
    <key>OutgoingMailServerUsername</key>
    <string>ola@example.com</string>
    <key>EmailAccountDescription</key>
    <string>Work mail</string>
    </dict>
    """,
    good="""
    <dict>
    <key>EmailAccountDescription</key>
    <string>Work mail</string>
    </dict>
    <dict>
    <key>EmailAddress</key>
    <string>ola@example.com</string>
    <key>IncomingMailServerUsername</key>
    <string>ola@example.com</string>
    <key>OutgoingMailServerUsername</key>
    <string>ola@example.com</string>
    <key>EmailAccountDescription</key>
    <string>Work mail 2</string>
    </dict>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """Two mail accounts have the same description.

    On iPhone and iPad Apple treats account payloads with equal descriptions as exclusive, so one of the two
    may not appear; and nobody can tell them apart in Mail. Asked only of profiles for these devices.
    """
    if destination.IPHONE.isdisjoint(run.targets.platforms):
        return
    taken = {account.description for account in run.mail_accounts}
    seen: dict[str, Node] = {}
    for account in run.mail_accounts:
        node = account.payload.get("EmailAccountDescription")
        if node is None or not account.description:
            continue
        first = seen.setdefault(account.description, node)
        if first is node:
            continue
        number = next(count for count in itertools.count(2) if f"{account.description} {count}" not in taken)
        name = f"{account.description} {number}"
        taken.add(name)
        message = f"Two accounts are described as {account.description!r}, which iOS treats as exclusive"
        fix = Fix(f"call this one {name!r}", (replace_value(node, name),))
        yield Finding(node, message, fix, related=((first, "the first one"),))
