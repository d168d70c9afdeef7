"""Why a server refused a sign-in, in words a help desk can read out, and what to do.

Response codes: RFC 5530 (IMAP), RFC 3206 (POP), RFC 4954 and 5248 (SMTP); wordings as large providers send them.
"""

from __future__ import annotations

import re

_REASONS: tuple[tuple[str, str, str], ...] = (
    (
        r"application-specific password|app(lication)?[ -]?(specific )?password|authori[sz]ation code|\b5\.7\.9 application",
        "The provider wants an app password, the usual password is refused",
        "Make an app password in the provider's security settings and use it instead of the usual one",
    ),
    (
        (
            r"(imap|pop3?|smtp).{0,40}(not enabled|disabled|not activated|deactivated|turned off|switched off)"
            r"|(not enabled|enable|activate|turn on|disabled) (for )?.{0,20}\b(imap|pop3?)\b"
        ),
        "The account does not allow mail programs: IMAP, POP or SMTP access is switched off at the provider",
        "Switch it on in the provider's webmail settings, or have the administrator do so",
    ),
    (
        (
            r"basic auth|smtpclientauthentication|5\.7\.139|5\.7\.30|logondenied-basicauthblocked|less secure|web ?browser"
            r"|webalert|oauth"
        ),
        "The provider no longer accepts passwords from mail programs (basic authentication is blocked)",
        "Use an Exchange or Google account payload that signs in on the provider's web page (OAuth)",
    ),
    (
        r"lock(ed)?\b|suspended|blocked|account.{0,20}disabled|contactadmin|too many (failed|login|auth)",
        "The provider has locked the account, or locked it for a while after too many attempts",
        "Sign in on the provider's web page to unlock it, or ask its support; do not keep trying",
    ),
    (
        r"\[expired\]|password.{0,20}expired|5\.7\.(?:24|0 .*expired)",
        "The password has expired",
        "Set a new one with the provider, then on the device",
    ),
    (
        r"\[(unavailable|sys/temp|inuse|in-use|limit|login-delay)\]|^4\d\d|temporar|try again|too many.{0,20}connections",
        "The server cannot sign anyone in at the moment",
        "Try again later; --watch 60 tells when it works again",
    ),
    (
        r"privacyrequired|5\.7\.11|encryption required|must issue a starttls",
        "The server takes passwords over TLS only",
        "Turn UseSSL on in the profile",
    ),
)
_SECRET_WRONG = (
    "The server does not accept this user name and password",
    "Check the password, and whether the user name is the whole address or only the part before the @",
)
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), reason, todo) for pattern, reason, todo in _REASONS)


def translate(answer: str) -> tuple[str, str]:
    """Turn a server's refusal into (reason, what to do)."""
    return next(
        ((reason, todo) for pattern, reason, todo in _COMPILED if pattern.search(answer)),
        _SECRET_WRONG,
    )
