"""Settings for an address: provider database, autoconfig, PACC draft, SRV records, MX; and where each one came from."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from profiler.errors import UsageError
from profiler.live import autoconfig, pacc
from profiler.live.fetch import Fetcher, FetchError
from profiler.live.resolver import NameNotFoundError, NoAnswerError
from profiler.live.setting import Setting

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from profiler.live.resolver import Resolver
    from profiler.providers.database import Database
    from profiler.providers.provider import Provider

DATABASE, PLAIN, SRV, MX = "provider database", "autoconfig over plain http", "SRV records", "MX record"
_SERVICES = (
    ("_imaps", "imap", "tls"),
    ("_imap", "imap", "starttls"),
    ("_pop3s", "pop", "tls"),
    ("_pop3", "pop", "starttls"),
    ("_submissions", "smtp", "tls"),
    ("_submission", "smtp", "starttls"),
    ("_caldavs", "caldav", "tls"),
    ("_carddavs", "carddav", "tls"),
)


@dataclass(frozen=True)
class Attempt:
    """One place that was asked, and what came of it: settings, or the reason why there are none."""

    source: str
    settings: tuple[Setting, ...] = ()
    reason: str = ""


@dataclass
class Discovery:
    """All that was found out about an address; `provider` when the database knows who runs its mail."""

    email: str
    attempts: list[Attempt] = field(default_factory=list)
    provider: Provider | None = None

    @property
    def settings(self) -> list[Setting]:
        """All settings, those of the most reliable source first."""
        return [setting for attempt in self.attempts for setting in attempt.settings]

    def best(self, *, plain_http: bool = False) -> list[Setting]:
        """Choose one incoming and one outgoing server, from one source where it names both.

        Servers without encryption are never chosen, nor what came over plain http unless that is asked for.
        """
        usable = [
            [s for s in attempt.settings if s.security != "none" and (plain_http or s.source != PLAIN)]
            for attempt in self.attempts
        ]
        for settings in usable:
            pair = _pair(settings)
            if len(pair) == 2:  # noqa: PLR2004 - incoming and outgoing
                return pair
        return _pair([setting for settings in usable for setting in settings])


def _pair(settings: list[Setting]) -> list[Setting]:
    incoming = next((s for kind in ("imap", "pop") for s in settings if s.protocol == kind), None)
    outgoing = next((s for s in settings if s.protocol == "smtp"), None)
    return [setting for setting in (incoming, outgoing) if setting is not None]


def domain_of(email: str) -> str:
    """Return the domain of an address, in the form DNS knows. Raises UsageError."""
    local, _, domain = email.rpartition("@")
    try:
        ascii_domain = domain.strip().rstrip(".").lower().encode("idna").decode("ascii")
    except UnicodeError:
        ascii_domain = ""
    if (
        not local
        or "." not in ascii_domain
        or any(character.isspace() for character in email)
        or not autoconfig.HOST.fullmatch(ascii_domain)
    ):
        raise UsageError(f"{email!r} is not a mail address", hint="write it as name@example.com")
    return ascii_domain


async def discover(
    email: str, providers: Database, resolver: Resolver, fetcher: Fetcher, *, offline: bool = False
) -> Discovery:
    """Ask one source after the other's rank, all at the same time. What the database knows needs no network."""
    domain = domain_of(email)
    known = providers.find(domain)
    if known is not None:
        return Discovery(
            email, [Attempt(DATABASE, tuple(of_provider(known, email, DATABASE, known.id)))], known
        )
    found = Discovery(email, [Attempt(DATABASE, reason=f"{domain} is not in it")])
    if offline:
        return found
    first, second = autoconfig.addresses(domain, email)
    plain = first.partition("?")[0].replace("https://", "http://", 1)  # the address is not told to everybody
    *attempts, (last, provider) = await asyncio.gather(
        _attempt(autoconfig.SOURCE, lambda: _document(fetcher, first, email)),
        _attempt(autoconfig.SOURCE, lambda: _document(fetcher, second, email)),
        _attempt(pacc.SOURCE, lambda: _pacc(fetcher, resolver, domain, email)),
        _attempt(SRV, lambda: _services(resolver, domain, email)),
        _attempt(PLAIN, lambda: _plain(fetcher, plain, email)),
        _by_exchanger(providers, resolver, domain, email),
    )
    return Discovery(email, [*found.attempts, *attempts, last], provider)


