"""The two uses of S/MIME in a mail account, and the keys that belong to each."""

from __future__ import annotations

from typing import NamedTuple


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
