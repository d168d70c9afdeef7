"""prov-app-password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import MAIL, Account, Authentication
from profiler.rules.provider import known
from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.rules.run import Run


@rule(
    "prov-app-password",
    severity=Severity.NOTE,
    source="https://support.apple.com/102619",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="a known provider",
    needs=(Needs.PROVIDERS, Needs.CLOCK),
    bad="""
    <key>EmailAddress</key>
    <string>kari@fastmail.com</string>
    <key>IncomingMailServerHostName</key>
    <string>imap.fastmail.com</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@fastmail.com</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.fastmail.com</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@fastmail.com</string>
    """,
    good="""
    <key>EmailAddress</key>
    <string>kari@fastmail.com</string>
    <key>IncomingMailServerHostName</key>
    <string>imap.fastmail.com</string>
    <key>IncomingMailServerUsername</key>
    <string>kari@fastmail.com</string>
    <key>OutgoingMailServerHostName</key>
    <string>smtp.fastmail.com</string>
    <key>OutgoingMailServerUsername</key>
    <string>kari@fastmail.com</string>
    <key>PayloadDescription</key>
    <string>Asks for a password: make an app password at fastmail.com first.</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The provider takes an app password only, and nobody has been told.

    People type the password they know and the device refuses it again and again. Say it in the description of the
    payload or the profile, or in the consent text, which are read before the profile is installed; then this note
    goes away.
    """
    provider = run.provider(account)
    if provider is None or account.incoming.authentication is Authentication.NONE:
        return
    today = run.now.date()
    if not provider.password_works_at(today) or provider.app_password_at(today) != "required":
        return
    if known.told(
        account, run, "app password", "app-specific password", "app-password", provider.app_password_name
    ):
        return
    name = provider.app_password_name
    advice = (
        "make sure that the password in the profile is one"
        if account.incoming.has_password
        else "tell it in PayloadDescription, so that the user makes one before installing"
    )
    hint = f"{advice}{_link(provider.help_url)}"
    yield Finding(
        account.payload,
        f"{provider.name} accepts only an {name}"
        if name[0] in "aeio"
        else f"{provider.name} accepts only a {name}",
        help=hint,
    )


def _link(url: str) -> str:
    return f" ({url})" if url else ""