async def _by_exchanger(
    providers: Database, resolver: Resolver, domain: str, email: str
) -> tuple[Attempt, Provider | None]:
    try:
        exchangers = await resolver.mx(domain)
    except (NameNotFoundError, NoAnswerError) as error:
        return Attempt(MX, reason=str(error)), None
    provider = next((p for host in exchangers if (p := providers.by_mx(host)) is not None), None)
    if provider is None:
        unknown = f"{exchangers[0]} is no provider we know" if exchangers else ""
        return Attempt(MX, reason=unknown or "the domain receives no mail (null MX)"), None
    settings = of_provider(provider.for_domain(domain), email, MX, exchangers[0])
    return Attempt(MX, tuple(settings)), provider


def of_provider(provider: Provider, email: str, source: str, place: str) -> list[Setting]:
    """Turn what is known of a provider into settings."""
    found = []
    for protocol in ("imap", "pop", "smtp", "exchange"):
        server = provider.usable(protocol)
        if server is not None:
            name = provider.username_for(email, outgoing=protocol == "smtp") or ""
            method = "password" if provider.password_off_since is None and protocol != "exchange" else "oauth"
            if protocol == "exchange" and provider.oauth == "none":
                method = "password"
            found.append(
                Setting(protocol, server.host, server.port, server.security, name, method, source, place)
            )
    return found


async def _attempt(source: str, ask: Callable[[], Awaitable[list[Setting]]]) -> Attempt:
    try:
        return Attempt(source, tuple(await ask()))
    except (
        FetchError,
        autoconfig.AutoconfigError,
        pacc.PaccError,
        NameNotFoundError,
        NoAnswerError,
    ) as error:
        return Attempt(source, reason=str(error))


async def _document(fetcher: Fetcher, url: str, email: str) -> list[Setting]:
    return autoconfig.parse(await fetcher.get(url), email, url)


async def _plain(fetcher: Fetcher, url: str, email: str) -> list[Setting]:
    from dataclasses import replace  # noqa: PLC0415

    caution = "came over plain http: anybody on the way could have changed it"
    return [
        replace(setting, source=PLAIN, caution=caution) for setting in await _document(fetcher, url, email)
    ]


async def _pacc(fetcher: Fetcher, resolver: Resolver, domain: str, email: str) -> list[Setting]:
    url = pacc.address(domain)
    data = await fetcher.get(url)
    return pacc.parse(data, await resolver.txt(pacc.record(domain)), email, url)


async def _services(resolver: Resolver, domain: str, email: str) -> list[Setting]:
    """RFC 6186, 8314 and 6764: what SRV records announce; a host elsewhere is a caution, as DNS alone does not prove it."""
    names = [f"{service}._tcp.{domain}" for service, _, _ in _SERVICES]
    answers = await asyncio.gather(*(resolver.srv(name) for name in names), return_exceptions=True)
    found: list[tuple[int, Setting]] = []
    unanswered: list[BaseException] = []
    for (_, protocol, security), name, answer in zip(_SERVICES, names, answers, strict=True):
        if isinstance(answer, BaseException):
            unanswered += [] if isinstance(answer, NameNotFoundError) else [answer]
        elif answer and autoconfig.HOST.fullmatch(answer[0].host) and answer[0].port:
            best = answer[0]
            elsewhere = best.host != domain and not best.host.endswith("." + domain)
            caution = f"{best.host} is outside {domain}, which DNS alone does not prove" if elsewhere else ""
            setting = Setting(protocol, best.host, best.port, security, email, "password", SRV, name, caution)
            found.append((best.priority, setting))
    if unanswered and not found:
        raise unanswered[0]
    if not found:
        raise NameNotFoundError(f"{domain} announces no mail service")
    return [setting for _, setting in sorted(found, key=lambda pair: pair[0])]
