"""Which Exchange accounts are at Microsoft's cloud, and not at a server somebody runs.

Source: https://learn.microsoft.com/microsoft-365/enterprise/urls-and-ip-address-ranges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from profiler.model.account import Account
    from profiler.rules.run import Run

_HOSTS = (".office365.com", ".outlook.com", ".office.com", ".office365.us", ".partner.outlook.cn")
_SIGN_IN = (
    "login.microsoftonline.",
    "login.microsoft.com",
    "login.windows.net",
    "login.partner.microsoftonline.",
)


def at_microsoft(account: Account, run: Run) -> bool:
    """Whether the host of the account is Microsoft's; without a host, whether its address or sign-in page is.

    OAuth without a host and a sign-in page of its own is autodiscovery, which ends there as well.
    """
    host = account.incoming.host
    if host:
        return f".{host}".endswith(_HOSTS) or _of_microsoft(run, host=host)
    page = account.payload.string("OAuthSignInURL") or ""
    if page:
        return page.removeprefix("https://").startswith(_SIGN_IN)
    return account.payload.boolean("OAuth") is True or _of_microsoft(run, domain=account.domain)


def _of_microsoft(run: Run, *, host: str = "", domain: str = "") -> bool:
    provider = run.providers.by_host(host) if host else run.providers.find(domain) if domain else None
    return provider is not None and provider.oauth == "microsoft"
