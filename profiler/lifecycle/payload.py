"""What a device does with one payload of a profile that is updated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.lifecycle import effect as pages
from profiler.lifecycle.difference import Change, payload_changes
from profiler.lifecycle.effect import Certainty, Effect, Judgement, Mail
from profiler.lifecycle.reference import Targets, newly_broken
from profiler.lifecycle.weaker import weaker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from profiler.document.plist import Node
    from profiler.model.account import Account
    from profiler.model.profile import Payload

REMOVAL_PASSWORD = "com.apple.profileRemovalPassword"  # noqa: S105 - a payload type

_AUTHENTICATION = frozenset({
    "OAuth", "OAuthSignInURL", "OAuthTokenRequestURL", "OutgoingPasswordSameAsIncomingPassword", "OverridePreviousPassword",
    "PayloadCertificateUUID", "AuthenticationCertificateUUID", "Certificate", "CertificatePassword", "IdentificationUUID",
})  # fmt: skip
_IDENTITY = frozenset({"PayloadIdentifier", "PayloadUUID", "PayloadType"})
# Accounts that were seen to stay while their profile is replaced.
_IN_PLACE = frozenset({"exchange", "caldav", "carddav", "subscribed-calendar", "ldap"})
_HOLDS_MAIL = frozenset({"imap", "pop", "exchange", "ews", "google"})
_MAKES_ANEW = frozenset({Effect.REPLACE, Effect.REBIND})


def judge(
    old: Payload | None, new: Payload | None, before: Targets, after: Targets
) -> tuple[list[Judgement], list[Change]]:
    """Judge one pair: its effects in any order, and what differs. `before` and `after` are what references may name in both profiles."""
    if old is None or new is None:
        return list(_alone(old, new, before, after)), []
    changes = payload_changes(old.node, new.node)
    found = [*_identity(old, new), *_dangling(old.node, new, before, after)]
    if old.type == new.type:
        found += _settings(old, new, changes)
    if not found:
        found.append(Judgement(Effect.IDENTICAL, "nothing changes", Certainty.DOCUMENTED, pages.COMMON_KEYS))
    return found, changes


def _alone(old: Payload | None, new: Payload | None, before: Targets, after: Targets) -> Iterator[Judgement]:
    if old is not None:
        what = "the account goes, and what it holds on the device" if old.account else "the payload goes"
        yield Judgement(
            Effect.REMOVE, f"only in the installed profile: {what}", Certainty.DOCUMENTED, pages.REMOVING
        )
    if new is not None:
        yield Judgement(Effect.ADD, "only in the proposed profile", Certainty.DOCUMENTED, pages.COMMON_KEYS)
        yield from _dangling(None, new, before, after)
    if (old or new) is not None and (old or new).type == REMOVAL_PASSWORD:  # type: ignore[union-attr]
        reason = (
            "removing the profile no longer asks for a password"
            if old
            else "removing the profile asks for a password now"
        )
        yield Judgement(Effect.LOCK, reason, Certainty.DOCUMENTED, pages.REMOVAL_PASSWORD)


def _identity(old: Payload, new: Payload) -> Iterator[Judgement]:
    if old.type != new.type:
        reason = f"the type {old.type} became {new.type} under the same identifier and UUID"
        yield Judgement(Effect.REPLACE, reason, Certainty.UNKNOWN, pages.OUR_PAGE)
    elif old.identifier != new.identifier:
        also = " and PayloadUUID" if old.uuid != new.uuid else ""
        reason = f"PayloadIdentifier{also} changed: only a payload that keeps both is updated"
        yield Judgement(Effect.REPLACE, reason, Certainty.DOCUMENTED, pages.COMMON_KEYS)
    elif old.uuid.casefold() != new.uuid.casefold():
        reason = "PayloadUUID changed: only a payload that keeps it is updated"
        yield Judgement(Effect.REPLACE, reason, Certainty.DOCUMENTED, pages.COMMON_KEYS)
    elif old.uuid != new.uuid:
        reason = "PayloadUUID differs in letter case only: Apple does not say whether that is the same UUID"
        yield Judgement(Effect.REPLACE, reason, Certainty.UNKNOWN, pages.OUR_PAGE)


def _dangling(old: Node | None, new: Payload, before: Targets, after: Targets) -> Iterator[Judgement]:
    broken = newly_broken(old, new.node, before, after)
    if not broken:
        return
    keys = ", ".join(dict.fromkeys(one.key for one in broken))
    if all(one.vpn for one in broken):
        reason = f"{keys} names a VPN that the installed profile had and this one has not"
        yield Judgement(Effect.BROKEN_REFERENCE, reason, Certainty.UNKNOWN, pages.APP_LAYER_VPN)
    else:
        reason = f"{keys} names a payload that is not in the profile"
        yield Judgement(Effect.BROKEN_REFERENCE, reason, Certainty.DOCUMENTED, pages.MAIL)


def _settings(old: Payload, new: Payload, changes: list[Change]) -> Iterator[Judgement]:
    before, after = old.account, new.account
    left = [change for change in changes if change.key not in _IDENTITY]
    for reason in weaker(old.node, new.node, before, after):
        yield Judgement(Effect.DOWNGRADE, reason, Certainty.DOCUMENTED, pages.page_of(new.type))
    if before is not None and after is not None:
        rebinds = list(_mailbox(before, after))
        yield from rebinds
        rebinding = {before.incoming.keys.username, "EmailAddress", "EmailAccountType"} if rebinds else set()
        credentials = [change for change in left if _is_credential(change, after)]
        if credentials:
            yield _credentials(credentials, after)
        left = [change for change in left if change.key not in rebinding and change not in credentials]
    elif new.type == REMOVAL_PASSWORD and any(change.key == "RemovalPassword" for change in left):
        reason = "the password that removes the profile changed"
        yield Judgement(Effect.LOCK, reason, Certainty.DOCUMENTED, pages.REMOVAL_PASSWORD)
        left = [change for change in left if change.key != "RemovalPassword"]
    if left:
        yield _reconfigured(left, after)


def _mailbox(old: Account, new: Account) -> Iterator[Judgement]:
    """Another mailbox under the same identity: the device may keep showing the old one's mail, or drop it."""
    if old.kind != new.kind:
        reason = (
            f"{old.kind.upper()} became {new.kind.upper()}: another kind of account, with a store of its own"
        )
        yield Judgement(Effect.REBIND, reason, Certainty.REPORTED, pages.OUR_PAGE)
    pairs = [
        ("user name", old.incoming.username, new.incoming.username),
        ("address", old.address, new.address),
    ]
    for what, was, now in pairs:
        if was == now:
            continue
        sure = Certainty.REPORTED if was and now and was.lower() != now.lower() else Certainty.UNKNOWN
        reason = f"the {what} {was or '(asked on the device)'} became {now or '(asked on the device)'}"
        yield Judgement(Effect.REBIND, reason, sure, pages.OUR_PAGE)


