"""From what the user names, a profile or an address, to the accounts to check."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from profiler.document.document import Document
from profiler.document.source import read
from profiler.errors import Refused
from profiler.live.anchors import Anchors, anchors
from profiler.live.check import Target, carried_certificates, choose, target_of
from profiler.live.discover import Discovery, discover
from profiler.live.endpoint import Endpoint, Side, doors
from profiler.live.fetch import Fetcher
from profiler.live.probe import Settings
from profiler.live.resolver import Resolver
from profiler.model.account import Authentication
from profiler.providers.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable

    from profiler.live.setting import Setting


def is_address(text: str) -> bool:
    """Whether the user named a mail address and not a file, which may be missing."""
    is_file = "/" in text or text.endswith(".mobileconfig") or Path(text).exists()
    return "@" in text and not is_file


def of_file(path: Path, wanted: str | None, ca: Path | None) -> tuple[list[Target], Callable[[], Anchors]]:
    """Read a profile: its accounts, and what it trusts. Raises ProfilerError and UsageError."""
    document = Document(read(path))
    accounts = choose(document, wanted)
    providers = Database.load()
    return [target_of(account, providers) for account in accounts], trusted_by(ca, document)


def of_address(email: str, ca: Path | None, timeout: float) -> tuple[list[Target], Callable[[], Anchors]]:
    """Find the servers of an address. Raises Refused when nobody knows them."""
    found = discovery(email, ca, timeout=timeout)
    endpoints = tuple(_endpoint(setting, email) for setting in found.best())
    if not endpoints:
        raise unknown(found)
    page = found.provider.status_url if found.provider else ""
    return [Target(email, endpoints, page)], trusted_by(ca, None)


def discovery(email: str, ca: Path | None, *, timeout: float, offline: bool = False) -> Discovery:
    """Ask everybody for the settings of an address; `timeout` in seconds for each source."""
    providers, resolver = Database.load(), Resolver(timeout=timeout)
    fetcher = Fetcher(resolver, trusted_by(ca, None), timeout=timeout)
    return asyncio.run(discover(email, providers, resolver, fetcher, offline=offline))


def unknown(found: Discovery) -> Refused:
    """Say that nobody knows the servers, who was asked, and the ways on."""
    asked = "; ".join(f"{attempt.source}: {attempt.reason}" for attempt in found.attempts if attempt.reason)
    return Refused(
        f"no settings are known for {found.email} ({asked})",
        hint="ask the provider for the servers, and write them into a spec (profiler build --spec) or a provider file",
    )


def trusted_by(ca: Path | None, document: Document | None) -> Callable[[], Anchors]:
    """Tell what is trusted, when somebody asks; a file that cannot be read is complained about at once."""

    @cache
    def trusted() -> Anchors:
        return anchors(given=ca, carried=carried_certificates(document) if document else ())

    if ca is not None:
        trusted()
    return trusted


def settings(trusted: Callable[[], Anchors], *, timeout: float, login: bool) -> Settings:
    """Put together what all probes share; the resolver is the system's, or PROFILER_RESOLVER."""
    return Settings(Resolver(timeout=timeout), trusted, timeout, login)


def with_passwords(
    targets: list[Target], given: str | None, ask: Callable[[str], str | None]
) -> list[Target]:
    """Give every account its password: the one given, else its own, else what `ask` gets to know."""
    return [_with_password(target, given, ask) for target in targets]


def _with_password(target: Target, given: str | None, ask: Callable[[str], str | None]) -> Target:
    if given is None and not any(_lacks_password(endpoint) for endpoint in target.endpoints):
        return target
    password = ask(f"password for {target.account}") if given is None else given
    endpoints = (
        replace(endpoint, password=password) if given is not None or _lacks_password(endpoint) else endpoint
        for endpoint in target.endpoints
    )
    return replace(target, endpoints=tuple(endpoints))


def _lacks_password(endpoint: Endpoint) -> bool:
    needs = endpoint.authentication not in (Authentication.NONE, Authentication.OAUTH)
    return needs and endpoint.password is None and bool(endpoint.host)


def _endpoint(setting: Setting, email: str) -> Endpoint:
    side = Side.OUTGOING if setting.protocol == "smtp" else Side.INCOMING
    door = doors(setting.protocol, setting.port, tls=True)
    method = Authentication(setting.authentication)
    return Endpoint(side, setting.protocol, setting.host, door, method, setting.username, email)
