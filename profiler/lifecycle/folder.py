"""Two folders of profiles, paired by what is in the files and never by what the files are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from profiler.errors import ProfilerError
from profiler.lifecycle.effect import Effect
from profiler.lifecycle.opening import open_profile, profiles_below
from profiler.lifecycle.pairing import owner
from profiler.lifecycle.plan import Plan, compare, single
from profiler.model.profile import Profile, profile_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from profiler.document.document import Document


class Entry(NamedTuple):
    """One profile of a folder."""

    path: Path
    document: Document
    profile: Profile


class Planned(NamedTuple):
    """The plan of one profile; a path is None when the profile is on one side only."""

    installed: Path | None
    proposed: Path | None
    plan: Plan


def read_folder(folder: Path, keys: Sequence[RSAPrivateKey] = ()) -> tuple[list[Entry], list[ProfilerError]]:
    """Read all profiles of a folder, and what is wrong with those that cannot be read."""
    entries: list[Entry] = []
    errors: list[ProfilerError] = []
    for path in profiles_below(folder):
        try:
            document = open_profile(path, keys)
            entries.append(Entry(path, document, profile_of(document)))
        except ProfilerError as error:
            message = error.message if error.message.startswith(str(path)) else f"{path}: {error.message}"
            errors.append(ProfilerError(message, hint=error.hint))
    return entries, errors


def compare_folders(installed: Sequence[Entry], proposed: Sequence[Entry], delivery: str) -> list[Planned]:
    """Plan every profile of both folders, in the order of the installed ones, new ones last."""
    partner = _partners(installed, proposed)
    taken, gone = {new.path for new in partner.values()}, list[Entry]()
    plans: list[Planned] = []
    for old in installed:
        new = partner.get(old.path)
        if new is not None:
            plans.append(Planned(old.path, new.path, compare(old.document, new.document, delivery)))
        else:
            gone.append(old)
            plans.append(Planned(old.path, None, single(old.profile, Effect.REMOVE, delivery)))
    return plans + [
        Planned(None, new.path, single(new.profile, Effect.ADD, delivery, _twin(new.profile, gone)))
        for new in proposed
        if new.path not in taken
    ]


def _partners(installed: Sequence[Entry], proposed: Sequence[Entry]) -> dict[Path, Entry]:
    """The proposed version of each installed profile: of several with its identifier first one with its mailboxes, else the likest."""
    left: dict[str, list[Entry]] = {}
    for new in proposed:
        left.setdefault(new.profile.identifier, []).append(new)
    partner: dict[Path, Entry] = {}
    for shares_mailbox in (True, False):
        for old in installed:
            among = left.get(old.profile.identifier, [])
            owners = _owners(old.profile)
            fitting = [one for one in among if not shares_mailbox or owners & _owners(one.profile)]
            if fitting and old.path not in partner:
                partner[old.path] = max(fitting, key=lambda one: _likeness(old.profile, one.profile))
                among.remove(partner[old.path])
    return partner


def _twin(new: Profile, gone: Sequence[Entry]) -> str:
    """The identifier of a profile that goes and has the same mailboxes as this one, which comes."""
    owners = _owners(new)
    return next((one.profile.identifier for one in gone if owners and _owners(one.profile) == owners), "")


def _likeness(old: Profile, new: Profile) -> int:
    """Tell profiles of one identifier apart, as files for several people may be."""
    uuids = {payload.uuid for payload in old.payloads} & {payload.uuid for payload in new.payloads}
    owners = _owners(old) & _owners(new)
    return 4 * len(owners) + 2 * len(uuids) + (old.uuid == new.uuid)


def _owners(profile: Profile) -> set[str]:
    return {owner(payload) for payload in profile.payloads} - {""}
