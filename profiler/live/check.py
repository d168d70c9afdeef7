"""All accounts of a profile, or of an address, checked at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from profiler.errors import ProfilerError, UsageError
from profiler.live.endpoint import DAV_PROTOCOLS, LINE_PROTOCOLS, Door, Endpoint, endpoints_of
from profiler.live.ldap_probe import LdapProbe
from profiler.live.mail_probe import MailProbe
from profiler.live.report import AccountReport, Status, Step
from profiler.live.resolver import NameNotFoundError, NoAnswerError
from profiler.live.web_probe import WebProbe
from profiler.model import placeholder
from profiler.model.account import ACCOUNT_TYPES, Account, Authentication, Security, account_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from profiler.document.document import Document
    from profiler.live.probe import Probe, Settings
    from profiler.live.resolver import Resolver
    from profiler.providers.database import Database

CERTIFICATE_TYPES = ("com.apple.security.root", "com.apple.security.pem", "com.apple.security.pkcs1")
_GRACE = (
    1.0  # seconds that the records of a mail domain, which are extra, may still take when all else is done
)
_AUTODISCOVER_PATH = "/autodiscover/autodiscover.xml"
_MICROSOFT_HOST = "outlook.office365.com"


@dataclass(frozen=True)
class Target:
    """An account to check: how reports name it, its servers, and the provider's status page if we know one."""

    account: str
    endpoints: tuple[Endpoint, ...]
    status_page: str = ""

    @property
    def domain(self) -> str:
        """The domain of the mail address, empty without one."""
        return next((e.address.rpartition("@")[2].lower() for e in self.endpoints if "@" in e.address), "")


def choose(document: Document, wanted: str | None = None) -> list[Account]:
    """Pick the accounts of a profile to check: all of them, or the one with a number (from 1) or an address.

    Raises ProfilerError when the profile has none, UsageError when it has not the one that is wanted.
    """
    name = document.source.name
    if document.root is None:
        reason = document.problems[0].message if document.problems else "it is empty"
        raise ProfilerError(f"{name}: cannot be read: {reason}")
    if document.encrypted and not document.payloads:
        raise ProfilerError(f"{name}: is encrypted", hint="profiler decrypt opens it with the device's key")
    accounts = [account for payload in document.payloads if (account := account_of(payload)) is not None]
    if not accounts:
        hint = f"a check needs a payload such as {', '.join(sorted(ACCOUNT_TYPES)[:3])}"
        raise ProfilerError(f"{name}: holds no account, so there is nothing to check", hint=hint)
    if wanted is None:
        return accounts
    known = ", ".join(f"{number} {title(account)}" for number, account in enumerate(accounts, 1))
    if wanted.isdecimal():
        chosen = accounts[int(wanted) - 1 : int(wanted)] if int(wanted) else []
    else:
        chosen = [
            account
            for account in accounts
            if wanted.casefold() in (name.casefold() for name in _names(account))
        ]
    if not chosen:
        raise UsageError(f"{name}: has no account {wanted}", hint=f"its accounts are {known}")
    return chosen


def _names(account: Account) -> tuple[str, str, str]:
    return account.address, account.incoming.username, title(account)


def title(account: Account) -> str:
    """Name an account: by its address, else a user name that is one, else user and host, else what it calls itself."""
    server = account.incoming
    return (
        account.address
        or (server.username if "@" in server.username else "")
        or (f"{server.username}@{server.host}" if server.username else "")
        or server.host
        or account.kind
    )


def carried_certificates(document: Document) -> list[bytes]:
    """Certificates that the profile itself brings to the device."""
    payloads = [
        payload for payload in document.payloads if payload.string("PayloadType") in CERTIFICATE_TYPES
    ]
    found = [payload.get("PayloadContent") for payload in payloads]
    return [node.value for node in found if node is not None and node.kind == "data"]


def target_of(account: Account, providers: Database) -> Target:
    """Make a target of an account in a profile."""
    provider = providers.by_host(account.incoming.host) or providers.find(account.domain)
    return Target(
        title(account),
        tuple(_with_host(endpoint) for endpoint in endpoints_of(account)),
        provider.status_url if provider else "",
    )


def check(
    targets: Iterable[Target], settings: Settings, done: Callable[[], object] = lambda: None
) -> list[AccountReport]:
    """Check all targets at the same time; `done` is called after each."""
    return asyncio.run(check_together(list(targets), settings, done))