def _is_credential(change: Change, account: Account) -> bool:
    if change.key in _AUTHENTICATION:
        return True
    keys = [server.keys for server in account.servers]
    names = {one.password for one in keys} | {one.authentication for one in keys}
    if account.outgoing is not None:
        names.add(account.outgoing.keys.username)
    return change.key in names - {""}


def _credentials(changes: list[Change], account: Account) -> Judgement:
    keys = listed(change.key for change in changes)
    passwords = {server.keys.password for server in account.servers}
    if any(change.key in passwords and _empty(change.new) for change in changes):
        reason = f"{keys}: no password in the profile any more; whether the device keeps the one it has is not known"
        return Judgement(Effect.CREDENTIAL, reason, Certainty.UNKNOWN, pages.OUR_PAGE)
    if account.kind == "exchange" and any(change.key in passwords for change in changes):
        if account.payload.boolean("OverridePreviousPassword"):
            reason = f"{keys} changed; OverridePreviousPassword makes the device take the new password"
        else:
            reason = f"{keys} changed; without OverridePreviousPassword the device keeps the old password"
        return Judgement(Effect.CREDENTIAL, reason, Certainty.DOCUMENTED, pages.EXCHANGE)
    return Judgement(Effect.CREDENTIAL, f"{keys} changed", Certainty.REPORTED, pages.OUR_PAGE)


