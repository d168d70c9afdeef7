"""What a device does when one version of a profile replaces another: a pure comparison of two documents.

Apple documents how a profile and its payloads are recognised, and that an update resets what a user changed in an Exchange
account; it does not say what becomes of the mail of IMAP and POP accounts. docs/updates.md tells what is documented, reported and
unknown; every judgement carries which of the three it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from profiler.document import cms
from profiler.lifecycle import effect as pages
from profiler.lifecycle.difference import Change, profile_changes
from profiler.lifecycle.effect import BLOCKING, HARMLESS_WITHOUT_ACCOUNT, Certainty, Effect, Judgement, Mail
from profiler.lifecycle.pairing import pair
from profiler.lifecycle.payload import fate_of_mail, judge, listed, user_sees
from profiler.lifecycle.reference import targets
from profiler.model.profile import profile_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from profiler.document.document import Document
    from profiler.document.plist import Node
    from profiler.model.profile import Payload, Profile

MANUAL, MDM = "manual", "mdm"

_LOCKS = frozenset({"PayloadRemovalDisallowed", "RemovalDate", "DurationUntilRemoval", "HasRemovalPasscode"})


class PayloadPlan(NamedTuple):
    """What happens to one payload. `judgements` are sorted, gravest first; one at least. `old` or `new` is None when absent."""

    old: Payload | None
    new: Payload | None
    judgements: tuple[Judgement, ...]
    changes: tuple[Change, ...]
    user_sees: str
    mail: Mail

    @property
    def payload(self) -> Payload:
        """The payload as it will be, or as it was when it goes."""
        found = self.new or self.old
        assert found is not None  # noqa: S101 - a pair has one side at least
        return found

    @property
    def makes_account(self) -> bool:
        """Whether an account hangs on it, before or after."""
        return any(one is not None and one.account is not None for one in (self.old, self.new))

    @property
    def blocking(self) -> frozenset[Effect]:
        """Its effects that need to be accepted."""
        found = {judgement.effect for judgement in self.judgements} & BLOCKING
        return frozenset(found if self.makes_account else found - HARMLESS_WITHOUT_ACCOUNT)


class Plan(NamedTuple):
    """What happens to a profile and its payloads. `unread` says that encrypted payloads could not be compared."""

    delivery: str
    old: Profile
    new: Profile
    judgements: tuple[Judgement, ...]
    changes: tuple[Change, ...]
    user_sees: str
    payloads: tuple[PayloadPlan, ...]
    unread: bool = False

    @property
    def effects(self) -> frozenset[Effect]:
        """Every effect on the profile and on any payload."""
        everything = (self.judgements, *(payload.judgements for payload in self.payloads))
        return frozenset(judgement.effect for judgements in everything for judgement in judgements)

    @property
    def blocking(self) -> frozenset[Effect]:
        """The effects that need to be accepted."""
        own = {judgement.effect for judgement in self.judgements} & BLOCKING
        if self.payloads and not any(payload.makes_account for payload in self.payloads):
            own -= HARMLESS_WITHOUT_ACCOUNT
        return frozenset(own.union(*(payload.blocking for payload in self.payloads)))

    def refused_effects(self, accepted: Collection[Effect]) -> list[Effect]:
        """Blocking effects that nobody accepted, gravest first."""
        return sorted(self.blocking.difference(accepted), key=lambda one: one.gravity)


def compare(
    installed: Document, proposed: Document, delivery: str = MANUAL, *, signer_on_device: bytes = b""
) -> Plan:
    """Plan the update of `installed` to `proposed`. Raises ProfilerError when one of them is no readable profile.

    `signer_on_device` is the certificate (DER) that the installed profile is signed with, where the document does not tell.
    """
    old, new = profile_of(installed), profile_of(proposed)
    unread = _sealed(installed) or _sealed(proposed)
    changes = (
        ()
        if installed.root is None or proposed.root is None
        else tuple(profile_changes(installed.root, proposed.root))
    )
    signature = [] if delivery == MDM else _signature(_signer(installed, signer_on_device), _signer(proposed))
    judgements = _sorted([*signature, *_profile(installed, proposed, old, new, changes)])
    before, after = (targets([payload.node for payload in profile.payloads]) for profile in (old, new))
    judged: list[_Judged] = []
    for was, will in [] if unread else pair(old.payloads, new.payloads):
        found, different = judge(was, will, before, after)
        judged.append(_Judged(was, will, _sorted(found), tuple(different)))
    payloads = _payloads(judged, judgements)
    return Plan(
        delivery, old, new, judgements, changes, _PROFILE_SEEN[judgements[0].effect], payloads, unread
    )


class _Judged(NamedTuple):
    old: Payload | None
    new: Payload | None
    judgements: tuple[Judgement, ...]
    changes: tuple[Change, ...]


def _payloads(judged: list[_Judged], profile: tuple[Judgement, ...]) -> tuple[PayloadPlan, ...]:
    """What the payloads mean for each other: when anything changes, the whole profile is installed anew."""
    stays = next((one.effect for one in profile if one.effect in (Effect.REFUSED, Effect.BESIDE)), None)
    everything = (profile, *(one.judgements for one in judged))
    quiet = all(one.effect is Effect.IDENTICAL for judgements in everything for one in judgements)
    return tuple(_payload(one, stays, quiet=quiet) for one in judged)


def _payload(one: _Judged, stays: Effect | None, *, quiet: bool) -> PayloadPlan:
    """`stays` is the effect on the profile, REFUSED or BESIDE, that leaves the installed one as it is."""
    judgements = one.judgements
    gravest = judgements[0].effect
    mail = fate_of_mail(
        one.old, [judgement.effect for judgement in judgements], kept=quiet or stays is not None
    )
    if gravest is Effect.IDENTICAL and mail in (Mail.DOWNLOADED_AGAIN, Mail.LOST):
        reason = "nothing in it changes, but the profile around it is installed anew"
        judgements = (Judgement(Effect.IDENTICAL, reason, Certainty.REPORTED, pages.OUR_PAGE),)
    seen = "nothing" if quiet else user_sees(one.old, one.new, gravest, stays)
    return PayloadPlan(one.old, one.new, judgements, one.changes, seen, mail)


def single(profile: Profile, effect: Effect, delivery: str, twin: str = "") -> Plan:
    """Plan for a profile that is on one side only: `effect` is ADD or REMOVE, for it and for all of its payloads.

    `twin` is the identifier of an installed profile with the same mailboxes, whose successor this one may be meant to be.
    """
    removed = effect is Effect.REMOVE
    reason = (
        "the profile is not among the proposed ones"
        if removed
        else "the profile is not among the installed ones"
    )
    if twin:
        reason += f"; {twin} has the same mailboxes: `profiler identity adopt` makes this one its update"
    judgement = Judgement(
        effect, reason, Certainty.DOCUMENTED, pages.REMOVING if removed else pages.TOP_LEVEL
    )
    after = targets([] if removed else [payload.node for payload in profile.payloads])
    judged = []
    for payload in profile.payloads:
        was, will = (payload, None) if removed else (None, payload)
        judged.append(_Judged(was, will, _sorted(judge(was, will, targets([]), after)[0]), ()))
    payloads = _payloads(judged, (judgement,))
    return Plan(delivery, profile, profile, (judgement,), (), _PROFILE_SEEN[effect], payloads)


def _sorted(judgements: Iterable[Judgement]) -> tuple[Judgement, ...]:
    """Gravest first; IDENTICAL goes when there is anything else."""
    found = sorted(judgements, key=lambda one: one.effect.gravity)
    return tuple(one for one in found if one.effect is not Effect.IDENTICAL or one is found[0])


def _profile(
    installed: Document,
    proposed: Document,
    old: Profile,
    new: Profile,
    changes: tuple[Change, ...],
) -> Iterator[Judgement]:
    yield from _identity(old, new, changes)
    if installed.encrypted and not proposed.encrypted:
        reason = "the installed profile is encrypted for its device; anyone can read this one"
        yield Judgement(Effect.DOWNGRADE, reason, Certainty.DOCUMENTED, pages.MAIL)
    locks = [change.key for change in changes if change.key in _LOCKS]
    if locks:
        reason = f"who can remove the profile, or when it goes by itself, changes: {listed(locks)}"
        yield Judgement(Effect.LOCK, reason, Certainty.DOCUMENTED, pages.TOP_LEVEL)
    harmless = [
        change.key for change in changes if change.key not in _LOCKS | {"PayloadIdentifier", "PayloadScope"}
    ]
    if harmless:
        reason = f"changed at the top level: {listed(harmless)}"
        yield Judgement(Effect.RECONFIGURE, reason, Certainty.DOCUMENTED, pages.TOP_LEVEL)
    if (_sealed(installed) or _sealed(proposed)) and not _same_ciphertext(installed, proposed):
        reason = "encrypted payloads were not compared: --decrypt-key looks inside"
        yield Judgement(Effect.RECONFIGURE, reason, Certainty.UNKNOWN, pages.OUR_PAGE)
    yield Judgement(
        Effect.IDENTICAL, "nothing at the top level changes", Certainty.DOCUMENTED, pages.TOP_LEVEL
    )


def _identity(old: Profile, new: Profile, changes: tuple[Change, ...]) -> Iterator[Judgement]:
    if old.identifier != new.identifier:
        reason = (
            f"PayloadIdentifier {old.identifier} became {new.identifier}: "
            "the old profile stays and the new one is added, each with its accounts"
        )
        yield Judgement(Effect.BESIDE, reason, Certainty.DOCUMENTED, pages.TOP_LEVEL)
    scope = next((change for change in changes if change.key == "PayloadScope"), None)
    if scope is not None:
        was, now = (node.value if node is not None else "User" for node in (scope.old, scope.new))
        reason = f"PayloadScope {was} became {now}: the profile goes to another place and the old one stays"
        yield Judgement(Effect.BESIDE, reason, Certainty.REPORTED, pages.TOP_LEVEL)


def _signature(was: object, now: object) -> Iterator[Judgement]:
    """A signed profile is updated by hand only with one from the same signer; management may replace it with any."""
    if was is None or was == now:
        return
    if now is None:
        reason = "the installed profile is signed, this one is not: sign it with the same certificate"
    else:
        reason = "the installed profile is signed by another certificate (a renewed one is another): sign with the old one"
    yield Judgement(Effect.REFUSED, reason, Certainty.DOCUMENTED, pages.SIGNED_UPDATES)


def _signer(document: Document, told: bytes = b"") -> object:
    """Who signed a profile; None when nobody did."""
    if told:
        return told
    return None if document.source.signed is None else signer(document.source.signed)


def signer(signed: cms.SignedData) -> object:
    """The certificate of the signer, or its name where the file lacks the certificate."""
    return cms.signer_certificate(signed) or tuple(signer.sid for signer in signed.signers)


def _sealed(document: Document) -> bool:
    return document.encrypted and document.decrypted is None


def _same_ciphertext(installed: Document, proposed: Document) -> bool:
    nodes: list[Node | None] = [
        document.root.get("EncryptedPayloadContent") if document.root is not None else None
        for document in (installed, proposed)
    ]
    return nodes[0] is not None and nodes[1] is not None and nodes[0].value == nodes[1].value


_PROFILE_SEEN = {
    Effect.REFUSED: "installation fails with an error; the installed profile stays as it is",
    Effect.BESIDE: "two profiles are listed, and every account is there twice until the old profile is removed",
    Effect.REMOVE: "the profile disappears from the device, and its accounts with it",
    Effect.DOWNGRADE: "nothing on the device; whoever gets hold of the file can read it",
    Effect.LOCK: "the profile can be removed by other people, or at another time, than before",
    Effect.ADD: "a new profile is listed",
    Effect.RECONFIGURE: "the profile is updated",
    Effect.IDENTICAL: "nothing",
}
