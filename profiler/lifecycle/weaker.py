"""Changes that leave an account or a device less protected than before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from profiler.lifecycle.difference import default_of
from profiler.model.account import Authentication, Security

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.model.account import Account, Server


class _Guard(NamedTuple):
    """A switch: which position is the strong one, what the weak one means, and the switch that must be on for it to matter."""

    strong: bool
    meaning: str
    while_on: str = ""


_SWITCHES = {
    "PreventMove": _Guard(True, "messages can be moved to other accounts"),
    "PreventAppSheet": _Guard(True, "other apps can send from this account"),
    "disableMailRecentsSyncing": _Guard(True, "recent addresses are synced to other devices"),
    "allowMailDrop": _Guard(False, "large attachments may go through Mail Drop"),
    "SMIMEEnabled": _Guard(True, "S/MIME is off"),
    "SMIMESigningEnabled": _Guard(True, "mail is no longer signed"),
    "SMIMEEncryptionEnabled": _Guard(True, "mail is no longer encrypted"),
    "SMIMEEncryptByDefault": _Guard(True, "mail is no longer encrypted unless the user asks"),
    "SMIMESigningUserOverrideable": _Guard(False, "the user can stop signing", "SMIMESigningEnabled"),
    "SMIMEEncryptByDefaultUserOverrideable": _Guard(False, "the user can stop encrypting", "SMIMEEncryptByDefault"),
    "SMIMEEnableEncryptionPerMessageSwitch": _Guard(False, "the user can send a message unencrypted", "SMIMEEncryptByDefault"),
    "ExternalSSL": _Guard(True, "the connection from outside is not encrypted"),
    "allowOpenFromManagedToUnmanaged": _Guard(False, "documents can leave managed apps"),
    "allowOpenFromUnmanagedToManaged": _Guard(False, "private documents can enter managed apps"),
    "requireManagedPasteboard": _Guard(True, "copy and paste crosses the border of managed apps"),
    "forceAirDropUnmanaged": _Guard(True, "AirDrop carries managed documents away"),
    "allowManagedToWriteUnmanagedContacts": _Guard(False, "managed apps can write private contacts"),
    "allowUnmanagedToReadManagedContacts": _Guard(False, "private apps can read managed contacts"),
    "allowUntrustedTLSPrompt": _Guard(False, "users can accept untrusted certificates"),
    "forceEncryptedBackup": _Guard(True, "backups may be unencrypted"),
}  # fmt: skip
_CERTIFICATES = {
    "SMIMESigningCertificateUUID": "there is no certificate to sign mail with",
    "SMIMEEncryptionCertificateUUID": "there is no certificate to encrypt mail with",
    "VPNUUID": "mail no longer goes through the per-app VPN",
}
# Three ways to give an account its own certificate; Apple replaced AuthenticationCertificateUUID by PayloadCertificateUUID.
_OWN_CERTIFICATE = ("PayloadCertificateUUID", "AuthenticationCertificateUUID", "Certificate")
_STRENGTH = {Authentication.NONE: 0, Authentication.OAUTH: 2}


def weaker(old: Node, new: Node, before: Account | None, after: Account | None) -> Iterator[str]:
    """Say each way in which the new payload protects less, with the key that does it."""
    name = new.string("PayloadType") or ""
    for key, guard in _SWITCHES.items():
        if key not in old.value and key not in new.value:
            continue
        guarded = not guard.while_on or _switch(new, name, guard.while_on)
        if (
            guarded
            and _switch(old, name, key) is guard.strong
            and _switch(new, name, key) is not guard.strong
        ):
            yield f"{key}: {guard.meaning}"
    for key, meaning in _CERTIFICATES.items():
        if old.string(key) and not new.string(key) and before is not None:
            yield f"{key} is gone: {meaning}"
    own = [key for key in _OWN_CERTIFICATE if _filled(old, key)]
    if own and before is not None and not any(_filled(new, key) for key in _OWN_CERTIFICATE):
        yield f"{own[0]} is gone: the account no longer proves itself with a certificate"
    if before is not None and after is not None and before.type == after.type:
        for was, server in zip(before.servers, after.servers, strict=True):
            yield from _server(was, server)


def _filled(payload: Node, key: str) -> bool:
    node = payload.get(key)
    return node is not None and bool(node.value)


def _switch(payload: Node, name: str, key: str) -> bool:
    value = payload.boolean(key)
    return bool(default_of(name, key)) if value is None else value


def _server(old: Server, new: Server) -> Iterator[str]:
    if old.security is not Security.NONE and new.security is Security.NONE:
        yield f"{new.keys.ssl}: the connection to {new.host or 'the server'} is no longer encrypted"
    was, now = old.authentication, new.authentication
    if was is None or now is None or was is now:
        return
    key = new.keys.authentication or "OAuth"
    if _STRENGTH.get(now, 1) < _STRENGTH.get(was, 1):
        yield f"{key}: {now} instead of {was}"
    elif now is Authentication.PASSWORD and new.security is Security.NONE:
        yield f"{key}: the password itself instead of a challenge, over an unencrypted connection"
