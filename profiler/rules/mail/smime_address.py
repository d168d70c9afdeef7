"""mail-smime-address."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from profiler.model.account import EAS, MAIL
from profiler.rules.mail.smime import USES
from profiler.rules.rule import Finding, Scope, Severity, rule
from profiler.rules.security.example_certificates import LOCKED_IDENTITY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cryptography.x509 import Certificate

    from profiler.document.plist import Node
    from profiler.model.account import Account
    from profiler.rules.run import Run

_PKCS12 = "com.apple.security.pkcs12"
_CERTIFICATES = ("com.apple.security.pem", "com.apple.security.root", "com.apple.security.pkcs1")

_IDENTITY = f"""
<dict>
<key>PayloadType</key>
<string>{_PKCS12}</string>
<key>PayloadUUID</key>
<string>6F0C8B4E-3D19-5A7C-9B52-1E84D7A0C3F6</string>
<!-- profiler: ignore[sec-p12-password] delivered over TLS to one device -->
<key>Password</key> <string>example</string>
<key>PayloadContent</key>
<data>{LOCKED_IDENTITY}</data>
</dict>
<dict>
<key>SMIMESigningEnabled</key>
<true/>
<key>SMIMESigningCertificateUUID</key>
<string>6F0C8B4E-3D19-5A7C-9B52-1E84D7A0C3F6</string>
<key>IncomingMailServerUsername</key>
<string>{{address}}</string>
<key>OutgoingMailServerUsername</key>
<string>{{address}}</string>
<key>EmailAddress</key>
<string>{{address}}</string>
</dict>
"""


@rule(
    "mail-smime-address",
    severity=Severity.WARNING,
    source="https://www.rfc-editor.org/rfc/rfc8550#section-3",
    scope=Scope.ACCOUNT,
    types=(MAIL, EAS),
    keys=tuple(use.certificate for use in USES),
    bad=_IDENTITY.format(address="ola@example.com"),
    good=_IDENTITY.format(address="kari@example.com"),
    options={"text-only": "yes"},
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The S/MIME identity was made out to another address.

    Mail programs compare the addresses in a certificate with the sender. An identity that lacks the account's
    address cannot sign for it, and recipients are warned. One of several addresses is enough; an identity
    that cannot be opened is left alone.
    """
    address = account.address.casefold()
    if not address or run.is_placeholder(account.address):
        return
    reported: set[str] = set()
    for use in USES:
        node = account.payload.get(use.certificate)
        if node is None or node.kind != "string" or node.value.upper() in reported:
            continue
        identity = _identities(run).get(node.value.upper())
        addresses = _addresses(identity) if identity is not None else []
        if identity is None or not addresses or address in (one.casefold() for one in addresses):
            continue
        reported.add(node.value.upper())
        message = f"The identity is made out to {', '.join(addresses)}, not to {account.address}"
        hint = "use an identity with the account's address, or the address that the identity has"
        yield Finding(node, message, related=((identity, "the identity"),), help=hint)


@lru_cache(maxsize=2)
def _identities(run: Run) -> dict[str, Node]:
    """The payloads that may hold an identity or a certificate by their UUID, the first where two have the same."""
    found = reversed(run.payloads_of(_PKCS12, *_CERTIFICATES))
    return {(one.string("PayloadUUID") or "").upper(): one for one in found}


def _addresses(payload: Node) -> list[str]:
    """The addresses in the certificate of a payload, in order; empty when it cannot be read or has none."""
    data = payload.data("PayloadContent")
    pkcs12 = payload.string("PayloadType") == _PKCS12
    certificate = _certificate(data, payload.string("Password") or "", pkcs12=pkcs12) if data else None
    if certificate is None:
        return []
    from cryptography import x509  # noqa: PLC0415 - few profiles hold an identity
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 - same

    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found = names.get_values_for_type(x509.RFC822Name)
    except (x509.ExtensionNotFound, ValueError):
        found = []
    found += [str(one.value) for one in certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)]
    return list(dict.fromkeys(found))


@lru_cache(maxsize=256)
def _certificate(data: bytes, password: str, *, pkcs12: bool) -> Certificate | None:
    from cryptography import x509  # noqa: PLC0415 - few profiles hold an identity
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - same
    from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates  # noqa: PLC0415 - same

    try:
        if pkcs12:
            return load_key_and_certificates(data, password.encode() or None)[1]
        if data.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_certificate(data)
        return x509.load_der_x509_certificate(data)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
