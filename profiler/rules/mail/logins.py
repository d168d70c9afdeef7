"""Whether two user names mean the same mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from profiler.model.account import Account


def same_user(one: str, other: str) -> bool:
    r"""Whether two names are one user: equal in any letter case, or equal less the domain of one (user@domain, DOMAIN\user)."""
    first, second = one.strip().casefold(), other.strip().casefold()
    if first == second:
        return True
    if all((mark in first) == (mark in second) for mark in "@\\"):
        return False
    return _without_domain(first) == _without_domain(second)


def login(account: Account) -> str:
    """The incoming user as a whole address where the address of the account tells it, lower case; "" when the device asks."""
    name = (account.incoming.username or account.address).strip().casefold()
    return f"{name}@{account.domain}" if name and "@" not in name and account.domain else name


def _without_domain(name: str) -> str:
    return name.rpartition("\\")[2].partition("@")[0]
