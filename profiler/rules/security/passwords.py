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
    """Every password that is written out in the clear part of a file, in order; variables and template marks are none."""
    for node in run.root.walk() if run.root is not None else ():
        if (
            node.kind in ("string", "data")
            and node.value
            and isinstance(node.key, str)
            and is_secret_key(node.key)
        ):
            if isinstance(node.value, str) and (not node.value.strip() or run.is_placeholder(node.value)):
                continue
            if not _is_preference(node) or _names_password(node.key.lower()):
                yield node


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