def _empty(node: Node | None) -> bool:
    return node is None or not node.value


def _reconfigured(changes: list[Change], account: Account | None) -> Judgement:
    reason = f"same identity, changed: {listed(change.key for change in changes)}"
    if account is None:
        return Judgement(Effect.RECONFIGURE, reason, Certainty.DOCUMENTED, pages.COMMON_KEYS)
    seen = account.kind in _IN_PLACE or account.kind in ("imap", "pop")
    return Judgement(
        Effect.RECONFIGURE, reason, Certainty.REPORTED if seen else Certainty.UNKNOWN, pages.OUR_PAGE
    )


def fate_of_mail(old: Payload | None, effects: Sequence[Effect], *, kept: bool) -> Mail:
    """What becomes of the mail of the account that is on the device now.

    `kept`: nothing at all differs between the profiles, or the installed one stays where it is.
    """
    account = old.account if old is not None else None
    if account is None or account.kind not in _HOLDS_MAIL:
        return Mail.NOT_AFFECTED
    if kept:
        return Mail.KEPT
    if Effect.REMOVE in effects:
        return Mail.REMOVED
    if account.kind in _IN_PLACE and _MAKES_ANEW.isdisjoint(effects):
        return Mail.KEPT
    return Mail.LOST if account.kind == "pop" else Mail.DOWNLOADED_AGAIN


def user_sees(old: Payload | None, new: Payload | None, effect: Effect, stays: Effect | None) -> str:
    """Say what the person who holds the device notices. `stays`: REFUSED or BESIDE, when the installed profile stays as it is."""
    if stays is Effect.REFUSED or (stays is Effect.BESIDE and new is None):
        return "nothing: the installed profile stays"
    account = new.account if new is not None else old.account if old is not None else None
    if stays is Effect.BESIDE and account is not None:
        return "a second account appears" if old is not None else _ACCOUNT_SEEN[Effect.ADD]
    if account is None:
        return _SETTINGS_SEEN.get(effect, "the new settings apply")
    if effect in _ACCOUNT_SEEN:
        return _ACCOUNT_SEEN[effect]
    seen = _UPDATE_SEEN[account.kind]
    return f"the device may ask for the password; {seen}" if effect is Effect.CREDENTIAL else seen


_SETTINGS_SEEN = {
    Effect.ADD: "the new settings apply",
    Effect.REMOVE: "the settings go back to what they were without the profile",
    Effect.BROKEN_REFERENCE: "what the reference is for does not work, or the profile is not installed",
    Effect.IDENTICAL: "nothing",
}
_ACCOUNT_SEEN = {
    Effect.BROKEN_REFERENCE: "signing, encrypting or connecting with it fails, or the profile is not installed",
    Effect.REPLACE: "the account disappears and comes back empty; the device may ask for the password",
    Effect.REMOVE: "the account and what it holds disappear",
    Effect.REBIND: "the account shows another mailbox; the device asks for its password",
    Effect.ADD: "a new account appears; the device may ask for its password",
}
_REMADE = "the account may be removed and made again"
_UPDATE_SEEN = {
    "imap": f"{_REMADE}: mail is downloaded again, drafts that exist only on the device may go",
    "pop": f"{_REMADE}: mail that is on the device only may be lost",
    "exchange": "the account is updated in place; services and days to sync that the user chose are reset",
    "ews": "not known: Apple does not say what becomes of the account",
    "google": "not known: Apple does not say what becomes of the account",
    "caldav": "the account is updated in place",
    "carddav": "the account is updated in place",
    "subscribed-calendar": "the account is updated in place",
    "ldap": "the account is updated in place",
}


def listed(words: Iterable[str]) -> str:
    """Up to four words and how many more there are."""
    unique = list(dict.fromkeys(words))
    more = f" and {len(unique) - 4} more" if len(unique) > 4 else ""  # noqa: PLR2004
    return ", ".join(unique[:4]) + more
