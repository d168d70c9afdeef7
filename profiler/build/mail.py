"""IMAP and POP accounts: com.apple.mail.managed (https://developer.apple.com/documentation/devicemanagement/mail)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from profiler import secret
from profiler.build import advice
from profiler.build.choice import provider_of, settings_of
from profiler.build.naming import check_address, shorten
from profiler.build.site import Account
from profiler.build.smime import smime_keys
from profiler.errors import UsageError
from profiler.model import placeholder
from profiler.model.account import MAIL
from profiler.providers.provider import Server

if TYPE_CHECKING:
    from collections.abc import Callable

    from profiler.build.site import Site

_SERVER = re.compile(r"([^:/\s@]+)(?::([0-9]{1,5}))?(?:/(tls|starttls|none))?")
_PORTS = {
    "incoming imap": {"tls": 993, "starttls": 143, "none": 143},
    "incoming pop": {"tls": 995, "starttls": 110, "none": 110},
    "outgoing": {"tls": 465, "starttls": 587, "none": 587},
}
_IMPLICIT_TLS = (993, 995, 465)
_HIGHEST_PORT = 65535
_METHODS = {
    "password": "EmailAuthPassword",
    "cram-md5": "EmailAuthCRAMMD5",
    "ntlm": "EmailAuthNTLM",
    "http-md5": "EmailAuthHTTPMD5",
    "none": "EmailAuthNone",
}
POLICY = {"prevent-move": "PreventMove", "prevent-app-sheet": "PreventAppSheet", "mail-drop": "allowMailDrop"}


def mail_account(table: dict[str, Any], site: Site, uuid_for: Callable[[str], str]) -> Account:
    """Make an IMAP or POP account of an account table of a spec whose columns are filled.

    Raises Refused when nothing is known about the address and the table names no servers; UsageError.
    """
    address = check_address(table["address"])
    pop = table["kind"] == "pop"
    own_servers = "incoming" in table and "outgoing" in table
    named = "provider" in table
    provider = None if own_servers and not named else provider_of(table, site, address, needed=True)
    known = settings_of(provider, MAIL, address, site, pop=pop) if provider else {}
    settings: dict[str, Any] = {
        "EmailAccountDescription": table.get("description", address),
        "EmailAccountType": "EmailTypePOP" if pop else "EmailTypeIMAP",
        "EmailAddress": address,
    }
    if "name" in table:
        settings["EmailAccountName"] = table["name"]
    settings |= _server_keys(table, known, "Incoming", "pop" if pop else "imap")
    if "path-prefix" in table:
        settings["IncomingMailServerIMAPPathPrefix"] = table["path-prefix"]
    settings |= _server_keys(table, known, "Outgoing", "smtp")
    settings |= _passwords(table, settings, site)
    settings |= smime_keys(table, uuid_for)
    settings |= {key: table[name] for name, key in POLICY.items() if name in table}
    told = advice.mail(provider, settings | table.get("settings", {}), site, pop=pop)
    return Account(MAIL, settings, told.todo, told.tells, provider.id if provider else "")


def server(text: str, protocol: str, *, what: str) -> Server:
    """Read HOST[:PORT][/tls|/starttls|/none]; `protocol` 'imap', 'pop' or 'smtp' fills in the port. Raises UsageError."""
    match = _SERVER.fullmatch(text.strip())
    if match is None:
        raise UsageError(
            f"{what} {shorten(text)!r} is no server",
            hint="write HOST, HOST:PORT or HOST:PORT/SECURITY with tls, starttls or none",
        )
    security = match[3]
    if match[2] is None:
        security = security or "tls"
        way = "outgoing" if protocol == "smtp" else f"incoming {protocol}"
        return Server(match[1], _PORTS[way][security], security)
    port = int(match[2])
    if not 0 < port <= _HIGHEST_PORT:
        raise UsageError(f"{what} {shorten(text)!r}: a port is a number from 1 to 65535")
    return Server(match[1], port, security or ("tls" if port in _IMPLICIT_TLS else "starttls"))


def password(table: dict[str, Any], key: str, *, what: str) -> str | None:
    """Fetch the secret a table refers to; a variable of the device management stays as it is. Raises UsageError."""
    reference = table.get(key)
    if reference is None:
        return None
    if placeholder.is_variable(reference) and not secret.is_reference(reference):
        return str(reference)
    return secret.resolve(reference, what=what)


def _server_keys(table: dict[str, Any], known: dict[str, Any], way: str, protocol: str) -> dict[str, Any]:
    prefix = f"{way}MailServer"
    keys = {key: value for key, value in known.items() if key.startswith(prefix)}
    if way.lower() in table:
        chosen = server(table[way.lower()], protocol, what=way.lower())
        keys |= {
            f"{prefix}HostName": chosen.host,
            f"{prefix}PortNumber": chosen.port,
            f"{prefix}UseSSL": chosen.security != "none",
        }
    method = table.get("outgoing-authentication" if way == "Outgoing" else "authentication", "password")
    keys[f"{prefix}Authentication"] = _METHODS[method]
    if "username" in table:
        keys[f"{prefix}Username"] = table["username"]
    if way == "Outgoing" and "outgoing-username" in table:
        keys[f"{prefix}Username"] = table["outgoing-username"]
    if method == "none":
        keys.pop(f"{prefix}Username", None)
    return keys


def _passwords(table: dict[str, Any], settings: dict[str, Any], site: Site) -> dict[str, Any]:
    keys: dict[str, Any] = {}
    incoming = password(table, "password", what=f"the password of {settings['EmailAddress']}")
    outgoing = password(
        table, "outgoing-password", what=f"the outgoing password of {settings['EmailAddress']}"
    )
    if incoming is not None:
        keys["IncomingPassword"] = incoming
    if settings["OutgoingMailServerAuthentication"] == "EmailAuthNone":
        return keys
    shared = outgoing is None and _same_login(settings)
    if outgoing is None and incoming is not None and shared and not site.interactive:
        outgoing = incoming
    if outgoing is not None:
        keys["OutgoingPassword"] = outgoing
    if shared and site.interactive:
        keys["OutgoingPasswordSameAsIncomingPassword"] = True
    return keys


def _same_login(settings: dict[str, Any]) -> bool:
    """Whether both servers know the user by one login: equal names, or one the local part of the other."""
    names = [settings.get(f"{way}MailServerUsername", "") for way in ("Incoming", "Outgoing")]
    first, second = (str(name).casefold() for name in names)
    if "" in (first, second):
        return first == second
    return first == second or first.partition("@")[0] == second.partition("@")[0]
