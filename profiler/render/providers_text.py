"""What the database knows of providers, for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from profiler.providers.provider import Provider, Server

_USERNAME = {
    "address": "the whole address",
    "local-part": "the part before the @",
    "either": "the whole address or the part before the @",
    "other": "handed out by the provider",
}
_APP_PASSWORD = {
    "required": "required: the password of the account itself is refused",
    "supported": "needed when two-step sign-in is on",
    "impossible": "impossible: no password works",
    "none": "none known",
}
_OAUTH = {
    "none": "none",
    "no-payload": "offered, but no payload carries it",
    "google": "com.apple.google-oauth",
    "microsoft": "com.apple.eas.account with OAuth",
}
_PUSH = {"yes": "yes", "no": "no: mail is fetched", "unknown": "not known"}


def one(provider: Provider) -> str:
    """Everything about one provider, one fact to a line."""
    rows = [
        ("domains", ", ".join(provider.domains) or "(customer domains)"),
        ("imap", _servers(provider.imap)),
        ("pop", _servers(provider.pop)),
        ("smtp", _servers(provider.smtp)),
        (
            "exchange",
            _servers(provider.exchange) or ("found by autodiscovery" if provider.autodiscovery else ""),
        ),
        ("user name", _username(provider)),
        (provider.app_password_name, _APP_PASSWORD[provider.app_password]),
        ("password off", f"since {provider.password_off_since}" if provider.password_off_since else ""),
        ("OAuth", _OAUTH[provider.oauth]),
        ("push", _PUSH[provider.push]),
        ("path prefix", "must stay empty" if provider.path_prefix else ""),
        *(("turn on", text) for text in provider.switches),
        *((str(entry.date), entry.text) for entry in provider.retirements),
        ("profile", ", ".join(provider.protocols()) or "no profile can set this up"),
        *(("note", text) for text in provider.notes),
        ("help", provider.help_url),
        ("status", provider.status_url),
        *(("source", text) for text in provider.source),
        ("checked", f"{provider.checked} ({provider.confidence})"),
    ]
    width = max(len(label) for label, value in rows if value)
    lines = [f"  {label.ljust(width)}  {value}" for label, value in rows if value]
    return "\n".join([f"{provider.name} ({provider.id})", *lines])


def many(providers: Sequence[Provider]) -> str:
    """One line for each provider: id, name, what a profile can set up, first domains."""
    width = max(len(provider.id) for provider in providers)
    return "\n".join(
        f"{provider.id.ljust(width)}  {provider.name}  [{', '.join(provider.protocols()) or '-'}]  {_first(provider.domains)}"
        for provider in providers
    )


def as_json(providers: Iterable[Provider]) -> str:
    """Write the document that providers-output.schema.json describes."""
    report = {"version": 1, "providers": [_object(provider) for provider in providers]}
    return json.dumps(report, indent=2)


def _object(provider: Provider) -> dict[str, Any]:
    values = provider._asdict()
    for name in ("imap", "pop", "smtp", "exchange", "ews"):
        values[name] = [server._asdict() for server in values[name]]
    for name in ("app_password_since", "password_off_since", "checked"):
        values[name] = None if values[name] is None else str(values[name])
    values["retirements"] = [{**entry._asdict(), "date": str(entry.date)} for entry in provider.retirements]
    values["protocols"] = list(provider.protocols())
    return values


def _servers(servers: tuple[Server, ...]) -> str:
    return ", ".join(f"{server} (old name)" if server.legacy else str(server) for server in servers)


def _username(provider: Provider) -> str:
    if provider.username_template:
        return provider.username_template
    text = _USERNAME[provider.username]
    if provider.outgoing_username != provider.username:
        text += f"; for sending {_USERNAME[provider.outgoing_username]}"
    accepted = [_USERNAME[form] for form in provider.username_accepted if form != "other"]
    return f"{text} (also works: {', '.join(accepted)})" if accepted else text


def _first(domains: tuple[str, ...]) -> str:
    shown = ", ".join(domains[:3])
    return f"{shown}, and {len(domains) - 3} more" if len(domains) > 3 else shown  # noqa: PLR2004 - fits one line
