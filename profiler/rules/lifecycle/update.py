"""What the rules of this group share: one comparison with the installed profile, made once per file."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from profiler.document.edits import Edit, Fix, Safety, insert_entry, replace_value
from profiler.errors import ProfilerError
from profiler.lifecycle.effect import Effect
from profiler.lifecycle.pairing import IDENTITY, owner
from profiler.lifecycle.plan import MDM, Plan, compare
from profiler.lifecycle.reference import references
from profiler.model.account import ACCOUNT_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.document import Document
    from profiler.document.plist import Node
    from profiler.lifecycle.plan import PayloadPlan
    from profiler.model.account import Account
    from profiler.model.profile import Payload
    from profiler.rules.run import Run


def first(payload_type: str) -> tuple[str, ...]:
    """Every type of account payload; the given one, which the examples are about, first."""
    return payload_type, *sorted(ACCOUNT_TYPES - {payload_type})


class Both(NamedTuple):
    """An account before and after, with what is planned for it."""

    old: Account
    new: Account
    planned: PayloadPlan

    @property
    def keeps_identity(self) -> bool:
        """Whether its payload is updated and not replaced."""
        return all(judgement.effect is not Effect.REPLACE for judgement in self.planned.judgements)

    @property
    def other_mailbox(self) -> bool:
        """Whether kind, server or user of the incoming side differ, by which devices tell accounts apart."""
        return self.old.mailbox != self.new.mailbox


class Moved(NamedTuple):
    """An account with a UUID that is another account's in the installed profile: that one is `former`."""

    planned: PayloadPlan
    account: Account
    former: Account


def plan_of(run: Run) -> Plan | None:
    """The plan from the installed profile to this one; None when there is none, or one of them is no profile."""
    return None if run.installed is None else _compare(run.installed, run.document)


@lru_cache(maxsize=1)
def _compare(installed: Document, document: Document) -> Plan | None:
    try:
        return compare(installed, document, MDM)
    except ProfilerError:
        return None


def update_of(run: Run) -> Plan | None:
    """The plan when it is an update: same profile, and something in it differs."""
    plan = plan_of(run)
    if plan is None or plan.effects == {Effect.IDENTICAL}:
        return None
    return None if any(judgement.effect is Effect.BESIDE for judgement in plan.judgements) else plan


def accounts(plan: Plan | None, *, any_type: bool = False) -> Iterator[Both]:
    """Accounts that are in both versions: of one type, unless `any_type`."""
    for planned in plan.payloads if plan is not None else ():
        old, new = (
            payload.account if payload is not None else None for payload in (planned.old, planned.new)
        )
        if old is not None and new is not None and (any_type or old.type == new.type):
            yield Both(old, new, planned)


def only_identity_differs(plan: Plan) -> bool:
    """Whether every payload has a new identifier or UUID and nothing else is new: what a careless generator does."""
    return bool(plan.payloads) and all(map(_renamed, plan.payloads)) and not moved(plan)


def _renamed(planned: PayloadPlan) -> bool:
    keys = {change.key for change in planned.changes}
    targets = {
        change.key for change in planned.changes if change.new is not None and _is_reference(change.new)
    }
    return bool(keys & IDENTITY) and keys <= IDENTITY | targets


def _is_reference(node: Node) -> bool:
    parent = node.parent
    while parent is not None and parent.kind != "dict":
        parent = parent.parent
    return parent is not None and any(one.node is node for one in references(parent))


def moved(plan: Plan) -> list[Moved]:
    """Accounts whose UUID an installed payload of another identifier has for another account."""
    by_uuid: dict[str, list[Payload]] = {}
    for old in plan.old.payloads:
        by_uuid.setdefault(old.uuid.casefold(), []).append(old)
    found: list[Moved] = []
    for planned in plan.payloads:
        new = planned.new
        account = new.account if new is not None and new.uuid else None
        if new is None or account is None:
            continue
        known = by_uuid.get(new.uuid.casefold(), ())
        former = next((old for old in known if old.identifier != new.identifier), None)
        if former is not None and former.account is not None and owner(former) != owner(new):
            found.append(Moved(planned, account, former.account))
    return found


def restore(title: str, pairs: list[tuple[Payload, Payload]], run: Run) -> Fix | None:
    """A fix that gives payloads (installed, new) the installed identity, references to them included.

    None when the installed ones have none to give.
    """
    edits: list[Edit] = []
    changed: dict[str, str] = {}
    for old, new in pairs:
        for key, was, now in (
            ("PayloadIdentifier", old.identifier, new.identifier),
            ("PayloadUUID", old.uuid, new.uuid),
        ):
            node = new.node.get(key)
            if was and was != now:
                edits.append(
                    insert_entry(new.node, key, was, run.content)
                    if node is None
                    else replace_value(node, was)
                )
        if old.uuid and new.uuid and new.uuid != old.uuid:
            changed[new.uuid.casefold()] = old.uuid
    for now, was in changed.items():
        edits += [replace_value(node, was) for node in _naming(run).get(now, ())]
    return Fix(title, tuple(edits), Safety.UNSAFE) if edits else None


@lru_cache(maxsize=2)
def _naming(run: Run) -> dict[str, list[Node]]:
    """The values that name a payload, by its UUID without regard to letter case."""
    found: dict[str, list[Node]] = {}
    for payload in run.payloads:
        for one in references(payload):
            if not one.vpn:
                found.setdefault(one.target, []).append(one.node)
    return found


def name_of(account: Account) -> str:
    """How a message calls an account: its address, else its user, else its kind."""
    return account.address or account.incoming.username or f"the {account.kind} account"
