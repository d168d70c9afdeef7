"""The two servers of a mail account as rules speak of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.model.account import Account, Server
    from profiler.providers.provider import Server as Offer
    from profiler.rules.run import Run


def side(server: Server) -> str:
    """Incoming or Outgoing, to begin a sentence or a key with; Exchange for its one server."""
    if server.protocol in ("exchange", "ews"):
        return "Exchange"
    return "Outgoing" if server.protocol == "smtp" else "Incoming"


def with_host(account: Account, run: Run) -> Iterator[tuple[Server, Node]]:
    """Each server that names a host, and the node of the name; hosts to be filled in later are left out."""
    for server in account.servers:
        node = account.payload.get(server.keys.host)
        if node is not None and server.host and not run.is_placeholder(node.value):
            yield server, node


def offers(account: Account, server: Server, run: Run) -> tuple[Offer, ...]:
    """What the provider of the account lists for this very host and protocol."""
    provider = run.provider(account)
    if provider is None or not server.host:
        return ()
    listed: tuple[Offer, ...] = getattr(provider, server.protocol)
    return tuple(offer for offer in listed if offer.host == server.host)


def advice(account: Account, server: Server, run: Run) -> str:
    """The encrypted server that the provider of the account uses, as a sentence; "" when nothing is known."""
    return _advice(account, server.protocol, run)


def imap_advice(account: Account, run: Run) -> str:
    """The IMAP server that the provider of a POP account has, as a sentence; "" when nothing is known."""
    return _advice(account, "imap", run)


def _advice(account: Account, protocol: str, run: Run) -> str:
    provider = run.provider(account)
    offer = provider.usable(protocol) if provider is not None else None
    if provider is None or offer is None:
        return ""
    label = account.domain if account.domain in provider.domains else provider.name
    security = "TLS" if offer.security == "tls" else "STARTTLS"
    return f"provider {label} uses {offer.host}:{offer.port} with {security}"
