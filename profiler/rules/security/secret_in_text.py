"""sec-secret-in-text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profiler.model import confidential
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_SAID = re.compile(
    r"\b(?:password|passphrase|passcode|passwort|kennwort|passord|wachtwoord|mot de passe|contraseña)"
    r"(?:\s*[:=]\s*|\s+(?:is|ist|er|est|es)\s*:?\s+)[\"'“„«]?(\S{6,})",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")
# "12-character", "8characters": how long it has to be; "1Password", "Office365": where to find it. Not what it is.
_NO_PASSWORD = re.compile(r"\d+-?[a-z]+\W*\Z|1Password\b|(?:Office|Microsoft)365\b", re.IGNORECASE)


@rule(
    "sec-secret-in-text",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    when="words for passwords",
    bad="""
    <key>PayloadDescription</key>
    <string>Work mail. Your first password is Sommer-2026.</string>
    """,
    good="""
    <key>PayloadDescription</key>
    <string>Work mail. Ask the help desk for your first password.</string>
    """,
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """A text that users see seems to tell a password.

    Descriptions, names and consent texts are shown on the screen before and after installation, and anybody with the file can
    read them. Only a word for password directly followed by something with letters and digits counts.
    """
    for node in _texts(root, run):
        if not confidential.mentions_password(node.value):
            continue
        for match in _SAID.finditer(node.value):
            word = match[1]
            if _may_be_password(word) and not run.is_placeholder(word):
                message = f"{node.key} seems to tell a password, which everybody sees who gets the file"
                yield Finding(
                    node, message, at_key=True, help="remove it, and change that password", secret=True
                )
                break


def _may_be_password(word: str) -> bool:
    if "://" in word or "@" in word or _NO_PASSWORD.match(word):
        return False
    return any(letter.isdigit() for letter in word) and _LETTER.search(word) is not None


def _texts(root: Node, run: Run) -> Iterator[Node]:
    for holder in (root, *run.payloads):
        for key, node in holder.value.items():
            if key in confidential.TEXTS and node.kind == "string" and node.value:
                yield node
    consent = root.get("ConsentText")
    for node in consent.children() if consent is not None else []:
        if node.kind == "string" and node.value:
            yield node
