"""S/MIME keys of mail and Exchange payloads, which are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def smime_keys(table: dict[str, Any], uuid_for: Callable[[str], str]) -> dict[str, Any]:
    """Return the keys for the smime table of an account; `uuid_for` turns the name of an identity into its UUID."""
    wish = table.get("smime", {})
    keys: dict[str, Any] = {}
    if "sign" in wish:
        keys["SMIMESigningEnabled"] = wish.get("sign-by-default", True)
        keys["SMIMESigningCertificateUUID"] = uuid_for(wish["sign"])
    if "encrypt" in wish:
        keys["SMIMEEncryptByDefault"] = wish.get("encrypt-by-default", False)
        keys["SMIMEEncryptionCertificateUUID"] = uuid_for(wish["encrypt"])
        keys["SMIMEEnableEncryptionPerMessageSwitch"] = True
    if wish.get("user-may-change"):
        if "sign" in wish:
            keys["SMIMESigningUserOverrideable"] = True
            keys["SMIMESigningCertificateUUIDUserOverrideable"] = True
        if "encrypt" in wish:
            keys["SMIMEEncryptByDefaultUserOverrideable"] = True
            keys["SMIMEEncryptionCertificateUUIDUserOverrideable"] = True
    return keys