async def check_together(
    targets: list[Target], settings: Settings, done: Callable[[], object]
) -> list[AccountReport]:
    """Check all targets at the same time, and look up the records of their mail domains meanwhile."""
    domains = {target.domain for target in targets if "." in target.domain}
    lookups = {domain: asyncio.create_task(_domain_records(domain, settings.resolver)) for domain in domains}

    async def one(target: Target) -> AccountReport:
        steps = await asyncio.gather(*(_steps(endpoint, settings) for endpoint in target.endpoints))
        done()
        return AccountReport(target.account, [step for side in steps for step in side], target.status_page)

    try:
        reports = await asyncio.gather(*(one(target) for target in targets))
        if lookups:
            await asyncio.wait(lookups.values(), timeout=min(_GRACE, settings.timeout))
        for target, report in zip(targets, reports, strict=True):
            lookup = lookups.get(target.domain)
            if lookup is not None and lookup.done():
                report.steps = [_with_records(step, lookup.result()) for step in report.steps]
    finally:
        for task in lookups.values():
            task.cancel()
        await asyncio.gather(*lookups.values(), return_exceptions=True)
    return reports


async def _steps(endpoint: Endpoint, settings: Settings) -> list[Step]:
    if not endpoint.host:
        nothing = (
            "The user signs in on the provider's web page"
            if endpoint.protocol == "google"
            else "The profile names no server"
        )
        todo = "" if endpoint.protocol == "google" else "Put the server's name into the profile"
        status = Status.SKIPPED if endpoint.protocol == "google" else Status.FAILED
        return [Step(f"{endpoint.side}-dns", "", status, nothing, todo)]
    if placeholder.marks(endpoint.host):
        message = f"The profile names no server yet: {endpoint.host} is filled in before it reaches a device"
        todo = "Check a profile that is filled in, or the address of one of its users"
        return [Step(f"{endpoint.side}-dns", "", Status.SKIPPED, message, todo)]
    kind: type[Probe] = WebProbe
    if endpoint.protocol in LINE_PROTOCOLS:
        kind = MailProbe
    elif endpoint.protocol == "ldap":
        kind = LdapProbe
    return await kind(endpoint, settings).run()


def _with_host(endpoint: Endpoint) -> Endpoint:
    """Fill in the host where the device finds it by itself, and take a web address apart."""
    if endpoint.protocol in ("exchange", "ews") and not endpoint.host:
        if endpoint.authentication is Authentication.OAUTH:
            return replace(endpoint, host=_MICROSOFT_HOST)
        domain = endpoint.address.rpartition("@")[2]
        return replace(endpoint, host=f"autodiscover.{domain}" if domain else "", path=_AUTODISCOVER_PATH)
    if "://" in endpoint.host or "/" in endpoint.host or "://" in endpoint.path:
        return _from_address(endpoint)
    return endpoint


def _from_address(endpoint: Endpoint) -> Endpoint:
    from urllib.parse import urlsplit  # noqa: PLC0415

    in_host = endpoint.protocol not in DAV_PROTOCOLS or "://" in endpoint.host
    text = endpoint.host if in_host else endpoint.path
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        host, port = parts.hostname or endpoint.host, parts.port
    except ValueError:
        return endpoint
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    door = endpoint.doors[0]
    if port is not None:
        door = Door(port, Security.NONE if parts.scheme == "http" else door.security)
    return replace(endpoint, host=host.lower() if in_host else endpoint.host, path=path, doors=(door,))


async def _domain_records(domain: str, resolver: Resolver) -> str:
    """Say in one sentence where the domain receives mail and which servers it announces."""
    names = ("_imaps", "_submission", "_submissions")
    answers = await asyncio.gather(
        resolver.mx(domain),
        *(resolver.srv(f"{name}._tcp.{domain}") for name in names),
        return_exceptions=True,
    )
    exchangers, *services = answers
    said = []
    if isinstance(exchangers, list):
        said.append(
            f"{domain} receives mail at {exchangers[0]}"
            if exchangers
            else f"{domain} receives no mail (null MX)"
        )
    elif isinstance(exchangers, NameNotFoundError):
        said.append(f"{domain} has no MX record")
    elif isinstance(exchangers, BaseException) and not isinstance(exchangers, NoAnswerError):
        raise exchangers
    for name, service in zip(names, services, strict=True):
        if isinstance(service, list) and service and service[0].host:
            said.append(f"announces {name[1:]} at {service[0].host}:{service[0].port}")
    return ", ".join(said)


def _with_records(step: Step, records: str) -> Step:
    if not records or step.step != "incoming-dns":
        return step
    return replace(step, message=f"{step.message}; {records}")
