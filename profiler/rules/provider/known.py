"""What provider rules ask of an account: who runs it, which of its servers are known, what its user has been told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.mail import destination, hosts

if TYPE_CHECKING:
    from profiler.model.account import Account, Server
    from profiler.providers.provider import Provider
    from profiler.providers.provider import Server as Offer
    from profiler.rules.run import Run

_PAYLOADS = {
    "google": "com.apple.google-oauth, which signs in with OAuth",
    "microsoft": "com.apple.eas.account with OAuth true (on a Mac com.apple.ews.account), which also gets push",
}
_ON_A_MAC = "com.apple.ews.account with OAuth true, for as long as Microsoft serves it (ex-ews-sunset)"


def by_domain(account: Account, run: Run) -> Provider | None:
    """The provider whose domain the address has, the very domain."""
    return run.providers.find(account.domain) if account.domain else None


def offers(provider: Provider, server: Server) -> tuple[Offer, ...]:
    """What a provider lists for the protocol of a server, old names included."""
    listed: tuple[Offer, ...] = getattr(provider, server.protocol, ())
    return listed


def is_public_name(host: str) -> bool:
    """Whether a host is a name that the whole internet could resolve: no address, no single label, no local ending."""
    return bool(host) and not (hosts.is_ip(host) or hosts.is_internal(host) or hosts.fault(host))


def better_payload(provider: Provider, run: Run) -> str:
    """Apple's own payload for a provider, with what it is good for; "" when the devices aimed at have none."""
    if destination.platforms(run) != destination.MAC:
        return _PAYLOADS.get(provider.oauth, "")
    return _ON_A_MAC if provider.oauth == "microsoft" and provider.ews else ""


def told(account: Account, run: Run, *words: str) -> bool:
    """Whether a description or the consent text, which people read before they install, mentions one of the words."""
    texts = [account.payload.string("PayloadDescription") or ""]
    if run.root is not None:
        texts.append(run.root.string("PayloadDescription") or "")
        consent = run.root.get("ConsentText")
        if consent is not None and consent.kind == "dict":
            texts += [node.value for node in consent.children() if node.kind == "string"]
    text = " ".join(texts).casefold()
    return any(word.casefold() in text for word in words)
