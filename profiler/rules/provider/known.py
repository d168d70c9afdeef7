"""What provider rules ask of an account: who runs it, which of its servers are known, what its user has been told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from profiler.model.account import Account, Server
    from profiler.providers.provider import Provider
    from profiler.providers.provider import Server as Offer
    from profiler.rules.run import Run

_NAME = re.compile(r"[a-z0-9._-]+", re.IGNORECASE | re.ASCII)
_LOCAL_ENDINGS = (".local", ".lan", ".home", ".internal", ".localhost", ".home.arpa")


def by_domain(account: Account, run: Run) -> Provider | None:
    """The provider whose domain the address has, the very domain."""
    return run.providers.find(account.domain) if account.domain else None


def offers(provider: Provider, server: Server) -> tuple[Offer, ...]:
    """What a provider lists for the protocol of a server, old names included."""
    listed: tuple[Offer, ...] = getattr(provider, server.protocol, ())
    return listed


def is_public_name(host: str) -> bool:
    """Whether a host is a name that the whole internet could resolve: no address, no single label, no local ending."""
    if "." not in host or host.endswith(_LOCAL_ENDINGS) or _NAME.fullmatch(host) is None:
        return False
    return not host.replace(".", "").isdigit()


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
