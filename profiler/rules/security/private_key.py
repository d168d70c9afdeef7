"""sec-private-key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_MARK = "PRIVATE KEY-----"
_BYTES = _MARK.encode()
_MESSAGE = "A private key stands in the file for anybody to read"


@rule(
    "sec-private-key",
    severity=Severity.ERROR,
    source="https://www.rfc-editor.org/rfc/rfc7468#section-10",
    when="a private key",
    bad="""
    <key>PayloadDescription</key>
    <string>-----BEGIN PRIVATE KEY-----
    MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
    -----END PRIVATE KEY-----</string>
    """,
    good="""
    <key>PayloadDescription</key>
    <string>Sets up work mail.</string>
    """,
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """A private key is in the file as text.

    Whoever has the file has the key. No payload wants a key in PEM form: most often a file with key and certificate was put in
    the place of the certificate.
    """
    hint = "remove it, and replace the key and its certificate: it counts as known to others"
    content = run.content
    written = _BYTES in content
    found = False
    for node in root.walk():
        if (node.kind == "string" and node.value and _MARK in node.value) or (
            node.kind == "data" and node.value and _BYTES in node.value
        ):
            found = True
            yield Finding(node, _MESSAGE, help=hint)
    if written and not found:  # in a value that readers drop, such as the first of two with one key
        yield Finding(None, _MESSAGE, help=hint)
