"""The two uses of S/MIME in a mail account, and the keys that belong to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from profiler.document.plist import Node


class Use(NamedTuple):
    """Signing or encrypting: what turns it on, what lets the user do so, which identity, and who may choose another."""

    verb: str
    switches: tuple[str, ...]
    advised: str
    user_switches: tuple[str, ...]
    certificate: str
    choice: str


# On in iOS 5 to 9; ignored since (https://developer.apple.com/documentation/devicemanagement/mail).
LEGACY_SWITCH = "SMIMEEnabled"

USES = (
    Use(
        "signing",
        ("SMIMESigningEnabled",),
        "SMIMESigningEnabled",
        ("SMIMESigningUserOverrideable",),
        "SMIMESigningCertificateUUID",
        "SMIMESigningCertificateUUIDUserOverrideable",
    ),
    Use(
        "encrypting",
        ("SMIMEEncryptByDefault", "SMIMEEncryptionEnabled"),
        "SMIMEEncryptByDefault",
        (
            "SMIMEEncryptByDefaultUserOverrideable",
            "SMIMEEnableEncryptionPerMessageSwitch",
            "SMIMEEnablePerMessageSwitch",
        ),
        "SMIMEEncryptionCertificateUUID",
        "SMIMEEncryptionCertificateUUIDUserOverrideable",
    ),
)


def has_switch(payload: Node) -> bool:
    """Whether a payload has one of the switches that replaced SMIMEEnabled, whatever it says."""
    return any(payload.get(key) is not None for use in USES for key in (*use.switches, *use.user_switches))
