"""doc-empty-string."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, delete_entry
from profiler.model import schema
from profiler.model.account import ACCOUNT_TYPES, MAIL, Account
from profiler.rules.reference.identification import is_filled_in
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run


@rule(
    "doc-empty-string",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.ACCOUNT,
    types=(MAIL, *sorted(ACCOUNT_TYPES - {MAIL})),
    bad="""
    <key>IncomingPassword</key>
    <string></string>
    """,
    good="",
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """A host, user name, address or password of an account is there but empty.

    Apple says what a device does when such a key is absent: it asks the user. What it does with an empty value it does not
    say; reports go from asking to a sign-in with an empty name. Where an identification payload gives the account these
    values, as macOS Server wrote it, only an empty host is a mistake.
    """
    keys = [server.keys.host for server in account.servers]
    if not is_filled_in(account.payload, run):
        keys.append("EmailAddress")
        for server in account.servers:
            keys += [server.keys.username, server.keys.password]
    required = None
    for key in dict.fromkeys(keys):
        node = account.payload.get(key)
        if node is None or node.kind != "string" or node.value.strip():
            continue
        if required is None:
            required = (schema.load(account.type) or {}).get("required", ())
        message = f"{key} is empty; leave it out so that the device asks for it"
        if key in required:
            yield Finding(
                node, f"{key} is empty, and the account cannot work without it", help="write the value"
            )
            continue
        fix = Fix("remove the empty key", (delete_entry(node, run.content),), Safety.SAFE)
        yield Finding(node, message, fix)
