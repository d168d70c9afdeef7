"""Bring an installed profile to what another one says, under the identity of the installed one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from profiler.document import plist
from profiler.document.document import Document
from profiler.document.source import from_bytes
from profiler.lifecycle.pairing import pair
from profiler.model.account import ACCOUNT_TYPES
from profiler.model.profile import IDENTITY_KEYS, profile_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from profiler.document.plist import KeyPath
    from profiler.lifecycle.editing import Text
    from profiler.lifecycle.pairing import Pair
    from profiler.model.profile import Payload

# With another scope the profile would go to another place, beside the installed one.
_KEPT = frozenset({*IDENTITY_KEYS, "PayloadContent", "PayloadScope"})
_APP_LAYER_VPN = "com.apple.vpn.managed.applayer"


def follow(document: Text, wanted: dict[str, Any]) -> None:
    """Edit a profile until it says what `wanted`, a profile as plain values, says; identities stay, references are rewired.

    Payloads that are new are added, those that `wanted` has not are removed. Raises ProfilerError, UsageError.
    """
    installed = profile_of(document.document)
    proposed = profile_of(Document(from_bytes(plist.dump(wanted), "the wanted profile")))
    pairs = pair(installed.payloads, proposed.payloads, lenient=True)
    moved = renamed(pairs)
    for key, value in wanted.items():
        if key not in _KEPT:
            write(document, (key,), value)
    for key in installed.settings:
        if key not in wanted and key not in _KEPT:
            document.remove((key,))
    for old, new in pairs:
        if old is not None and new is not None:
            _update(document, old, rewired(new.node.plain(), moved))
    gone = [old.node.path for old, new in pairs if new is None and old is not None]
    for path in sorted(gone, key=_place, reverse=True):
        document.remove(path)
    # Devices install payloads in order, so what accounts refer to comes before them.
    for new in reversed([new for old, new in pairs if old is None and new is not None]):
        document.add(
            ("PayloadContent",), rewired(new.node.plain(), moved), first=new.type not in ACCOUNT_TYPES
        )


def _update(document: Text, old: Payload, wanted: dict[str, Any]) -> None:
    settings = {key: value for key, value in wanted.items() if key not in IDENTITY_KEYS}
    identity = {key: old.node.value[key].plain() for key in IDENTITY_KEYS if key in old.node.value}
    write(document, old.node.path, {**identity, **settings})


def _place(path: KeyPath) -> int:
    return path[-1] if isinstance(path[-1], int) else 0


def write(document: Text, path: KeyPath, value: Any) -> None:
    """Write a value; of a dictionary only the keys that differ."""
    node = document.find(path)
    if node is None or node.kind != "dict" or not isinstance(value, dict):
        document.set(path, value)
        return
    for key in list(node.value):
        if key not in value:
            document.remove((*path, key))
    for key, item in value.items():
        write(document, (*path, key), item)


def renamed(pairs: Sequence[Pair]) -> dict[str, str]:
    """Old names for new ones, by the new name in lower case: PayloadUUIDs, and VPNUUIDs of per-app VPNs."""
    moved: dict[str, str] = {}
    for old, new in pairs:
        if old is None or new is None:
            continue
        moved[new.uuid.casefold()] = old.uuid
        if old.type == new.type == _APP_LAYER_VPN:
            was, now = old.node.string("VPNUUID"), new.node.string("VPNUUID")
            if was and now:
                moved[now.casefold()] = was
    return {name: former for name, former in moved.items() if name and former}


def rewired(value: Any, moved: dict[str, str]) -> Any:
    """A copy of a value in which every text that is a new name is the old name instead."""
    if isinstance(value, dict):
        return {key: rewired(item, moved) for key, item in value.items()}
    if isinstance(value, list):
        return [rewired(item, moved) for item in value]
    return moved.get(value.casefold(), value) if isinstance(value, str) else value
