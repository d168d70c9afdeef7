"""Which payloads carry an identity (a certificate with its private key), and which keys of accounts name one.

Keys: https://developer.apple.com/documentation/devicemanagement/mail, exchangeactivesync, exchangewebservices.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from profiler.model.account import EAS, EWS, MAIL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

IDENTITY_TYPES = (
    "com.apple.security.pkcs12",
    "com.apple.security.scep",
    "com.apple.security.acme",
    "com.apple.ADCertificate.managed",
)
ACCOUNT_TYPES = (MAIL, EAS, EWS)

_SMIME = ("SMIMESigningCertificateUUID", "SMIMEEncryptionCertificateUUID")
_KEYS_OF = {
    MAIL: _SMIME,
    EAS: (*_SMIME, "PayloadCertificateUUID"),
    EWS: ("PayloadCertificateUUID", "AuthenticationCertificateUUID"),
}
REFERENCE_KEYS = frozenset().union(*_KEYS_OF.values())


def references(payload: Node, run: Run) -> Iterator[tuple[Node, Node | None]]:
    """Each certificate UUID an account names, with the payload that has it, None when no payload of the file has.

    A UUID named by two keys comes once. Values to be filled in later and empty ones are left out.
    """
    seen = set()
    for key in _KEYS_OF[payload.string("PayloadType") or ""]:
        node = payload.get(key)
        uuid = folded(payload.string(key))
        if node is not None and uuid and uuid not in seen and not run.is_placeholder(node.value):
            seen.add(uuid)
            yield node, _payload(uuid, run)


def folded(uuid: str | None) -> str:
    """A UUID made comparable: devices are not known to tell letter case apart."""
    return (uuid or "").strip().lower()


def _payload(uuid: str, run: Run) -> Node | None:
    return _by_uuid(run).get(uuid)


@lru_cache(maxsize=2)
def _by_uuid(run: Run) -> dict[str, Node]:
    """Payloads by their UUID, the first where two have the same."""
    return {folded(one.string("PayloadUUID")): one for one in reversed(run.payloads)}
