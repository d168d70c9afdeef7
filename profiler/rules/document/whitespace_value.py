"""doc-whitespace-value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.model import confidential
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_NAMES = frozenset({
    "PayloadIdentifier", "PayloadType", "PayloadUUID",
    "AuthenticationCertificateUUID", "IdentificationUUID", "IdentityCertificateUUID", "PayloadCertificateUUID",
    "SMIMEEncryptionCertificateUUID", "SMIMESigningCertificateUUID", "VPNUUID",
})  # fmt: skip


@rule(
    "doc-whitespace-value",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/commonpayloadkeys",
    bad="""
    <dict>
        <key>IncomingMailServerHostName</key>
        <string>
            imap.example.com
        </string>
    </dict>
    """,
    good="""
    <dict>
        <key>IncomingMailServerHostName</key>
        <string>imap.example.com</string>
    </dict>
    """,
)
def check(root: Node | None, run: Run) -> Iterator[Finding]:
    """White space stands around an identifier, a UUID, a host, a user name or an address.

    It is part of the value: the host cannot be found, the sign-in fails, a reference finds nothing, or an update is taken for
    another profile. Around an identifier or UUID of a profile that is installed already it has to stay, so there the fix is
    unsafe. Passwords are left alone.
    """
    if root is None or root.kind != "dict":
        return
    for holder in run.identified:
        for key, node in holder.value.items():
            if key in _NAMES and _is_padded(node):
                yield from _finding(node, Safety.UNSAFE)
    for account in run.accounts:
        keys = {"EmailAddress"}
        for server in account.servers:
            keys |= {server.keys.host, server.keys.username}
        for key in sorted(keys - {""}):
            node = account.payload.get(key)
            if node is not None and _is_padded(node):
                yield from _finding(node, Safety.SAFE)


def _is_padded(node: Node) -> bool:
    return node.kind == "string" and node.value.strip() not in ("", node.value)


def _finding(node: Node, safety: Safety) -> Iterator[Finding]:
    meant = node.value.strip()
    message = f"{node.key} has white space around {meant!r}, which counts as part of the value"
    if confidential.is_secret(node):  # a password in a web address: a fix is printed, a password never is
        yield Finding(node, message, help="remove the white space")
        return
    yield Finding(node, message, Fix("remove the white space", (replace_value(node, meant),), safety))
