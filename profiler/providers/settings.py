"""From what is known about a provider to the keys of a payload: the one place where `build` and the rules agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import EAS, EWS, GOOGLE, MAIL

if TYPE_CHECKING:
    from profiler.providers.provider import Provider

Settings = dict[str, str | int | bool]


def expected_settings(provider: Provider, payload_type: str, address: str, *, pop: bool = False) -> Settings:
    """Return the keys a payload of this type needs for an address at this provider, in Apple's spelling.

    `pop` asks for the POP settings of a mail payload. Keys the provider does not decide are absent, and so is a user name that
    no address tells. Empty when the provider offers nothing that such a payload can use over an encrypted connection.
    """
    if payload_type == MAIL:
        return _mail(provider, address, pop=pop)
    if payload_type in (EAS, EWS):
        return _exchange(provider, address, "ews" if payload_type == EWS else "exchange")
    if payload_type == GOOGLE and provider.oauth == "google":
        return {"EmailAddress": address}
    return {}


def _mail(provider: Provider, address: str, *, pop: bool) -> Settings:
    incoming, outgoing = provider.usable("pop" if pop else "imap"), provider.usable("smtp")
    if incoming is None or outgoing is None:
        return {}
    settings: Settings = {
        "EmailAccountType": "EmailTypePOP" if pop else "EmailTypeIMAP",
        "EmailAddress": address,
    }
    for way, server, sending in (("Incoming", incoming, False), ("Outgoing", outgoing, True)):
        settings[f"{way}MailServerHostName"] = server.host
        settings[f"{way}MailServerPortNumber"] = server.port
        settings[f"{way}MailServerUseSSL"] = True
        settings[f"{way}MailServerAuthentication"] = "EmailAuthPassword"
        name = provider.username_for(address, outgoing=sending)
        if name is not None:
            settings[f"{way}MailServerUsername"] = name
    return settings


def _exchange(provider: Provider, address: str, protocol: str) -> Settings:
    server = provider.usable(protocol)
    if server is None and not provider.autodiscovery:
        return {}
    settings: Settings = {"EmailAddress": address}
    if server is not None:
        settings["Host"] = server.host
    settings["SSL"] = True
    if provider.oauth == "microsoft":
        settings["OAuth"] = True
    name = provider.username_for(address)
    if name is not None:
        settings["UserName"] = name
    return settings
