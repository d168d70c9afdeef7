"""mail-bad-enum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety
from profiler.model.account import MAIL
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_TYPES = ("EmailTypeIMAP", "EmailTypePOP")
_METHODS = ("EmailAuthPassword", "EmailAuthNone", "EmailAuthCRAMMD5", "EmailAuthNTLM", "EmailAuthHTTPMD5")
_ALLOWED = (
    ("EmailAccountType", _TYPES),
    ("IncomingMailServerAuthentication", _METHODS),
    ("OutgoingMailServerAuthentication", _METHODS),
)


@rule(
    "mail-bad-enum",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.PAYLOAD,
    types=(MAIL,),
    bad="""
    <key>IncomingMailServerAuthentication</key>
    <string>EmailAuthPlain</string>
    """,
    good="""
    <key>IncomingMailServerAuthentication</key>
    <string>EmailAuthPassword</string>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """The account type or a way to sign in is a word that Apple does not know.

    A device takes only the words of Apple's list, letter for letter, and refuses a profile with another one.
    Exchange is no mail account of this kind: it has a payload of its own.
    """
    for key, allowed in _ALLOWED:
        node = payload.get(key)
        if node is None or node.kind != "string" or node.value in allowed or run.is_placeholder(node.value):
            continue
        message = f"{key} is {node.value!r}, which no device knows, so it refuses the profile"
        yield Finding(node, message, Fix(_suggestion(node.value, allowed), safety=Safety.MANUAL))


def _suggestion(word: str, allowed: tuple[str, ...]) -> str:
    if "exchange" in word.lower():
        return "use the payload com.apple.eas.account (on a Mac com.apple.ews.account) for Exchange"
    from difflib import get_close_matches  # noqa: PLC0415 - only for a mistake

    by_lower = {one.lower(): one for one in allowed}
    near = get_close_matches(word.strip().lower(), by_lower, n=1, cutoff=0.9)
    return f"write {by_lower[near[0]]}" if near else f"write one of {', '.join(allowed)}"
