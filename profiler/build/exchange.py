"""Exchange and Google accounts.

Keys: https://developer.apple.com/documentation/devicemanagement/exchangeactivesync, exchangewebservices and googleaccount.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from profiler.build import advice
from profiler.build.choice import provider_of, settings_of
from profiler.build.mail import POLICY, password
from profiler.build.naming import check_address
from profiler.build.site import Account
from profiler.build.smime import smime_keys
from profiler.errors import UsageError
from profiler.model.account import EAS, EWS, GOOGLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from profiler.build.site import Site

_IOS_ONLY = (
    "token-url",
    "past-days",
    "override-password",
    "smime",
    "vpn",
    "prevent-move",
    "prevent-app-sheet",
)


def exchange_account(table: dict[str, Any], site: Site, uuid_for: Callable[[str], str]) -> Account:
    """Make an Exchange account: ActiveSync, or Web Services when the target is a Mac.

    Raises Refused when nothing is known about the address and the table names no host; UsageError.
    """
    address = check_address(table["address"])
    payload_type = EWS if site.platform("Exchange") == "macos" else EAS
    provider = provider_of(table, site, address, needed="host" not in table and not table.get("oauth"))
    settings: dict[str, Any] = {"EmailAddress": address, "SSL": True}
    if provider is not None and "host" not in table:
        settings |= settings_of(provider, payload_type, address, site)
    if "host" in table:
        settings["Host"] = table["host"]
    if "username" in table:
        settings["UserName"] = table["username"]
    if "oauth" in table:
        settings["OAuth"] = table["oauth"]
    _sign_in_pages(table, settings, payload_type)
    secret = password(table, "password", what=f"the password of {address}")
    if secret is not None:
        if settings.get("OAuth"):
            raise UsageError(f"{address}: an account that signs in on a web page (oauth) holds no password")
        settings["Password"] = secret
    if "identity" in table:
        settings["PayloadCertificateUUID"] = uuid_for(table["identity"])
    if payload_type == EAS:
        settings |= _device_keys(table, uuid_for)
    else:
        _refuse_on_mac(table, address)
        if "mail-drop" in table:
            settings["allowMailDrop"] = table["mail-drop"]
    told = advice.exchange(provider, settings | table.get("settings", {}), site, payload_type)
    return Account(payload_type, settings, told.todo, told.tells, provider.id if provider else "")


def google_account(table: dict[str, Any], site: Site, _uuid_for: Callable[[str], str]) -> Account:
    """Make a Google account, which holds no credentials: the user signs in afterwards. Raises UsageError."""
    address = check_address(table["address"])
    if site.platform("Google") == "macos":
        raise UsageError(
            f"{address}: com.apple.google-oauth does not exist on a Mac",
            hint="use an IMAP account with an app password, or the target ios",
        )
    settings: dict[str, Any] = {
        "AccountDescription": table.get("description", address),
        "EmailAddress": address,
    }
    if "name" in table:
        settings["AccountName"] = table["name"]
    provider = provider_of(table, site, address, needed=False)
    told = advice.google(site, settings)
    return Account(GOOGLE, settings, told.todo, told.tells, provider.id if provider else "google-workspace")


def _sign_in_pages(table: dict[str, Any], settings: dict[str, Any], payload_type: str) -> None:
    if "sign-in-url" in table:
        settings["OAuthSignInURL"] = table["sign-in-url"]
    if "token-url" in table and payload_type == EAS:
        settings["OAuthTokenRequestURL"] = table["token-url"]


def _device_keys(table: dict[str, Any], uuid_for: Callable[[str], str]) -> dict[str, Any]:
    keys: dict[str, Any] = {}
    if "past-days" in table:
        keys["MailNumberOfPastDaysToSync"] = int(table["past-days"])
    if "override-password" in table:
        keys["OverridePreviousPassword"] = table["override-password"]
    keys |= smime_keys(table, uuid_for)
    keys |= {key: table[name] for name, key in POLICY.items() if name in table}
    return keys


def _refuse_on_mac(table: dict[str, Any], address: str) -> None:
    for name in _IOS_ONLY:
        if name in table:
            raise UsageError(
                f"{address}: {name} does not exist for Exchange accounts on a Mac", hint="leave it out"
            )
