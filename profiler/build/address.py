"""A profile from an address alone: the account that works best at its provider."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from profiler import secret
from profiler.build.choice import best_kind, provider_of
from profiler.build.naming import address_slug, check_address, reversed_domain
from profiler.build.profile import Built, build_profile
from profiler.errors import UsageError
from profiler.lifecycle import setting
from profiler.model import confidential, schema
from profiler.model.account import EAS, EWS, GOOGLE, MAIL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profiler.build.site import Site

# As spec.schema.json has it.
_PREFIX = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
PROTOCOLS = ("imap", "pop", "exchange", "google")
_PAYLOADS = frozenset({"PayloadContent", "EncryptedPayloadContent"})


class Wish(NamedTuple):
    """What the flags of `build EMAIL` say."""

    name: str = ""
    provider: str = ""
    protocol: str = ""
    organization: str = ""
    prefix: str = ""
    settings: tuple[tuple[str, str], ...] = ()


def build_address(address: str, wish: Wish, site: Site) -> Built:
    """Make the profile for an address. Raises UsageError, Refused when it cannot work or the provider is unknown."""
    address = check_address(address)
    account: dict[str, Any] = {"address": address}
    if wish.name:
        account["name"] = " ".join(wish.name.split())
    if wish.provider:
        account["provider"] = wish.provider
    kind = wish.protocol or _best(account, site, address)
    if kind == "exchange":
        account.pop("name", None)
    account |= {"kind": kind, "id": kind}
    top, own = _split(wish.settings, _payload_type(kind, site))
    if own:
        account["settings"] = own
    table: dict[str, Any] = {"id": "mail", "accounts": [account]}
    if top:
        table["settings"] = top
    if wish.prefix and not _PREFIX.fullmatch(wish.prefix):
        raise UsageError(
            f"--identifier-prefix {wish.prefix!r} is no domain backwards", hint="write it as com.example"
        )
    identifier = f"{wish.prefix or reversed_domain(address)}.{address_slug(address)}"
    return build_profile(table, identifier, site, organization=wish.organization)


def parse_settings(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Read KEY=VALUE, in order. Raises UsageError."""
    pairs = []
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise UsageError("--set needs KEY=VALUE", hint="for example --set PreventMove=true")
        pairs.append((key.strip(), value))
    return tuple(pairs)


def _best(account: dict[str, Any], site: Site, address: str) -> str:
    provider = provider_of(account, site, address, needed=True)
    assert provider is not None  # noqa: S101 - provider_of raises when it is needed
    return best_kind(provider, site, address)


def _payload_type(kind: str, site: Site) -> str:
    if kind == "exchange":
        return EWS if site.platform("Exchange") == "macos" else EAS
    return GOOGLE if kind == "google" else MAIL


def _split(settings: tuple[tuple[str, str], ...], payload_type: str) -> tuple[dict[str, Any], dict[str, Any]]:
    top: dict[str, Any] = {}
    own: dict[str, Any] = {}
    known = (schema.load(payload_type) or {}).get("properties", {})
    of_profile = (schema.load(schema.TOP_LEVEL) or {}).get("properties", {})
    for key, text in settings:
        if setting.of_profile(key) and key not in _PAYLOADS:
            top[key] = _value(key, text, of_profile[key])
        elif key in known:
            own[key] = _value(key, text, known[key])
        else:
            near = schema.nearest(key, known)
            raise UsageError(
                f"--set {key}: {payload_type} has no such key",
                hint=f"did you mean {near}?" if near else f"profiler schema {payload_type}",
            )
    return top, own


def _value(key: str, text: str, described: dict[str, Any]) -> Any:
    """Read a value as the type Apple gives the key. Raises UsageError; secrets must be references."""
    if not setting.is_secret(key, described):
        return setting.typed(key, text, described, hide=False)
    setting.refuse_clear(key, text)
    if confidential.is_secret_key(key):
        return text  # fetched when the profile is put together
    return setting.typed(key, secret.resolve(text, what=key), described, hide=True)
