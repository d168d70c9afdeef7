"""mail-address-syntax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import EAS, EWS, GOOGLE, MAIL
from profiler.rules.mail import hosts
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account
    from profiler.rules.run import Run

_SPECIAL = frozenset('<>()[],;:\\"')
_LONGEST_LOCAL = 64


@rule(
    "mail-address-syntax",
    severity=Severity.ERROR,
    source="https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2",
    scope=Scope.ACCOUNT,
    types=(MAIL, EAS, EWS, GOOGLE),
    also=(Severity.WARNING,),
    keys=("EmailAddress",),
    leave_out=("IncomingMailServerUsername", "OutgoingMailServerUsername"),
    bad="""
    <key>EmailAddress</key>
    <string>kari.example.com</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@example.com</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """EmailAddress is no e-mail address.

    The device puts it into every message as the sender, so servers refuse the mail or replies go nowhere.
    """
    node = account.payload.get("EmailAddress")
    if node is None or not account.address or run.is_placeholder(account.address):
        return
    fault = _fault(account.address)
    if fault:
        hint = "write one plain address, such as kari@example.com"
        yield Finding(node, f"EmailAddress {account.address!r} {fault}", help=hint)
    elif "." not in account.domain:
        message = (
            f"EmailAddress {account.address!r} has no top-level domain, so replies from outside go nowhere"
        )
        yield Finding(node, message, severity=Severity.WARNING, help="write the whole domain")


def _fault(address: str) -> str:
    """What keeps the text from being an address; "" when nothing does."""
    local, at, domain = address.rpartition("@")
    if not local or not domain:
        return "has nothing on one side of the @" if at else "has no @"
    if local.startswith('"') and local.endswith('"'):
        local = "quoted"
    if any(letter.isspace() or not letter.isprintable() for letter in local + domain):
        return "holds a space or a control character"
    if "@" in local or not _SPECIAL.isdisjoint(local):
        return "holds more than one plain address"
    if len(local) > _LONGEST_LOCAL or "" in local.split("."):
        return f"has more than {_LONGEST_LOCAL} characters, or a dot too many, before the @"
    fault = hosts.fault(domain)
    return f"has a domain that {fault}" if fault else ""
