"""The passwords that stand in a profile for anybody to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.confidential import is_secret_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

REMOVAL = "com.apple.profileRemovalPassword"
PKCS12 = "com.apple.security.pkcs12"

# In preference domains a token or challenge may be anything, and LabelPassword what a window calls its field.
_PREFERENCES = "com.apple.ManagedClient.preferences"
_PLAIN_NAMES = ("password", "passphrase", "secret")
_LABELS = ("label", "menu", "message", "title")


def passwords(run: Run) -> Iterator[Node]:
    """Every password that is written out in the clear part of a file, in order."""
    return (node for node in (run.root.walk() if run.root is not None else ()) if is_password(node, run))


def is_password(node: Node, run: Run) -> bool:
    """Whether a value is a password for anybody to read: not encrypted, no variable, no mark of a template."""
    if node.kind not in ("string", "data") or not node.value:
        return False
    if not isinstance(node.key, str) or not is_secret_key(node.key):
        return False
    if isinstance(node.value, str) and (not node.value.strip() or run.is_placeholder(node.value)):
        return False
    if _top(node) is not run.root:  # it was decrypted
        return False
    return not _is_preference(node) or _names_password(node.key.lower())


def _top(node: Node) -> Node:
    while node.parent is not None:
        node = node.parent
    return node


def _is_preference(node: Node) -> bool:
    """Whether the value is a setting of an app, whose keys Apple does not define."""
    kind = type_of(node)
    return kind == _PREFERENCES or not kind.startswith("com.apple.")


def _names_password(key: str) -> bool:
    return key.endswith(_PLAIN_NAMES) and not key.startswith(_LABELS)


def type_of(node: Node) -> str:
    """The type of the payload a value is in; of the profile when it is in none."""
    found = ""
    above = node.parent
    while above is not None:
        if above.kind == "dict":
            found = above.string("PayloadType") or found
            if found:
                return "com.apple." if found == "Configuration" else found
        above = above.parent
    return found
