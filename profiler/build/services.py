"""Calendars, contacts and directories.

Keys: https://developer.apple.com/documentation/devicemanagement/caldav, carddav, subscribedcalendars and ldap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from profiler.build.mail import password
from profiler.build.site import Account
from profiler.model.account import CALDAV, CARDDAV, LDAP, SUBSCRIBED_CALENDAR

if TYPE_CHECKING:
    from collections.abc import Callable

    from profiler.build.site import Site

_SCOPES = {
    "base": "LDAPSearchSettingScopeBase",
    "one-level": "LDAPSearchSettingScopeOneLevel",
    "subtree": "LDAPSearchSettingScopeSubtree",
}


def dav_account(table: dict[str, Any], site: Site, _uuid_for: Callable[[str], str]) -> Account:
    """Make a CalDAV or CardDAV account. Raises UsageError."""
    prefix, payload_type = ("CalDAV", CALDAV) if table["kind"] == "caldav" else ("CardDAV", CARDDAV)
    settings = _account(table, prefix, f"{prefix}HostName", table["host"])
    if "port" in table:
        settings[f"{prefix}Port"] = int(table["port"])
    if "principal-url" in table:
        settings[f"{prefix}PrincipalURL"] = table["principal-url"]
    return Account(payload_type, settings, _asked(settings, site, table["host"], f"{prefix}Username"))


def subscribed_calendar(table: dict[str, Any], _site: Site, _uuid_for: Callable[[str], str]) -> Account:
    """Make a calendar to read. Its host key takes the whole address of the file. Raises UsageError."""
    return Account(
        SUBSCRIBED_CALENDAR, _account(table, "SubCalAccount", "SubCalAccountHostName", table["url"])
    )


def ldap_account(table: dict[str, Any], _site: Site, _uuid_for: Callable[[str], str]) -> Account:
    """Make a directory. Raises UsageError."""
    settings = _account(table, "LDAPAccount", "LDAPAccountHostName", table["host"], user="UserName")
    if "searches" in table:
        settings["LDAPSearchSettings"] = [
            {
                **(
                    {"LDAPSearchSettingDescription": search["description"]} if "description" in search else {}
                ),
                "LDAPSearchSettingSearchBase": search["base"],
                "LDAPSearchSettingScope": _SCOPES[search.get("scope", "subtree")],
            }
            for search in table["searches"]
        ]
    return Account(LDAP, settings)


def _account(
    table: dict[str, Any], prefix: str, host_key: str, host: str, *, user: str = "Username"
) -> dict[str, Any]:
    description = "AccountDescription" if not prefix.endswith("Account") else "Description"
    settings: dict[str, Any] = {f"{prefix}{description}": table.get("description", host), host_key: host}
    settings[f"{prefix}UseSSL"] = table.get("tls", True)
    if "username" in table:
        settings[f"{prefix}{user}"] = table["username"]
    secret = password(table, "password", what=f"the password for {host}")
    if secret is not None:
        settings[f"{prefix}Password"] = secret
    return settings


def _asked(settings: dict[str, Any], site: Site, host: str, key: str) -> tuple[str, ...]:
    if key in settings or site.interactive:
        return ()
    return (f"{host}: no user name, and device management asks nobody for it: give username",)
