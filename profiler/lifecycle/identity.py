"""Who a profile and its payloads are to a device: shown, handed on to a successor, or made new for a second account."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from profiler.errors import UsageError
from profiler.lifecycle.pairing import pair
from profiler.lifecycle.reference import references
from profiler.lifecycle.wish import Wishes, choose
from profiler.model.account import DESCRIPTION_KEYS
from profiler.model.profile import profile_of

if TYPE_CHECKING:
    from profiler.document.plist import KeyPath
    from profiler.lifecycle.editing import Text
    from profiler.model.profile import Profile

    _Name = tuple[KeyPath, str]


def adopt(document: Text, old: Profile) -> None:
    """Give a profile and each of its payloads the identity that its predecessor has; references follow.

    Payloads without a predecessor keep theirs; where the predecessor tells no UUID, the present one stays.
    """
    new = profile_of(document.document)
    names: list[_Name] = [(("PayloadIdentifier",), old.identifier), (("PayloadUUID",), old.uuid)]
    moved: dict[str, str] = {}
    for was, now in pair(old.payloads, new.payloads, lenient=True):
        if was is None or now is None:
            continue
        path = now.node.path
        names += [((*path, "PayloadIdentifier"), was.identifier), ((*path, "PayloadUUID"), was.uuid)]
        if was.uuid and now.uuid:
            moved[now.uuid.casefold()] = was.uuid
    _rename(document, names, moved)


def fork(document: Text, identifier: str = "", description: str = "") -> None:
    """Give a profile an identity of its own, so that it can be installed beside the one it is copied from.

    `identifier` is the new one of the profile, by default the old one and a number. UUIDs are version 5 of the identifiers, as
    `build` makes them. `description` names the account. Raises UsageError when the identifier is the old one.
    """
    old = profile_of(document.document)
    identifier = identifier.strip() or _next(old.identifier)
    if identifier == old.identifier:
        raise UsageError(f"--identifier {identifier} is the one the profile has", hint="choose another one")
    names: list[_Name] = [(("PayloadIdentifier",), identifier), (("PayloadUUID",), uuid_of(identifier))]
    moved: dict[str, str] = {}
    taken = {identifier}
    for number, payload in enumerate(old.payloads, 1):
        rest = payload.identifier.removeprefix(old.identifier)
        own = f"{identifier}{rest}" if rest != payload.identifier and rest else f"{identifier}.{number}"
        own = own if own not in taken else f"{own}.{number}"
        taken.add(own)
        path = payload.node.path
        names += [((*path, "PayloadIdentifier"), own), ((*path, "PayloadUUID"), uuid_of(own))]
        if payload.uuid:
            moved[payload.uuid.casefold()] = uuid_of(own)
    _rename(document, names, moved)
    if description:
        account = choose(document.document.payloads, Wishes())
        key = DESCRIPTION_KEYS.get(account.type, "PayloadDisplayName")
        document.set((*account.payload.path, key), description)


def uuid_of(identifier: str) -> str:
    """The version 5 UUID of an identifier (RFC 9562, 5.5), in capitals as Apple writes them."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, identifier)).upper()


def _rename(document: Text, names: list[_Name], moved: dict[str, str]) -> None:
    """Write names, then let references follow that point at what was renamed."""
    pointing = [
        (one.node.path, moved[one.target])
        for payload in document.document.payloads
        for one in references(payload)
        if not one.vpn and one.target in moved
    ]
    for path, name in [*names, *pointing]:
        if name:
            document.set(path, name)


def _next(identifier: str) -> str:
    stem, _, last = identifier.rpartition(".")
    return f"{stem}.{int(last) + 1}" if stem and last.isdecimal() else f"{identifier}.2"
