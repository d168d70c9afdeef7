"""sec-plaintext-password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, delete_entry
from profiler.model.account import ACCOUNT_TYPES
from profiler.rules.rule import Finding, Severity, rule
from profiler.rules.security.passwords import PKCS12, REMOVAL, passwords, type_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_OTHER_RULES = (PKCS12, REMOVAL)


@rule(
    "sec-plaintext-password",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    when="a secret by its key",
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.mail.managed</string>
        <key>IncomingPassword</key>
        <string>Sommer-2026</string>
    </dict>
    """,
    good="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.mail.managed</string>
    </dict>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A password can be read by whoever has the file.

    Apple allows passwords in encrypted profiles only. A signature hides nothing, and files are kept in mail, downloads and
    backups. Left out of an account, the device asks for it at installation or at the first sign-in. The variable of a
    management service is no password.
    """
    for node in passwords(run):
        kind = type_of(node)
        if kind in _OTHER_RULES:
            continue
        fix = None
        if kind in ACCOUNT_TYPES:
            fix = Fix(
                f"remove {node.key}, so that the device asks",
                (delete_entry(node, run.content),),
                Safety.UNSAFE,
            )
        hint = "" if fix else "encrypt the profile, or let the management service fill it in by a variable"
        yield Finding(node, f"{node.key} is written out in a profile that is not encrypted", fix, help=hint)
