"""prov-typo-domain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety
from profiler.model.account import EAS, EWS, GOOGLE, MAIL, Account
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run


@rule(
    "prov-typo-domain",
    severity=Severity.WARNING,
    source="https://support.apple.com/102619",
    scope=Scope.ACCOUNT,
    types=(MAIL, EAS, EWS, GOOGLE),
    keys=("EmailAddress",),
    needs=(Needs.PROVIDERS,),
    options={"ignore": "mail-user-domain-differs"},
    bad="""
    <key>EmailAddress</key>
    <string>kari@gmial.com</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@example.com</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The domain of the address is one slip away from a well-known one.

    Replies go to whoever owns the misspelt domain, and the sign-in fails. Real domains that look alike exist: switch
    the rule off for the file if this is one.
    """
    if not account.domain or run.is_placeholder(account.address):
        return
    meant = run.providers.nearest_domain(account.domain)
    if meant is not None:
        fix = Fix(f"write {meant}, if that is meant", safety=Safety.MANUAL)
        yield Finding(
            account.payload.get("EmailAddress"), f"{account.domain} looks like a slip of {meant}", fix
        )
