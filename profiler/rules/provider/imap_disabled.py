"""prov-imap-disabled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL, Account
from profiler.rules.provider import known
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run

# A description that only says "IMAP account" tells nobody what to do.
_TURNING_ON = ("turn", "switch", "enabl", "allow", "activ", "aktiv", "schalt", "slå på")


@rule(
    "prov-imap-disabled",
    severity=Severity.NOTE,
    source="https://support.apple.com/102619",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="a known provider",
    needs=(Needs.PROVIDERS,),
    options={"ignore": "prov-no-push"},
    bad="""
    <key>EmailAddress</key>
    <string>kari@zoho.com</string>
    <key>IncomingMailServerHostName</key>
    <string>imap.zoho.com</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@zoho.com</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.zoho.com</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@zoho.com</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@zoho.com</string>
    <key>IncomingMailServerHostName</key>
    <string>imap.zoho.com</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@zoho.com</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.zoho.com</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@zoho.com</string>
    <key>PayloadDescription</key>
    <string>Turn on IMAP access in the webmail first.</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The provider keeps IMAP and POP off until the user turns them on.

    Until somebody has done so in the webmail, the first sign-in fails with a message about the password. Say it in
    the description of the payload or the profile; then this note goes away.
    """
    provider = run.provider(account)
    if provider is None:
        return
    switches = [text for text in provider.switches if "IMAP" in text or "POP" in text]
    told = known.told(account, run, "imap", "pop access") and known.told(account, run, *_TURNING_ON)
    if switches and not told:
        hint = f"{' '.join(switches)} Say so in PayloadDescription."
        yield Finding(
            account.payload,
            f"{provider.name} has IMAP and POP switched off until the user turns them on",
            help=hint,
        )
