"""What is known about one mail provider: servers, sign-in, and what a profile can express of it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_SERVER = re.compile(r"([^:/]+):([0-9]+)/(tls|starttls|none)")
_DAYS = {"app_password_since", "password_off_since", "checked"}
_LISTS = ("imap", "pop", "smtp", "exchange", "ews")


class Server(NamedTuple):
    """One address of a server. `security` is 'tls' (from the first byte), 'starttls' or 'none'; `legacy` is an old name."""

    host: str
    port: int
    security: str
    legacy: bool = False

    def __str__(self) -> str:
        """Write the notation of the data files and of the command line: HOST:PORT/SECURITY."""
        return f"{self.host}:{self.port}/{self.security}"


class Retirement(NamedTuple):
    """Something ends on `date`; `what` is 'service', 'smtp' or the payload type that stops working."""

    date: date
    what: str
    text: str


class Provider(NamedTuple):
    """One provider, as its file in `data/` (schema: provider.schema.json) says.

    Servers stand in order of preference, names of the past last. `username` and `outgoing_username` are 'address', 'local-part',
    'either' or 'other' (the provider hands it out); `username_accepted` are further forms that work. `oauth` is 'none',
    'no-payload' (no payload carries it), 'google' or 'microsoft'. `path_prefix` is '' or 'forbidden'.
    """

    id: str
    name: str
    domains: tuple[str, ...] = ()
    mx: tuple[str, ...] = ()
    family: str = ""
    region: str = ""
    consumer: bool = False
    imap: tuple[Server, ...] = ()
    pop: tuple[Server, ...] = ()
    smtp: tuple[Server, ...] = ()
    exchange: tuple[Server, ...] = ()
    ews: tuple[Server, ...] = ()
    autodiscovery: bool = False
    hosts_of: str = ""
    path_prefix: str = ""
    username: str = "address"
    outgoing_username: str = "address"
    username_accepted: tuple[str, ...] = ()
    username_template: str = ""
    app_password: str = "none"  # noqa: S105 - a word, not a password
    app_password_since: date | None = None
    app_password_name: str = "app password"  # noqa: S105 - a word, not a password
    password_off_since: date | None = None
    oauth: str = "none"
    push: str = "unknown"
    desktop_only: bool = False
    switches: tuple[str, ...] = ()
    retirements: tuple[Retirement, ...] = ()
    help_url: str = ""
    status_url: str = ""
    source: tuple[str, ...] = ()
    checked: date | None = None
    confidence: str = "inferred"
    notes: tuple[str, ...] = ()

    def servers(self) -> Iterator[Server]:
        """All servers of all protocols, old names included."""
        for name in _LISTS:
            yield from getattr(self, name)

    def for_domain(self, domain: str) -> Provider:
        """Put the domain of an address into hosts that depend on it, such as mail.{domain}."""
        if not any("{domain}" in server.host for server in self.servers()):
            return self
        filled: dict[str, Any] = {
            name: tuple(s._replace(host=s.host.replace("{domain}", domain)) for s in getattr(self, name))
            for name in _LISTS
        }
        return self._replace(**filled)

    def usable(self, protocol: str) -> Server | None:
        """Return the first server for 'imap', 'pop', 'smtp', 'exchange' or 'ews' that encrypts and is no old name."""
        servers: tuple[Server, ...] = getattr(self, protocol)
        return next((s for s in servers if s.security != "none" and not s.legacy), None)

    def protocols(self, platform: str = "ios") -> tuple[str, ...]:
        """Return what a profile can set up on a platform, best first: of 'google', 'exchange', 'imap', 'pop'.

        Empty when no profile can do it: encryption missing, sign-in that no payload carries, desktop bridge.
        """
        if self.desktop_only:
            return ()
        mac = platform == "macos"
        exchange = self.usable("ews" if mac else "exchange") or self.autodiscovery
        found = ["google"] if self.oauth == "google" and not mac else []
        if self.oauth == "microsoft" and exchange:
            found.append("exchange")
        if self.password_off_since is None and self.usable("smtp"):
            found += [protocol for protocol in ("imap", "pop") if self.usable(protocol)]
        if self.oauth != "microsoft" and exchange:
            found.append("exchange")
        return tuple(found)

    def app_password_at(self, now: date) -> str:
        """Return 'required', 'supported', 'impossible' or 'none', as it is on a day."""
        if self.app_password_since and now < self.app_password_since:
            return "supported"
        return self.app_password

    def password_works_at(self, now: date) -> bool:
        """Whether IMAP, POP and SMTP accept any password, app passwords included, on a day."""
        return self.password_off_since is None or now < self.password_off_since

    def username_for(self, address: str, *, outgoing: bool = False) -> str | None:
        """Return the user name of an address, or None when the provider hands out names that no address tells."""
        local, _, domain = address.rpartition("@")
        if self.username_template:
            return self.username_template.format(local=local, domain=domain)
        form = self.outgoing_username if outgoing else self.username
        return {"address": address, "either": address, "local-part": local}.get(form)

    def accepts_username(self, address: str, name: str, *, outgoing: bool = False) -> bool:
        """Whether a user name has a form that the provider takes for an address."""
        form = self.outgoing_username if outgoing else self.username
        forms = {form, *self.username_accepted}
        if "other" in forms and not self.username_template:
            return True
        if self.username_template and name == self.username_for(address):
            return True
        folded = name.casefold()
        whole, local = address.casefold(), address.rpartition("@")[0].casefold()
        return (folded == whole and bool(forms & {"address", "either"})) or (
            folded == local and bool(forms & {"local-part", "either"})
        )


def parse_server(text: str, *, legacy: bool = False) -> Server:
    """Read HOST:PORT/SECURITY. Raises ValueError."""
    match = _SERVER.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not HOST:PORT/SECURITY with tls, starttls or none")
    return Server(match[1].lower(), int(match[2]), match[3], legacy)


def from_table(table: dict[str, Any]) -> Provider:
    """Make a provider from the contents of its file, which must be valid under provider.schema.json; dates may be texts."""
    old = table.get("legacy", {})
    values: dict[str, Any] = {
        key.replace("-", "_"): tuple(value) if isinstance(value, list) else value
        for key, value in table.items()
        if key not in ("legacy", "retirement")
    }
    for name in _LISTS:
        values[name] = tuple(map(parse_server, table.get(name, ()))) + tuple(
            parse_server(text, legacy=True) for text in old.get(name, ())
        )
    values.setdefault("outgoing_username", values.get("username", "address"))
    for name in _DAYS & values.keys():
        values[name] = _day(values[name])
    values["retirements"] = tuple(
        Retirement(**{**entry, "date": _day(entry["date"])}) for entry in table.get("retirement", ())
    )
    return Provider(**values)


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
