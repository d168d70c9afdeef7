"""The encrypted part of a profile, read once per run, without its keys and without cryptography."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from profiler.document.cms import EnvelopedData
    from profiler.document.plist import Node
    from profiler.rules.run import Run

KEY = "EncryptedPayloadContent"


class Sealed(NamedTuple):
    """EncryptedPayloadContent: its node, what it holds (None when it is not encrypted data), and why not."""

    node: Node
    opened: EnvelopedData | None
    problem: str = ""


_found: weakref.WeakKeyDictionary[Run, Sealed | None] = weakref.WeakKeyDictionary()


def sealed(run: Run) -> Sealed | None:
    """The encrypted part; None when there is none or it is no data at all, which doc-type-mismatch reports."""
    if run not in _found:
        node = None if run.root is None else run.root.get(KEY)
        readable = node is not None and node.kind == "data" and node.value is not None
        _found[run] = _open(node) if node is not None and readable else None
    return _found[run]


def _open(node: Node) -> Sealed:
    from profiler.document import cms  # noqa: PLC0415 - most profiles are not encrypted

    try:
        opened = cms.read(node.value)
    except cms.CmsError as error:
        return Sealed(node, None, f"is not readable as CMS: {error}")
    if isinstance(opened, cms.SignedData):
        return Sealed(node, None, "is signed and not encrypted")
    return Sealed(node, opened)
