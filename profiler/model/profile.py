"""A profile as it is meant: identity, settings and payloads, without places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from profiler.errors import ProfilerError
from profiler.model.account import Account, account_of

if TYPE_CHECKING:
    from profiler.document.document import Document
    from profiler.document.plist import Node

IDENTITY_KEYS = ("PayloadType", "PayloadIdentifier", "PayloadUUID", "PayloadVersion")


class Payload(NamedTuple):
    """One payload: its identity, its settings (all other keys, plain values), the account it makes, and its node."""

    type: str
    identifier: str
    uuid: str
    settings: dict[str, Any]
    node: Node

    @property
    def account(self) -> Account | None:
        """The account this payload makes, None if it makes none."""
        return account_of(self.node)


class Profile(NamedTuple):
    """A whole profile: identity, settings of the top level (all keys but identity and payloads), payloads in order."""

    identifier: str
    uuid: str
    settings: dict[str, Any]
    payloads: tuple[Payload, ...]


def profile_of(document: Document) -> Profile:
    """The profile in a document. Raises ProfilerError when it cannot be read or has no identity."""
    root, name = document.root, document.source.name
    if root is None:
        reason = document.problems[0].message if document.problems else "it is empty"
        raise ProfilerError(f"{name}: cannot be read: {reason}")
    if root.kind != "dict" or not root.string("PayloadIdentifier"):
        raise ProfilerError(
            f"{name}: is no configuration profile", hint="profiler lint says what is wrong with it"
        )
    left_out = {*IDENTITY_KEYS, "PayloadContent", "EncryptedPayloadContent"}
    settings = {key: node.plain() for key, node in root.value.items() if key not in left_out}
    payloads = tuple(_payload(node) for node in document.payloads)
    return Profile(
        root.string("PayloadIdentifier") or "", root.string("PayloadUUID") or "", settings, payloads
    )


def _payload(node: Node) -> Payload:
    settings = {key: child.plain() for key, child in node.value.items() if key not in IDENTITY_KEYS}
    return Payload(
        node.string("PayloadType") or "",
        node.string("PayloadIdentifier") or "",
        node.string("PayloadUUID") or "",
        settings,
        node,
    )
