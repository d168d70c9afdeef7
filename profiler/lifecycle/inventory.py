"""What a device management service or a device says is installed, as far as it tells identities.

A service may rewrite identifiers and serialise the profile anew when it is uploaded, so the file in a repository need not be what
devices have. Two sources tell: the profile as the service exports it, and a device's answer to the ProfileList command
(https://developer.apple.com/documentation/devicemanagement/profilelistresponse), which has identities but no settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from profiler.document.document import Document
from profiler.document.source import from_bytes
from profiler.errors import UsageError
from profiler.lifecycle.identity import adopt
from profiler.model.profile import Payload, Profile, profile_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from profiler.document.plist import Node
    from profiler.lifecycle.editing import Text


class OnDevice(NamedTuple):
    """What devices have, for the plan, and the certificate (DER) it is signed with, empty when the document tells it."""

    document: Document
    signer: bytes = b""


def as_installed(document: Text, told: Document) -> OnDevice:
    """Give the local text the identity that was told, and return what devices have.

    That is the export itself; for a ProfileList the local profile under the identity from the list. Raises UsageError when the
    list does not tell which of its profiles this one is, ProfilerError for anything that is neither.
    """
    listed = told.root.get("ProfileList") if told.root is not None else None
    if listed is None or listed.kind != "array":
        adopt(document, profile_of(told))
        return OnDevice(told)
    entry = _find([node for node in listed.children() if node.kind == "dict"], profile_of(document.document))
    adopt(document, _profile(entry))
    certificates = entry.get("SignerCertificates")
    first = certificates.children()[:1] if certificates is not None else []
    signer = first[0].value if first and first[0].kind == "data" else b""
    return OnDevice(Document(from_bytes(document.data, document.name)), signer)


def _find(entries: list[Node], own: Profile) -> Node:
    """The entry that is this profile: same identifier, else one of its payloads, else its name."""
    name = own.settings.get("PayloadDisplayName")
    payloads = {payload.identifier for payload in own.payloads}
    signs: tuple[Callable[[Node], bool], ...] = (
        lambda entry: entry.string("PayloadIdentifier") == own.identifier,
        lambda entry: not payloads.isdisjoint(payload.identifier for payload in _profile(entry).payloads),
        lambda entry: bool(name) and entry.string("PayloadDisplayName") == name,
    )
    for fits in signs:
        found = [entry for entry in entries if fits(entry)]
        if len(found) == 1:
            return found[0]
    known = ", ".join(filter(None, (entry.string("PayloadIdentifier") for entry in entries))) or "none"
    raise UsageError(
        f"the list of installed profiles does not tell which of them is {own.identifier}: {known}"
    )


def _profile(entry: Node) -> Profile:
    """An entry of the list; it has PayloadUUIDs of payloads from iOS 17 and macOS 14 on."""
    content = entry.get("PayloadContent")
    nodes = [node for node in content.children() if node.kind == "dict"] if content is not None else []
    payloads = tuple(
        Payload(
            node.string("PayloadType") or "",
            node.string("PayloadIdentifier") or "",
            node.string("PayloadUUID") or "",
            {},
            node,
        )
        for node in nodes
    )
    return Profile(entry.string("PayloadIdentifier") or "", entry.string("PayloadUUID") or "", {}, payloads)
