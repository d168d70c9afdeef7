"""Which provider an account is with, and whether a profile can set it up there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from profiler.errors import Refused, UsageError
from profiler.model.account import EAS, EWS, MAIL
from profiler.providers.settings import expected_settings

if TYPE_CHECKING:
    from profiler.build.site import Site
    from profiler.providers.provider import Provider

_THREE_WAYS = (
    "describe the servers in a spec (profiler build --spec; profiler init writes one to start from), "
    "ask the network (profiler discover), or add a provider file (docs/providers.md)"
)


def provider_of(table: dict[str, Any], site: Site, address: str, *, needed: bool) -> Provider | None:
    """Return the provider an account table names, or that of the address.

    Raises UsageError for a name that does not exist; Refused when one is needed and the address domain is unknown.
    """
    if "provider" in table:
        found = site.database.get(table["provider"])
        if found is None:
            raise UsageError(
                f"provider {table['provider']!r} is not known", hint="profiler providers lists the ids"
            )
        return found.for_domain(address.rpartition("@")[2])
    domain = address.rpartition("@")[2]
    found = site.database.find(domain)
    if found is None and needed:
        near = site.database.nearest_domain(domain)
        question = f"; did you mean {near}?" if near else ""
        half = {"incoming": "outgoing", "outgoing": "incoming"}
        other = next((half[way] for way in half if way in table), "")
        raise Refused(
            f"{address}: nothing is known about the mail servers of {domain}{question}",
            hint=f'write {other} = "HOST[:PORT]" too' if other else _THREE_WAYS,
        )
    return found


def best_kind(provider: Provider, site: Site, address: str) -> str:
    """Return the kind of account that works best at a provider. Raises Refused with the reason when none does."""
    protocols = provider.protocols("ios")
    if "macos" in site.targets.platforms:
        on_mac = provider.protocols("macos")
        mixed = site.targets.platforms != {"macos"}
        protocols = (
            tuple(one for one in protocols if one in on_mac and one in ("imap", "pop")) if mixed else on_mac
        )
    if not protocols:
        raise Refused(_why_not(provider, site, address, "any"), hint=_hint(provider))
    return protocols[0]


def settings_of(
    provider: Provider, payload_type: str, address: str, site: Site, *, pop: bool = False
) -> dict[str, Any]:
    """Return what a provider demands of a payload. Raises Refused with the reason when such an account cannot work."""
    kind = {MAIL: "pop" if pop else "imap", EAS: "exchange", EWS: "exchange"}.get(payload_type, "google")
    if kind not in provider.protocols("macos" if payload_type == EWS else "ios"):
        raise Refused(_why_not(provider, site, address, kind), hint=_hint(provider))
    return dict(expected_settings(provider, payload_type, address, pop=pop))


def _hint(provider: Provider) -> str:
    return (
        f"see {provider.help_url}"
        if provider.help_url
        else f"profiler providers {provider.id} shows what is known"
    )


def _why_not(provider: Provider, site: Site, address: str, kind: str) -> str:
    protocols = provider.protocols()
    if provider.desktop_only:
        if site.targets.platforms == {"macos"}:
            return f"{address}: {provider.name} is reached through its own bridge program, which installs a profile itself"
        return (
            f"{address}: {provider.name} cannot be set up in Mail on an iPhone or iPad: it is reached through a bridge "
            "program that runs on desktop computers only"
        )
    if protocols and kind != "any":
        if kind in ("imap", "pop") and provider.password_off_since:
            return (
                f"{address}: {provider.name} has refused passwords for IMAP, POP and SMTP since {provider.password_off_since}, "
                f"and no profile can carry another sign-in for them; use --protocol {protocols[0]}"
            )
        return f"{address}: {provider.name} offers no {kind} that a profile can set up; it has {', '.join(protocols)}"
    if protocols:
        return f"{address}: no profile can set up {provider.name} on a Mac"
    return (
        f"{address}: {provider.name} publishes unencrypted servers only, where everybody on the way can read the password; "
        "such an account is not built"
    )
