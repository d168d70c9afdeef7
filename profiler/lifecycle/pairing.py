"""Which payload of the new version is which of the old one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from profiler.lifecycle.difference import payload_changes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from profiler.model.profile import Payload

Pair = tuple["Payload | None", "Payload | None"]

IDENTITY = frozenset({"PayloadIdentifier", "PayloadUUID"})


def pair(old: Sequence[Payload], new: Sequence[Payload], *, lenient: bool = False) -> list[Pair]:
    """Pair payloads, the surest sign first: identity, then one half of it, then the mailbox, then equal settings.

    Where several payloads have one identity, the same mailbox or settings decide. In the order of `new`, then what is left of
    `old`. `lenient` also pairs what has the same type and place among its type, which fits a person who says that one file is
    the successor of the other.
    """
    left, right = list(old), list(new)
    partner: dict[int, Payload] = {}
    likeness = (_alike(old, new), _whatever) if _repeat(old) or _repeat(new) else (_whatever,)
    for fits in (*_SIGNS, *((_in_order(old, new),) if lenient else ())):
        for alike in likeness:
            for candidate in list(right):
                found = next((one for one in left if fits(one, candidate) and alike(one, candidate)), None)
                if found is not None:
                    partner[id(candidate)] = found
                    left.remove(found)
                    right.remove(candidate)
    return [(partner.get(id(one)), one) for one in new] + [(one, None) for one in left]


def _same_identity(old: Payload, new: Payload) -> bool:
    return (old.type, old.identifier, old.uuid) == (new.type, new.identifier, new.uuid)


def _same_identity_any_type(old: Payload, new: Payload) -> bool:
    return bool(old.identifier and old.uuid) and (old.identifier, old.uuid) == (new.identifier, new.uuid)


def _same_uuid(old: Payload, new: Payload) -> bool:
    return old.type == new.type and bool(old.uuid) and old.uuid.casefold() == new.uuid.casefold()


def _same_identifier(old: Payload, new: Payload) -> bool:
    return old.type == new.type and bool(old.identifier) and old.identifier == new.identifier


def _same_mailbox(old: Payload, new: Payload) -> bool:
    return old.type == new.type and owner(old) != "" and owner(old) == owner(new)


def owner(payload: Payload) -> str:
    """Whose account a payload makes: user name, else address, lower case; "" when it does not say or makes none."""
    account = payload.account
    return (account.incoming.username or account.address).strip().lower() if account else ""


def _same_settings(old: Payload, new: Payload) -> bool:
    return old.type == new.type and all(
        change.key in IDENTITY for change in payload_changes(old.node, new.node)
    )


def _repeat(payloads: Sequence[Payload]) -> bool:
    """Whether several payloads have one identifier or one UUID."""
    names = ([one.identifier for one in payloads], [one.uuid.casefold() for one in payloads])
    return any(len(set(each)) < len(payloads) for each in names)


def _alike(old: Sequence[Payload], new: Sequence[Payload]) -> Callable[[Payload, Payload], bool]:
    """Whether two payloads have the same mailbox or, where that is not known of both, the same settings."""
    owners = {id(one): owner(one) for one in (*old, *new)}

    def alike(one: Payload, other: Payload) -> bool:
        was, now = owners[id(one)], owners[id(other)]
        return was == now if was and now else _same_settings(one, other)

    return alike


def _whatever(_old: Payload, _new: Payload) -> bool:
    return True


_SIGNS: tuple[Callable[[Payload, Payload], bool], ...] = (
    _same_identity, _same_identifier, _same_uuid, _same_identity_any_type, _same_mailbox, _same_settings,
)  # fmt: skip


def _in_order(old: Sequence[Payload], new: Sequence[Payload]) -> Callable[[Payload, Payload], bool]:
    """The first of a type with the first, the second with the second, when both sides have as many."""
    places: dict[int, tuple[str, int, int]] = {}
    for payloads in (old, new):
        count = Counter(payload.type for payload in payloads)
        seen: Counter[str] = Counter()
        for payload in payloads:
            places[id(payload)] = (payload.type, count[payload.type], seen[payload.type])
            seen[payload.type] += 1
    return lambda one, other: places[id(one)] == places[id(other)]
