"""prof-encrypted-inconsistent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, delete_entry
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-encrypted-inconsistent",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    keys=("EncryptedPayloadContent", "IsEncrypted"),
    bad="""
    <key>IsEncrypted</key>
    <true/>
    """,
    good="",
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """The profile says two things about its encryption.

    Beside EncryptedPayloadContent a device expects no PayloadContent: which of the two it takes is not
    documented. With IsEncrypted true and no encrypted part it has nothing to decrypt, and refuses the
    profile.

    """
    encrypted, content = root.get("EncryptedPayloadContent"), root.get("PayloadContent")
    if encrypted is not None and content is not None:
        fix = None
        if not content.value:
            fix = Fix("remove the empty PayloadContent", (delete_entry(content, run.content),), Safety.SAFE)
        message = (
            "PayloadContent stands beside EncryptedPayloadContent; nobody can say which one a device takes"
        )
        related = ((encrypted, "the encrypted part is here"),)
        yield Finding(content, message, fix, at_key=True, related=related, help="keep one of the two")
    flag = root.get("IsEncrypted")
    if flag is not None and root.boolean("IsEncrypted") is True and encrypted is None:
        fix = (
            Fix("remove IsEncrypted", (delete_entry(flag, run.content),), Safety.SAFE)
            if content is not None
            else None
        )
        yield Finding(flag, "IsEncrypted is true, but there is no EncryptedPayloadContent to decrypt", fix)
