"""What people must know and do, in plain words: for the one who builds (todo) and the one who installs (tells)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from profiler.model.account import MAIL

if TYPE_CHECKING:
    from profiler.build.site import Site
    from profiler.providers.provider import Provider

_FETCH = (
    "New mail is fetched, not pushed: Settings > Apps > Mail > Mail Accounts > Fetch New Data sets how often."
)
_FETCH_ON_MAC = (
    "New mail is fetched, not pushed: Settings > General > Check for new messages in Mail sets how often."
)
_POP = "Set up a POP account on one device only: mail that only this device holds is lost with the account."


class Advice(NamedTuple):
    """Lines for the builder, and sentences for the description that users read before they install."""

    todo: tuple[str, ...]
    tells: tuple[str, ...]


def mail(provider: Provider | None, settings: dict[str, Any], site: Site, *, pop: bool) -> Advice:
    """Advise on an IMAP or POP account with these keys."""
    address = settings["EmailAddress"]
    tells, todo = [], []
    if provider is not None:
        tells += _app_password(provider)
        todo += [_with_help(text, provider) for text in tells]
        tells += provider.switches
        todo += provider.switches
        todo += _retirements(provider, MAIL, site)
        if provider.oauth == "no-payload":
            todo.append(
                f"{provider.name} also has a sign-in page, which no profile can carry: whoever wants it adds the account by "
                "hand in Settings."
            )
        if "IncomingMailServerUsername" not in settings:
            told, why = _username(provider)
            tells.append(told)
            todo.append(
                f"{why}: give --set IncomingMailServerUsername=NAME --set OutgoingMailServerUsername=NAME, or let the "
                "device ask."
            )
        if provider.push == "no":
            fetch = _FETCH_ON_MAC if site.targets.platforms == {"macos"} else _FETCH
            tells.append(fetch)
            todo.append(fetch)
    if pop:
        tells.append(_POP)
        todo.append(_POP)
    asked = [
        name
        for name, key in (
            ("the sender's name", "EmailAccountName"),
            ("the user name", "IncomingMailServerUsername"),
            ("the password", "IncomingPassword"),
        )
        if key not in settings
    ]
    todo += _left_open(address, asked, site)
    return Advice(tuple(todo), tuple(tells))


def exchange(provider: Provider | None, settings: dict[str, Any], site: Site, payload_type: str) -> Advice:
    """Advise on an Exchange account with these keys."""
    address = settings["EmailAddress"]
    todo: list[str] = []
    tells: list[str] = []
    if provider is not None:
        todo += provider.switches
        todo += _retirements(provider, payload_type, site)
    if settings.get("OAuth"):
        page = provider.name if provider else "the organisation"
        tells.append(f"After the installation a page of {page} asks you to sign in.")
        todo.append(
            f"{address}: the user signs in on a page of {page} after the installation; the profile holds no password."
        )
        return Advice(tuple(todo), tuple(tells))
    if "Host" not in settings:
        todo.append(
            f"{address}: no host is set, so the device looks for it (autodiscovery); --set Host=NAME names it."
        )
    asked = [
        name
        for name, key in (("the user name", "UserName"), ("the password", "Password"))
        if key not in settings and "PayloadCertificateUUID" not in settings
    ]
    todo += _left_open(address, asked, site)
    return Advice(tuple(todo), tuple(tells))


def google(site: Site, settings: dict[str, Any]) -> Advice:
    """Advise on a Google account."""
    todo = [
        f"{settings['EmailAddress']}: the user signs in on a page of Google after the installation; the profile holds no password."
    ]
    if site.interactive:
        todo.append(
            "Apple describes Google accounts for device management, and for Apple Configurator on supervised devices: try one "
            "device before you send the profile to people."
        )
    todo.append(_FETCH)
    return Advice(tuple(todo), ("After the installation a page of Google asks you to sign in.", _FETCH))


def _username(provider: Provider) -> tuple[str, str]:
    """Tell the user which name to type, and the builder why it is not in the profile."""
    if provider.username == "local-part":
        why = (
            f"{provider.name} wants the part before the @ as user name, which cannot be told from a variable"
        )
        return "The user name is the part of the address before the @.", why
    why = f"{provider.name} hands out user names that the address does not tell"
    return f"The user name is the one that {provider.name} gave you.", why


def _app_password(provider: Provider) -> list[str]:
    name = provider.app_password_name
    article = "an" if name[0] in "aeiou" else "a"
    called = name if "app password" in name.lower() else f"{name} (an app password)"
    if provider.app_password == "required":  # noqa: S105 - a word, not a password
        return [
            f"Sign in with {article} {called}, made in the account at {provider.name}: the password of the account itself is refused."
        ]
    if provider.app_password == "supported":  # noqa: S105 - a word, not a password
        return [
            f"If two-step sign-in is on, sign in with {article} {called}, made in the account at {provider.name}."
        ]
    return []


def _with_help(text: str, provider: Provider) -> str:
    return f"{text} See {provider.help_url}" if provider.help_url else text


def _retirements(provider: Provider, payload_type: str, site: Site) -> list[str]:
    concerned = {"service", payload_type} | ({"smtp"} if payload_type == MAIL else set())
    return [
        f"{entry.text.rstrip('.')} ({'since' if entry.date <= site.today else 'on'} {entry.date})."
        for entry in provider.retirements
        if entry.what in concerned
    ]


def _left_open(address: str, asked: list[str], site: Site) -> list[str]:
    if not asked:
        return []
    if site.interactive:
        return [f"{address}: the device asks for {_list(asked)} at the installation."]
    names = [name for name in asked if name != "the password"]
    lines = [f"{address}: missing for device management, which asks nobody: {_list(names)}."] if names else []
    if "the password" in asked:
        lines.append(f"{address}: Mail asks for the password when the account is first used.")
    return lines


def _list(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
