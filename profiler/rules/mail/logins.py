"""Whether two user names mean the same mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from profiler.model.account import Account


def same_user(one: str, other: str) -> bool:
    """Whether two names are one user: equal in any letter case, or one is the part of the other before the @."""
    first, second = one.strip().casefold(), other.strip().casefold()
    if first == second:
        return True
    if ("@" in first) == ("@" in second):
        return False
    return first.partition("@")[0] == second.partition("@")[0]


def login(account: Account) -> str:
    """The incoming user as a whole address where the address of the account tells it, lower case; "" when the device asks."""
    name = (account.incoming.username or account.address).strip().casefold()
    return f"{name}@{account.domain}" if name and "@" not in name and account.domain else name
