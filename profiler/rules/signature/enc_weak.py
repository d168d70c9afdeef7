"""enc-weak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Severity, rule
from profiler.rules.signature.example_envelopes import FOR_ONE, TRIPLE_DES
from profiler.rules.signature.sealed import KEY, sealed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


_AES = "2.16.840.1.101.3.4.1."


@rule(
    "enc-weak",
    severity=Severity.WARNING,
    source="https://www.rfc-editor.org/rfc/rfc8429",
    keys=(KEY,),
    leave_out=("PayloadContent",),
    bad=f"""
    <key>EncryptedPayloadContent</key>
    <data>{TRIPLE_DES}</data>
    """,
    good=f"""
    <key>EncryptedPayloadContent</key>
    <data>{FOR_ONE}</data>
    """,
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """The payloads are encrypted with a cipher that is out of use: DES, 3DES or RC2.

    Whoever gets hold of the file may be able to read the passwords in it, and newer systems may not open it. AES-256 is what
    the systems of today agree on.
    """
    found = sealed(run)
    if found is None or found.opened is None or found.opened.cipher.startswith(_AES):
        return
    from profiler.trust import envelope  # noqa: PLC0415 - imports cryptography

    weak = envelope.weak_cipher(found.opened.cipher)
    if weak:
        message = f"The payloads are encrypted with {weak}, which is too weak for passwords"
        yield Finding(
            found.node, message, help="encrypt the profile again with `profiler encrypt`, which uses AES-256"
        )
