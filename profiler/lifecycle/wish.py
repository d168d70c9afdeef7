"""What a person wants changed, turned into values of the payload: servers, user name, provider, single keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from profiler.errors import Refused, UsageError
from profiler.lifecycle import setting
from profiler.lifecycle.difference import default_of
from profiler.lifecycle.setting import Setting
from profiler.model import schema
from profiler.model.account import TLS_PORTS, Account, Authentication, account_of
from profiler.providers.settings import expected_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from profiler.document.plist import Node
    from profiler.lifecycle.editing import Text
    from profiler.model.account import Server
    from profiler.providers.database import Database
    from profiler.providers.provider import Provider

_SERVER = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]+)(?::([0-9]{1,5}))?(?:/(tls|starttls|none))?")
_PORTS = {
    ("imap", "tls"): 993, ("imap", "starttls"): 143, ("imap", "none"): 143,
    ("pop", "tls"): 995, ("pop", "starttls"): 110, ("pop", "none"): 110,
    ("smtp", "tls"): 465, ("smtp", "starttls"): 587, ("smtp", "none"): 587,
}  # fmt: skip
_HIGHEST_PORT = 65535
# What an account without a key for the port has anyway.
_HTTPS = frozenset({(443, ""), (443, "tls")})


class Wishes(NamedTuple):
    """The flags of `reconfigure`, as they were written."""

    account: str = ""
    provider: str = ""
    incoming: str = ""
    outgoing: str = ""
    username: str = ""
    settings: Sequence[str] = ()
    unset: Sequence[str] = ()

    @property
    def keys(self) -> list[str]:
        """The keys of --set and --unset."""
        named = [*(text.partition("=")[0] for text in self.settings), *self.unset]
        return [key.strip() for key in named if key.strip()]

    @property
    def of_account(self) -> bool:
        """Whether something is wished of one account."""
        flags = (self.provider, self.incoming, self.outgoing, self.username, self.account)
        return any(flags) or any(map(setting.needs_account, self.keys))


def settings_for(wishes: Wishes, document: Text, database: Database) -> Iterator[Setting]:
    """Yield what has to be written, in order; the document has to be the one they will be written to.

    Raises UsageError for flags that do not fit the account, Refused for a provider that cannot serve it.
    """
    account = choose(document.document.payloads, wishes) if wishes.of_account else None
    payload = account.payload if account is not None else None
    if account is not None and payload is not None:
        if wishes.provider:
            yield from _from_provider(account, payload, wishes.provider, database)
        for flag, text, server in (
            ("--incoming", wishes.incoming, account.incoming),
            ("--outgoing", wishes.outgoing, account.outgoing),
        ):
            if text:
                yield from _server(flag, text, server, account)
        if wishes.username:
            yield from _username(account, payload, wishes.username)
    for text in wishes.settings:
        yield setting.parse(text, payload, document)
    for key in wishes.unset:
        yield setting.parse_unset(key, payload, document)


def choose(payloads: Sequence[Node], wishes: Wishes) -> Account:
    """Find the account that is meant: by number from 1, by address or user name, or the only one that the wishes can be of.

    Raises UsageError naming the accounts when it is none or several.
    """
    accounts = [account for account in map(account_of, payloads) if account is not None]
    if not accounts:
        raise UsageError("the profile makes no account", hint="`profiler show` lists its payloads")
    wanted = wishes.account
    if not wanted:
        fitting = _meant(accounts, wishes)
        if len(fitting) == 1:
            return fitting[0]
        message = f"the profile makes {len(accounts)} accounts: {_names(accounts)}"
        raise UsageError(message, hint="choose one with --account")
    if wanted.isdecimal():
        if not 1 <= int(wanted) <= len(accounts):
            raise UsageError(f"--account {wanted}: the profile makes {len(accounts)}: {_names(accounts)}")
        return accounts[int(wanted) - 1]
    named = [
        one for one in accounts if wanted.lower() in (one.address.lower(), one.incoming.username.lower())
    ]
    fitting = _meant(named, wishes)
    if len(fitting) == 1:
        return fitting[0]
    what = "is no account" if not fitting else f"is {len(fitting)} accounts"
    raise UsageError(f"--account {wanted!r} {what}: {_names(accounts)}", hint="choose one by its number")


def _meant(accounts: Sequence[Account], wishes: Wishes) -> Sequence[Account]:
    """Those that the wishes can be of; all when there is none."""
    return [account for account in accounts if _can_be_meant(account, wishes)] or accounts


def _can_be_meant(account: Account, wishes: Wishes) -> bool:
    """Whether an account has an outgoing server if one is wished, and every key that is."""
    if (wishes.outgoing or wishes.incoming.endswith("/starttls")) and account.outgoing is None:
        return False
    known = (schema.load(account.type) or {}).get("properties", {})
    steps = [setting.parse_path(key)[0] for key in wishes.keys if setting.needs_account(key)]
    return all(step in known or account.payload.get(str(step)) is not None for step in steps)


def _names(accounts: Sequence[Account]) -> str:
    return ", ".join(
        f"{number} {account.kind} {account.address or account.incoming.username or account.incoming.host}".rstrip()
        for number, account in enumerate(accounts, 1)
    )


def _put(payload: Node, key: str, value: Any) -> Iterator[Setting]:
    """Write a key unless the device takes that value anyway."""
    name = payload.string("PayloadType") or ""
    if payload.get(key) is None and default_of(name, key) == value:
        return
    yield Setting((*payload.path, key), value)


def _server(flag: str, text: str, server: Server | None, account: Account) -> Iterator[Setting]:
    payload = account.payload
    if server is None or not server.keys.host:
        raise UsageError(f"{flag}: an account of kind {account.kind} has no such server")
    match = _SERVER.fullmatch(text.strip())
    if match is None:
        hint = "write HOST, HOST:PORT or HOST:PORT/SECURITY with tls, starttls or none"
        raise UsageError(f"{flag} {text!r} is no server", hint=hint)
    host, port, security = match[1].strip("[]"), int(match[2]) if match[2] else None, match[3] or ""
    mail = server.protocol in ("imap", "pop", "smtp")
    if port is not None and not 0 < port <= _HIGHEST_PORT:
        raise UsageError(f"{flag} {text!r}: a port is a number from 1 to {_HIGHEST_PORT}")
    if security == "starttls" and not mail:
        raise UsageError(f"{flag} {text!r}: STARTTLS is for IMAP, POP and SMTP", hint="write /tls or /none")
    if port is not None and not server.keys.port and (port, security) not in _HTTPS:
        raise UsageError(f"{flag} {text!r}: this account has no key for a port", hint="leave the port out")
    if port is None and security and mail:
        port = _PORTS[server.protocol, security]
    if not security and port in TLS_PORTS and mail:
        security = "tls"
    yield from _put(payload, server.keys.host, host)
    if port is not None and server.keys.port:
        yield from _put(payload, server.keys.port, port)
    if security:
        yield from _put(payload, server.keys.ssl, security != "none")


def _username(account: Account, payload: Node, name: str) -> Iterator[Setting]:
    incoming, outgoing = account.incoming, account.outgoing
    if not incoming.keys.username:
        raise UsageError(f"--username: a {account.kind} account has no user name but its address")
    yield from _put(payload, incoming.keys.username, name)
    signs_in = outgoing is not None and outgoing.authentication is not Authentication.NONE
    if outgoing is not None and outgoing.username == incoming.username and (outgoing.username or signs_in):
        yield from _put(payload, outgoing.keys.username, name)


def _from_provider(account: Account, payload: Node, wanted: str, database: Database) -> Iterator[Setting]:
    provider = _provider(wanted, account, database)
    pop = account.kind == "pop"
    expected = expected_settings(provider, account.type, account.address, pop=pop)
    platform = "macos" if account.kind == "ews" else "ios"
    possible = provider.protocols(platform)
    kind = "exchange" if account.kind == "ews" else account.kind
    if not expected or kind not in possible:
        way = f"it can be set up as {' or '.join(possible)}" if possible else "no profile can set it up"
        hint = "build a new profile: `profiler build`" if possible else provider.help_url
        raise Refused(f"{provider.name} cannot be set up as {kind} by a profile: {way}", hint=hint)
    names = {server.keys.username: server for server in account.servers if server.keys.username}
    for key, value in expected.items():
        if key in ("EmailAddress", "EmailAccountType"):
            continue
        server = names.get(key)
        if server is not None:
            told = account.address and server.username
            sends = server.protocol == "smtp"
            if not told or provider.accepts_username(account.address, server.username, outgoing=sends):
                continue
        yield from _put(payload, key, value)


def _provider(wanted: str, account: Account, database: Database) -> Provider:
    found = database.get(wanted.lower()) or database.find(wanted)
    if found is None:
        near = [one.id for one in database.search(wanted)][:5]
        hint = f"did you mean {', '.join(near)}?" if near else "`profiler providers` lists them"
        raise UsageError(f"--provider {wanted!r} is not in the database", hint=hint)
    return found.for_domain(account.domain) if account.domain else found
