"""What makes a profile and its payloads the ones they are, and values that follow from it."""

from __future__ import annotations

import uuid
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from profiler.document.plist import Node
    from profiler.rules.run import Run

COMMON = ("PayloadType", "PayloadVersion", "PayloadIdentifier", "PayloadUUID")
CONFIGURATION = "Configuration"
OVER_THE_AIR = "Profile Service"


def uuid_of(identifier: str) -> str:
    """The version 5 UUID of an identifier (RFC 9562 5.5), in capitals as Apple writes them."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, identifier)).upper()


def identifier_for(payload: Node, run: Run) -> str:
    """An identifier for a payload: that of the profile, and a suffix by its type that no other payload has."""
    root = run.root
    profile = (root.string("PayloadIdentifier") or "").strip() if root is not None else ""
    kind = (payload.string("PayloadType") or "payload").removeprefix("com.apple.").replace(".", "-")
    taken, own = _identifiers(run), payload.string("PayloadIdentifier")
    wanted = f"{profile}.{kind}" if profile else kind
    number = 1
    while (found := wanted if number == 1 else f"{wanted}.{number}") == profile or taken[found] > (
        own == found
    ):
        number += 1
    return found


@lru_cache(maxsize=2)
def _identifiers(run: Run) -> Counter[str | None]:
    """How often each PayloadIdentifier is written in payloads."""
    return Counter(one.string("PayloadIdentifier") for one in run.payloads)


def own_uuid(node: Node, run: Run) -> str:
    """A UUID for a profile or payload that has none of its own, from its identifier and its place."""
    identifier = node.string("PayloadIdentifier") or "profile"
    found = uuid_of(identifier)
    own = (node.string("PayloadUUID") or "").upper()
    others = _uuids(run)[found] - (own == found)
    return uuid_of(f"{identifier}.{node.key}") if others else found


@lru_cache(maxsize=2)
def _uuids(run: Run) -> Counter[str]:
    """How often each PayloadUUID is written, in capitals."""
    return Counter((one.string("PayloadUUID") or "").upper() for one in run.identified)


def is_referenced(value: str, run: Run) -> bool:
    """Whether a key other than PayloadUUID names this UUID, alone or in a list, so that it cannot change alone."""
    return value.upper() in _references(run)


@lru_cache(maxsize=2)
def _references(run: Run) -> frozenset[str]:
    """Every UUID that a key such as PayloadCertificateUUID names, in capitals."""
    nodes = run.root.walk() if run.root is not None else ()
    return frozenset(node.value.upper() for node in nodes if node.kind == "string" and _names_uuid(node))


def _names_uuid(node: Node) -> bool:
    key = node.parent.key if isinstance(node.key, int) and node.parent is not None else node.key
    return isinstance(key, str) and key != "PayloadUUID" and "uuid" in key.lower()


def is_configuration(root: Node) -> bool:
    """Whether the root says that it is a profile, rather than a payload alone or an enrolment envelope."""
    return root.string("PayloadType") == CONFIGURATION
