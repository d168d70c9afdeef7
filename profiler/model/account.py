"""One reading of every payload that makes an account: which servers it speaks to, how, and as whom.

Sources for keys and defaults: Apple's reference pages Mail, ExchangeActiveSync, ExchangeWebServices, GoogleAccount, CalDAV,
CardDAV, SubscribedCalendars and LDAP (https://developer.apple.com/documentation/devicemanagement).
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from profiler.document.plist import Node

_USER = re.compile(r"(?<=://)[^/?#@]*@")  # RFC 3986, 3.2.1

MAIL = "com.apple.mail.managed"
EAS = "com.apple.eas.account"
EWS = "com.apple.ews.account"
GOOGLE = "com.apple.google-oauth"
CALDAV = "com.apple.caldav.account"
CARDDAV = "com.apple.carddav.account"
SUBSCRIBED_CALENDAR = "com.apple.subscribedcalendar.account"
LDAP = "com.apple.ldap.account"


class Security(StrEnum):
    """How a connection is protected. EITHER: UseSSL is true on a port that says nothing, so a device finds out by trying."""

    TLS = "tls"
    STARTTLS = "starttls"
    EITHER = "either"
    NONE = "none"


class Authentication(StrEnum):
    """How the device proves who it is."""

    PASSWORD = "password"  # noqa: S105 - a method, not a password
    CRAM_MD5 = "cram-md5"
    NTLM = "ntlm"
    HTTP_MD5 = "http-md5"
    OAUTH = "oauth"
    NONE = "none"


class Keys(NamedTuple):
    """The payload keys of one server; an empty name where the payload has no such key."""

    host: str
    port: str = ""
    ssl: str = ""
    authentication: str = ""
    username: str = ""
    password: str = ""
    ssl_default: bool = False


INCOMING = Keys(
    "IncomingMailServerHostName", "IncomingMailServerPortNumber", "IncomingMailServerUseSSL",
    "IncomingMailServerAuthentication", "IncomingMailServerUsername", "IncomingPassword",
)  # fmt: skip
OUTGOING = Keys(
    "OutgoingMailServerHostName", "OutgoingMailServerPortNumber", "OutgoingMailServerUseSSL",
    "OutgoingMailServerAuthentication", "OutgoingMailServerUsername", "OutgoingPassword",
)  # fmt: skip

_KINDS: dict[str, tuple[str, Keys]] = {
    EAS: ("exchange", Keys("Host", "", "SSL", "", "UserName", "Password")),
    EWS: ("ews", Keys("Host", "Port", "SSL", "", "UserName", "Password", ssl_default=True)),
    GOOGLE: ("google", Keys("")),
    CALDAV: (
        "caldav",
        Keys("CalDAVHostName", "CalDAVPort", "CalDAVUseSSL", "", "CalDAVUsername", "CalDAVPassword", ssl_default=True),
    ),
    CARDDAV: (
        "carddav",
        Keys("CardDAVHostName", "CardDAVPort", "CardDAVUseSSL", "", "CardDAVUsername", "CardDAVPassword", ssl_default=True),
    ),
    SUBSCRIBED_CALENDAR: (
        "subscribed-calendar",
        Keys("SubCalAccountHostName", "", "SubCalAccountUseSSL", "", "SubCalAccountUsername", "SubCalAccountPassword"),
    ),
    LDAP: (
        "ldap",
        Keys("LDAPAccountHostName", "", "LDAPAccountUseSSL", "", "LDAPAccountUserName", "LDAPAccountPassword", ssl_default=True),
    ),
}  # fmt: skip

ACCOUNT_TYPES = frozenset({MAIL, *_KINDS})
SSL_KEYS = frozenset(
    keys.ssl for keys in (INCOMING, OUTGOING, *(keys for _, keys in _KINDS.values())) if keys.ssl
)

DESCRIPTION_KEYS = {
    MAIL: "EmailAccountDescription", GOOGLE: "AccountDescription", CALDAV: "CalDAVAccountDescription",
    CARDDAV: "CardDAVAccountDescription", SUBSCRIBED_CALENDAR: "SubCalAccountDescription", LDAP: "LDAPAccountDescription",
}  # fmt: skip

_METHODS = {
    "EmailAuthPassword": Authentication.PASSWORD, "EmailAuthCRAMMD5": Authentication.CRAM_MD5,
    "EmailAuthNTLM": Authentication.NTLM, "EmailAuthHTTPMD5": Authentication.HTTP_MD5, "EmailAuthNone": Authentication.NONE,
}  # fmt: skip

TLS_PORTS = frozenset({993, 995, 465})
STARTTLS_PORTS = frozenset({143, 110, 587, 25})


class Server:
    """One server of an account as the payload gives it.

    `protocol` is imap, pop, smtp, exchange, ews, caldav, carddav, subscribed-calendar, ldap or google. `host` is lower case
    without surrounding space, a final dot or the user and password of a web address, "" when absent. `port` is None when absent.
    `ssl` is the switch as written, None when absent. `has_password` says that a non-empty one is in the payload; the password
    itself is not kept.
    """

    __slots__ = (
        "authentication",
        "has_password",
        "host",
        "keys",
        "port",
        "protocol",
        "security",
        "ssl",
        "username",
    )

    def __init__(self, payload: Node, protocol: str, keys: Keys) -> None:
        self.protocol = protocol
        self.keys = keys
        self.host = (payload.string(keys.host) or "").strip().rstrip(".").lower()
        if "://" in self.host and "@" in self.host:
            self.host = _USER.sub("", self.host)
        self.port = payload.integer(keys.port) if keys.port else None
        self.ssl = payload.boolean(keys.ssl) if keys.ssl else True
        self.username = payload.string(keys.username) or "" if keys.username else ""
        self.has_password = bool(keys.password and payload.string(keys.password))
        if keys.authentication:
            self.authentication: Authentication | None = _METHODS.get(
                payload.string(keys.authentication) or ""
            )
        else:
            oauth = protocol == "google" or payload.boolean("OAuth") is True
            self.authentication = Authentication.OAUTH if oauth else Authentication.PASSWORD
        self.security = self._security()

    def _security(self) -> Security:
        if not (self.keys.ssl_default if self.ssl is None else self.ssl):
            return Security.NONE
        if self.protocol not in ("imap", "pop", "smtp"):
            return Security.TLS
        if self.port in TLS_PORTS or (self.port is None and self.protocol != "smtp"):
            return Security.TLS
        return Security.STARTTLS if self.port in STARTTLS_PORTS else Security.EITHER


class Account:
    """One account payload, understood.

    `kind` is imap, pop (mail accounts), exchange, ews, google, caldav, carddav, subscribed-calendar or ldap. `incoming` is the
    server that holds the data, `outgoing` the submission server of a mail account, None elsewhere. `address`, `name` and
    `description` are "" when absent.
    """

    __slots__ = ("address", "description", "incoming", "kind", "name", "outgoing", "payload", "type")

    def __init__(self, payload: Node) -> None:
        self.payload = payload
        self.type = payload.string("PayloadType") or ""
        self.address = (payload.string("EmailAddress") or "").strip()
        self.description = payload.string(DESCRIPTION_KEYS.get(self.type, "")) or ""
        self.outgoing: Server | None = None
        if self.type == MAIL:
            self.kind = "pop" if payload.string("EmailAccountType") == "EmailTypePOP" else "imap"
            self.name = payload.string("EmailAccountName") or ""
            self.incoming = Server(payload, self.kind, INCOMING)
            self.outgoing = Server(payload, "smtp", OUTGOING)
        else:
            self.kind, keys = _KINDS[self.type]
            self.name = payload.string("AccountName") or ""
            self.incoming = Server(payload, self.kind, keys)

    @property
    def servers(self) -> tuple[Server, ...]:
        """Incoming, and outgoing where there is one."""
        return (self.incoming,) if self.outgoing is None else (self.incoming, self.outgoing)

    @property
    def domain(self) -> str:
        """The part of the address after the @, lower case; "" when there is none."""
        return self.address.rpartition("@")[2].lower() if "@" in self.address else ""

    @property
    def mailbox(self) -> tuple[str, str, str]:
        """What makes it this account and no other: kind, host of the incoming server, user name or address (lower case)."""
        return self.kind, self.incoming.host, (self.incoming.username or self.address).strip().lower()


def account_of(payload: Node) -> Account | None:
    """The account a payload makes; None for a payload of another type."""
    return Account(payload) if payload.string("PayloadType") in ACCOUNT_TYPES else None
