"""mail-auth-legacy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety
from profiler.model.account import MAIL, Authentication
from profiler.rules.mail import servers
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.model.account import Account, Server
    from profiler.rules.run import Run

_LEGACY = frozenset({Authentication.CRAM_MD5, Authentication.NTLM, Authentication.HTTP_MD5})

# Providers whose entry in Thunderbird's database names a challenge (password-encrypted) for some server.
_CHALLENGING = frozenset({
    "clio.ne.jp", "clustermail.de", "daum", "dd.iij4u.or.jp", "earthlink", "fastwebnet.it", "hal.ne.jp", "iijmio-mail.jp",
    "ji.jet.ne.jp", "mnet.ne.jp", "mopera.net", "naver", "nifty.com", "nsat.jp", "pdx.edu", "peoplepc.com", "tiscali.it",
})  # fmt: skip


@rule(
    "mail-auth-legacy",
    severity=Severity.WARNING,
    source="https://www.rfc-editor.org/rfc/rfc8314#section-4.1",
    scope=Scope.ACCOUNT,
    types=(MAIL,),
    when="unusual sign-in",
    bad="""
    <key>IncomingMailServerAuthentication</key>
    <string>EmailAuthCRAMMD5</string>
    """,
    good="""
    <key>IncomingMailServerAuthentication</key>
    <string>EmailAuthPassword</string>
    """,
)
def check(account: Account, run: Run) -> Iterator[Finding]:
    """The account signs in by a challenge that belongs to the past.

    CRAM-MD5, NTLM and HTTP-MD5 make the server keep passwords in a form that can be read or reused, and few
    servers still offer them, so signing in may fail. Inside TLS a plain password is the normal way. The few
    providers that ask for a challenge are left alone.
    """
    for server in account.servers:
        if server.authentication not in _LEGACY or _asked_for(account, server, run):
            continue
        node = account.payload.get(server.keys.authentication)
        assert node is not None  # noqa: S101 - a method that was read has a node
        message = f"{servers.side(server)} authentication is {node.value}, which is weak and rarely offered"
        yield Finding(node, message, Fix("use EmailAuthPassword over TLS", safety=Safety.MANUAL))


def _asked_for(account: Account, server: Server, run: Run) -> bool:
    provider = run.provider(account)
    return (
        server.authentication is Authentication.CRAM_MD5
        and provider is not None
        and provider.id in _CHALLENGING
    )
