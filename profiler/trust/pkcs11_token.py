"""Sign with a key in a token (PKCS #11): smart card, YubiKey, HSM. The URI is that of RFC 7512.

`pkcs11:token=Signing;object=profiles?module-path=/usr/lib/softhsm/libsofthsm2.so`; without `module-path` the
variable PKCS11_MODULE names the library. The PIN comes from `--passphrase`, never from the URI.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, unquote_to_bytes

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from profiler.errors import ProfilerError, UsageError
from profiler.trust import certificate as cert
from profiler.trust import identity as identities
from profiler.trust import pem, sign, signed_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from cryptography import x509

    from profiler.trust.store import Trust


class Uri(NamedTuple):
    """Which key in which token, and the library that talks to it. Absent parts are None."""

    module: str
    token: str | None
    serial: bytes | None
    label: str | None
    identifier: bytes | None


def parse(text: str) -> Uri:
    """Read a PKCS #11 URI. Raises UsageError, which never repeats a PIN."""
    scheme, _, rest = text.partition(":")
    if scheme != "pkcs11":
        raise UsageError("--pkcs11 needs a URI", hint="pkcs11:token=NAME;object=LABEL?module-path=LIBRARY")
    path, _, query = rest.partition("?")
    given: dict[str, str] = {}
    for part in (*path.split(";"), *query.split("&")):
        name, _, value = part.partition("=")
        if name:
            given[name] = value
    if "pin-value" in given or "pin-source" in given:
        raise UsageError(
            "the PIN does not belong in the URI", hint="give it by reference: --passphrase prompt:"
        )
    module = unquote(given.get("module-path", "")) or os.environ.get("PKCS11_MODULE", "")
    if not module:
        raise UsageError(
            "--pkcs11 does not say which library talks to the token",
            hint="add ?module-path=/path/to/library, or set PKCS11_MODULE",
        )
    return Uri(
        module=module,
        token=unquote(given["token"]) if "token" in given else None,
        serial=unquote_to_bytes(given["serial"]) if "serial" in given else None,
        label=unquote(given["object"]) if "object" in given else None,
        identifier=unquote_to_bytes(given["id"]) if "id" in given else None,
    )


def signer(
    uri: Uri,
    pin: str | None,
    certificate: Path | None,
    *,
    pool: Iterable[x509.Certificate] = (),
    trust: Trust | None,
    now: datetime,
) -> sign.Signer:
    """Make a signer whose key stays in the token; the session is open as long as the signer lives.

    The signer's certificate is taken from `certificate` or else from the token. Raises ProfilerError for a token,
    PIN, key or certificate that will not do.
    """
    import_hint = "install it with: pip install 'mobileconfig-profiler[pkcs11]'"
    try:
        pkcs11: Any = import_module("pkcs11")
    except ImportError:
        raise ProfilerError("--pkcs11 needs the package python-pkcs11", hint=import_hint) from None
    with _explained(pkcs11, uri):
        token = pkcs11.lib(uri.module).get_token(**_only(token_label=uri.token, token_serial=uri.serial))
        session = token.open(user_pin=pin)
        key = session.get_key(pkcs11.ObjectClass.PRIVATE_KEY, **_only(label=uri.label, id=uri.identifier))
        stored = _stored_certificate(pkcs11, session, key)
    found = pem.read_certificates(certificate) if certificate is not None else stored
    if not found:
        raise ProfilerError(
            "the token holds no certificate for this key", hint="give it with --certificate PEM"
        )
    leaf, *others = found
    identities.usable(leaf.public_key(), "the token")
    certificates, notices = sign.complete(leaf, (*others, *pool), trust=trust, now=now)
    digest = sign.digest_for(leaf)

    def make(content: bytes) -> bytes:
        def raw(covered: bytes) -> bytes:
            with _explained(pkcs11, uri):
                return _raw_signature(pkcs11, key, digest.name, covered)

        return signed_data.write(content, certificates, digest, raw)

    return sign.Signer(certificates, make, notices)


def _only(**given: Any) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _stored_certificate(pkcs11: Any, session: Any, key: Any) -> list[x509.Certificate]:
    wanted = {
        pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
        pkcs11.Attribute.ID: key[pkcs11.Attribute.ID],
    }
    ders = [bytes(one[pkcs11.Attribute.VALUE]) for one in session.get_objects(wanted)]
    return [one for one in map(cert.load, ders) if one is not None]


def _raw_signature(pkcs11: Any, key: Any, digest: str, covered: bytes) -> bytes:
    if key.key_type is pkcs11.KeyType.RSA:
        mechanism = getattr(pkcs11.Mechanism, f"{digest.upper()}_RSA_PKCS")
        return bytes(key.sign(covered, mechanism=mechanism))
    pair = key.sign(hashlib.new(digest, covered).digest(), mechanism=pkcs11.Mechanism.ECDSA)
    half = len(pair) // 2
    return encode_dss_signature(int.from_bytes(pair[:half], "big"), int.from_bytes(pair[half:], "big"))


@contextmanager
def _explained(pkcs11: Any, uri: Uri) -> Iterator[None]:
    """Turn what the library raises into one sentence."""
    errors = pkcs11.exceptions
    try:
        yield
    except (errors.PinIncorrect, errors.PinInvalid, errors.PinLenRange):
        raise ProfilerError("the token refuses the PIN", hint="--passphrase must name its PIN") from None
    except errors.PinLocked:
        raise ProfilerError("the token is locked after too many wrong PINs") from None
    except errors.NoSuchToken:
        raise ProfilerError(f"no token {uri.token or ''} is there", hint="is it plugged in?") from None
    except errors.NoSuchKey:
        hint = "a token may hide its keys until it gets its PIN: --passphrase"
        raise ProfilerError("the token holds no such private key", hint=hint) from None
    except (errors.MultipleTokensReturned, errors.MultipleObjectsReturned):
        hint = "name it in the URI: token=, serial=, object= or id="
        raise ProfilerError("more than one token or key fits the URI", hint=hint) from None
    except errors.PKCS11Error as error:
        reason = str(error) or type(error).__name__
        raise ProfilerError(f"the token does not answer as it should: {reason}") from None
    except (RuntimeError, OSError) as error:
        raise ProfilerError(f"{uri.module}: cannot be used as PKCS #11 library: {error}") from None
