"""What installing another version of a profile does: effects by gravity, how sure that is, and what becomes of mail."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Effect(StrEnum):
    """What a device does with a profile or a payload, gravest first."""

    REFUSED = "refused"
    BESIDE = "beside"
    BROKEN_REFERENCE = "broken-reference"
    REPLACE = "replace"
    REMOVE = "remove"
    REBIND = "rebind"
    DOWNGRADE = "downgrade"
    LOCK = "lock"
    CREDENTIAL = "credential"
    ADD = "add"
    RECONFIGURE = "reconfigure"
    IDENTICAL = "identical"

    @property
    def gravity(self) -> int:
        """0 for the gravest."""
        return _ORDER[self]


_ORDER = {effect: place for place, effect in enumerate(Effect)}

BLOCKING = frozenset({
    Effect.REFUSED, Effect.BESIDE, Effect.BROKEN_REFERENCE, Effect.REPLACE, Effect.REMOVE, Effect.REBIND, Effect.DOWNGRADE,
    Effect.LOCK,
})  # fmt: skip
# Of a payload that makes no account nothing is lost when it goes or comes back.
HARMLESS_WITHOUT_ACCOUNT = frozenset({Effect.REPLACE, Effect.REMOVE})


class Certainty(StrEnum):
    """DOCUMENTED: Apple says so. REPORTED: people saw it. UNKNOWN: nobody says."""

    DOCUMENTED = "documented"
    REPORTED = "reported"
    UNKNOWN = "unknown"


class Mail(StrEnum):
    """What becomes of the mail that is on the device."""

    KEPT = "kept"
    DOWNLOADED_AGAIN = "may-be-downloaded-again"
    LOST = "may-be-lost"
    REMOVED = "removed"
    NOT_AFFECTED = "not-affected"


class Judgement(NamedTuple):
    """One effect: why, how sure, and the page that says so."""

    effect: Effect
    reason: str
    certainty: Certainty
    source: str


_APPLE = "https://developer.apple.com/documentation/devicemanagement/"
TOP_LEVEL = _APPLE + "toplevel"
COMMON_KEYS = _APPLE + "commonpayloadkeys"
SIGNED_UPDATES = _APPLE + "configuring-multiple-devices-using-profiles"
MAIL = _APPLE + "mail"
EXCHANGE = _APPLE + "exchangeactivesync"
REMOVAL_PASSWORD = _APPLE + "profileremovalpassword"
APP_LAYER_VPN = _APPLE + "applayervpn"
REMOVING = "https://support.apple.com/guide/iphone/install-or-remove-configuration-profiles-iph6c493b19/ios"
# What people saw and what nobody knows is put together in our own documentation.
OUR_PAGE = "docs/updates.md"

_PAGES = {
    "com.apple.eas.account": "exchangeactivesync", "com.apple.ews.account": "exchangewebservices",
    "com.apple.google-oauth": "googleaccount", "com.apple.caldav.account": "caldav", "com.apple.carddav.account": "carddav",
    "com.apple.subscribedcalendar.account": "subscribedcalendars", "com.apple.ldap.account": "ldap",
    "com.apple.mail.managed": "mail", "com.apple.applicationaccess": "restrictions",
}  # fmt: skip


def page_of(payload_type: str) -> str:
    """Apple's page about a payload type; the one about all payloads where we know of none."""
    return _APPLE + _PAGES.get(payload_type, "commonpayloadkeys")
