"""prov-username."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, replace_value
from profiler.model.account import MAIL, Account
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.providers.provider import Provider
    from profiler.rules.run import Run

_FORMS = {"address": "the whole address", "local-part": "the part before the @"}
_OTHER = {"address": "an address", "local-part": "a name without an @"}


@rule(
    "prov-username",
    severity=Severity.WARNING,
    source="https://support.apple.com/102619",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="a known provider",
    needs=(Needs.PROVIDERS,),
    options={"ignore": "mail-same-password-other-user"},
    bad="""
    <key>OutgoingMailServerUsername</key>
    <string>kari</string>
    """,
    good="""
    <key>OutgoingMailServerUsername</key>
    <string>kari@example.com</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The user name has a form that the provider does not take.

    Some providers want the whole address, some only the part before the @. With the other form the sign-in fails, and
    the device keeps asking for the password.
    """
    provider = run.provider(account)
    if provider is None or provider.username_template:
        return
    for server in account.servers:
        name = server.username.strip()
        if not name or run.is_placeholder(name) or "\\" in name:
            continue
        sending = server.protocol == "smtp"
        forms = _accepted(provider, sending=sending)
        form = "address" if "@" in name else "local-part"
        if form in forms or forms & {"either", "other"}:
            continue
        node = account.payload.get(server.keys.username)
        wanted = provider.username_for(account.address, outgoing=sending) or ""
        fix = None
        better = wanted and ("@" in wanted) != ("@" in name)  # not so where the address is none
        if node is not None and better and not run.is_placeholder(wanted):
            fix = Fix(f"use {wanted}", (replace_value(node, wanted),), Safety.UNSAFE)
        expected = " or ".join(_FORMS[one] for one in _FORMS if one in forms)
        found = _FORMS[form] if name.lower() in _own_names(account) else _OTHER[form]
        yield Finding(node, f"{provider.name} wants {expected} as user name, and this is {found}", fix)


def _own_names(account: Account) -> tuple[str, ...]:
    address = account.address.lower()
    return address, address.partition("@")[0]


def _accepted(provider: Provider, *, sending: bool) -> set[str]:
    form = provider.outgoing_username if sending else provider.username
    return {form, *provider.username_accepted}
