"""What was discovered: for people, for machines (schemas/discover-output.schema.json), and as a spec for `build`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from profiler.errors import Refused

if TYPE_CHECKING:
    from profiler.live.discover import Discovery
    from profiler.live.setting import Setting

_SECURITY = {"tls": "TLS from the first byte", "starttls": "STARTTLS", "none": "no encryption"}
_PROTOCOLS = {
    "imap": "IMAP",
    "pop": "POP",
    "smtp": "SMTP",
    "exchange": "Exchange",
    "caldav": "CalDAV",
    "carddav": "CardDAV",
}
_KINDS = {"imap": "imap", "pop": "pop", "exchange": "exchange", "google": "google"}


def as_text(found: Discovery, *, plain_http: bool = False) -> str:
    """Write every fact below its source, and which ones a profile would use."""
    lines = [found.email + (f", provider {found.provider.name}" if found.provider else "")]
    best = found.best(plain_http=plain_http)
    for attempt in found.attempts:
        lines.append(f"  {attempt.source}: {attempt.reason}" if attempt.reason else f"  {attempt.source}")
        for setting in attempt.settings:
            mark = "*" if setting in best else " "
            lines.append(
                f"    {mark} {_PROTOCOLS[setting.protocol]:<8} {setting.host}:{setting.port}, {_SECURITY[setting.security]}"
            )
            name = f", user name {setting.username}" if setting.username else ""
            lines.append(f"               sign-in with {setting.authentication}{name}; from {setting.place}")
            if setting.caution:
                lines.append(f"               caution: {setting.caution}")
    lines.append(
        "A profile would use those marked with *." if best else "None of this can go into a profile as it is."
    )
    return "\n".join(lines)


def as_json(found: Discovery, *, plain_http: bool = False) -> str:
    """Write the discovery as JSON text."""
    best = found.best(plain_http=plain_http)
    document = {
        "version": 1,
        "email": found.email,
        "provider": found.provider.id if found.provider else None,
        "settings": [{**_fields(setting), "chosen": setting in best} for setting in found.settings],
        "attempts": [
            {"source": attempt.source, "found": len(attempt.settings), "reason": attempt.reason}
            for attempt in found.attempts
        ],
    }
    return json.dumps(document, indent=1)


def as_spec(found: Discovery, *, plain_http: bool = False) -> str:
    """Write a spec (schemas/spec.schema.json) whose comments name the sources.

    Raises Refused when what was found cannot become a profile: no encryption, plain http, or a sign-in no payload carries.
    """
    domain = found.email.rpartition("@")[2].lower()
    best = found.best(plain_http=plain_http)
    account = _of_provider(found) or _of_servers(found, best)
    provenance = [f"# {s.protocol} {s.host}:{s.port} from {s.source}, {s.place}" for s in best]
    provenance += [f"# caution: {caution}" for caution in dict.fromkeys(s.caution for s in best) if caution]
    prefix = ".".join(reversed(domain.encode("idna").decode("ascii").split(".")))
    lines = [
        *(line.replace("\n", " ") for line in provenance),
        f"identifier-prefix = {_quote(prefix)}",
        "",
        "[[profiles]]",
        'id = "mail"',
        f"name = {_quote('Mail ' + domain)}",
        "",
        "[[profiles.accounts]]",
        *(f"{key} = {_quote(value)}" for key, value in account.items()),
    ]
    return "\n".join(lines)


def _of_provider(found: Discovery) -> dict[str, str]:
    """Describe the account by its provider, if the database is where the settings come from."""
    provider = found.provider
    kinds = provider.protocols() if provider else ()
    if (
        provider is None
        or not kinds
        or any(a.settings for a in found.attempts if a.source not in ("provider database", "MX record"))
    ):
        return {}
    return {"kind": _KINDS[kinds[0]], "address": found.email, "provider": provider.id}


def _of_servers(found: Discovery, best: list[Setting]) -> dict[str, str]:
    if len(best) != 2:  # noqa: PLR2004 - incoming and outgoing
        plain = any("plain http" in setting.source for setting in found.settings)
        raise Refused(
            f"{found.email}: what was found does not make a profile: it needs an incoming and an outgoing server with encryption",
            hint="--allow-http accepts settings that came over plain http"
            if plain
            else "ask the provider for its servers",
        )
    incoming, outgoing = best
    if "oauth" in (incoming.authentication, outgoing.authentication):
        raise Refused(
            f"{found.email}: the servers want OAuth, which no mail payload carries",
            hint="for Google and Microsoft: profiler build --provider; else the account is added by hand on the device",
        )
    account = {
        "kind": incoming.protocol,
        "address": found.email,
        "incoming": f"{incoming.host}:{incoming.port}/{incoming.security}",
        "outgoing": f"{outgoing.host}:{outgoing.port}/{outgoing.security}",
    }
    if incoming.username:
        account["username"] = incoming.username
    if outgoing.username and outgoing.username != incoming.username:
        account["outgoing-username"] = outgoing.username
    if incoming.authentication not in ("password", "none"):
        account["authentication"] = incoming.authentication
    if outgoing.authentication != "password":
        account["outgoing-authentication"] = outgoing.authentication
    return account


def _fields(setting: Setting) -> dict[str, str | int]:
    return {
        "protocol": setting.protocol,
        "host": setting.host,
        "port": setting.port,
        "security": setting.security,
        "username": setting.username,
        "authentication": setting.authentication,
        "source": setting.source,
        "place": setting.place,
        "caution": setting.caution,
    }


def _quote(text: str) -> str:
    """Write a TOML basic string, whose escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
