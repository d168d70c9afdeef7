"""Ways to sign in: what a server offers against what the profile asks for."""

from __future__ import annotations

from dataclasses import dataclass

from profiler.model.account import Authentication

_MECHANISMS = {
    Authentication.PASSWORD: ("PLAIN", "LOGIN"),
    Authentication.CRAM_MD5: ("CRAM-MD5",),
    Authentication.NTLM: ("NTLM",),
    Authentication.HTTP_MD5: ("DIGEST-MD5",),
    Authentication.OAUTH: ("OAUTHBEARER", "XOAUTH2"),
}


@dataclass(frozen=True)
class Offer:
    """SASL mechanisms, whether the protocol's own user-and-password command works, and whether IMAP forbids it."""

    mechanisms: frozenset[str]
    command: bool
    forbidden: bool = False

    def __str__(self) -> str:
        return ", ".join(sorted(self.mechanisms)) or ("user name and password" if self.command else "nothing")

    def mechanism(self, asked: Authentication | None) -> str | None:
        """Choose the SASL mechanism to sign in with: empty for the protocol's own command, None when none fits."""
        fitting = [name for name in _wanted(asked) if name in self.mechanisms]
        if fitting:
            return fitting[0]
        return "" if self.command and asked is Authentication.PASSWORD else None

    def problem(self, asked: Authentication | None, *, clear: bool) -> tuple[str, str]:
        """Say why nothing fits, and what to do. `clear` tells that the connection is not encrypted."""
        if asked is None:
            message = "The profile names no authentication that devices know"
            return message, "Set it to EmailAuthPassword in the profile"
        if clear and (self.forbidden or not self.mechanisms):
            why = "LOGINDISABLED" if self.forbidden else "it offers no way to sign in"
            return f"The server takes no password without TLS ({why})", "Turn UseSSL on in the profile"
        if self.forbidden and not self.mechanisms:
            message = "The server takes no password at all (LOGINDISABLED)"
            return message, "Ask the provider how mail programs sign in"
        if not self.mechanisms and not self.command:
            message = "The server offers no way to sign in, the profile asks for one"
            return (
                message,
                "Have authentication switched on for this port, or use the provider's submission port",
            )
        message = f"The profile asks for {' or '.join(_wanted(asked))}, the server offers only {self}"
        return message, "Choose an authentication in the profile that the server offers"


def _wanted(asked: Authentication | None) -> tuple[str, ...]:
    return () if asked is None else _MECHANISMS.get(asked, ())
