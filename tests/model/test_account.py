"""One reading of every payload that makes an account."""

from __future__ import annotations

import plistlib
from typing import TYPE_CHECKING, Any

import pytest

from profiler.document.document import Document
from profiler.document.source import from_bytes
from profiler.model.account import (
    CALDAV,
    CARDDAV,
    EAS,
    EWS,
    GOOGLE,
    LDAP,
    MAIL,
    SUBSCRIBED_CALENDAR,
    Account,
    Authentication,
    Security,
    account_of,
)

if TYPE_CHECKING:
    from profiler.document.plist import Node


def node(payload_type: str, **keys: Any) -> Node:
    root = Document(from_bytes(plistlib.dumps({"PayloadType": payload_type, **keys}))).root
    assert root is not None
    return root


def account(payload_type: str, **keys: Any) -> Account:
    return Account(node(payload_type, **keys))


def test_a_mail_account_with_everything() -> None:
    one = account(
        MAIL,
        EmailAccountType="EmailTypeIMAP",
        EmailAccountDescription="Work mail",
        EmailAccountName="Kari Nordmann",
        EmailAddress=" kari@Example.com ",
        IncomingMailServerAuthentication="EmailAuthPassword",
        IncomingMailServerHostName=" IMAP.Example.com. ",
        IncomingMailServerPortNumber=993,
        IncomingMailServerUseSSL=True,
        IncomingMailServerUsername="Kari",
        IncomingPassword="made-up",
        OutgoingMailServerAuthentication="EmailAuthNone",
        OutgoingMailServerHostName="smtp.example.com",
        OutgoingMailServerPortNumber=587,
        OutgoingMailServerUseSSL=True,
    )
    assert (one.kind, one.address, one.domain) == ("imap", "kari@Example.com", "example.com")
    assert (one.name, one.description) == ("Kari Nordmann", "Work mail")
    assert one.mailbox == ("imap", "imap.example.com", "kari")
    incoming, outgoing = one.servers
    assert (incoming.protocol, incoming.host, incoming.port) == ("imap", "imap.example.com", 993)
    assert (incoming.username, incoming.has_password) == ("Kari", True)
    assert (incoming.security, incoming.authentication) == (Security.TLS, Authentication.PASSWORD)
    assert (outgoing.protocol, outgoing.port, outgoing.has_password) == ("smtp", 587, False)
    assert (outgoing.security, outgoing.authentication) == (Security.STARTTLS, Authentication.NONE)


def test_an_empty_mail_account_has_nothing_and_does_not_encrypt() -> None:
    one = account(MAIL)
    assert (one.kind, one.address, one.domain, one.name, one.description) == ("imap", "", "", "", "")
    assert one.mailbox == ("imap", "", "")
    for server in one.servers:
        assert (server.host, server.port, server.ssl, server.authentication) == ("", None, None, None)
        assert server.security is Security.NONE


def test_the_password_itself_is_not_kept() -> None:
    one = account(MAIL, IncomingPassword="made-up-s3cret", OutgoingPassword="")
    assert [server.has_password for server in one.servers] == [True, False]
    kept = [getattr(server, name) for server in one.servers for name in server.__slots__]
    assert "made-up-s3cret" not in kept


@pytest.mark.parametrize(
    ("ssl", "port", "incoming", "outgoing"),
    [
        (True, 993, Security.TLS, Security.TLS),
        (True, 995, Security.TLS, Security.TLS),
        (True, 465, Security.TLS, Security.TLS),
        (True, 143, Security.STARTTLS, Security.STARTTLS),
        (True, 587, Security.STARTTLS, Security.STARTTLS),
        (True, 25, Security.STARTTLS, Security.STARTTLS),
        (True, 2525, Security.EITHER, Security.EITHER),
        (True, None, Security.TLS, Security.EITHER),
        (1, 993, Security.TLS, Security.TLS),
        (False, 993, Security.NONE, Security.NONE),
        (False, 587, Security.NONE, Security.NONE),
        (None, 993, Security.NONE, Security.NONE),
        ("true", 993, Security.NONE, Security.NONE),
    ],
)
def test_security_of_mail_follows_from_switch_and_port(
    ssl: object, port: int | None, incoming: Security, outgoing: Security
) -> None:
    keys = {"MailServerUseSSL": ssl, "MailServerPortNumber": port}
    both = {f"{side}{key}": value for side in ("Incoming", "Outgoing") for key, value in keys.items()}
    one = account(MAIL, **{key: value for key, value in both.items() if value is not None})
    assert tuple(server.security for server in one.servers) == (incoming, outgoing)


@pytest.mark.parametrize(
    ("word", "method"),
    [
        ("EmailAuthPassword", Authentication.PASSWORD),
        ("EmailAuthCRAMMD5", Authentication.CRAM_MD5),
        ("EmailAuthNTLM", Authentication.NTLM),
        ("EmailAuthHTTPMD5", Authentication.HTTP_MD5),
        ("EmailAuthNone", Authentication.NONE),
        ("EmailAuthPlain", None),
    ],
)
def test_ways_to_sign_in(word: str, method: Authentication | None) -> None:
    assert account(MAIL, IncomingMailServerAuthentication=word).incoming.authentication is method


def test_a_pop_account() -> None:
    one = account(MAIL, EmailAccountType="EmailTypePOP", IncomingMailServerHostName="pop.example.com")
    assert (one.kind, one.incoming.protocol) == ("pop", "pop")
    assert one.mailbox == ("pop", "pop.example.com", "")


def test_a_mailbox_without_a_user_is_that_of_the_address() -> None:
    one = account(MAIL, EmailAddress="Kari@example.com", IncomingMailServerHostName="imap.example.com")
    assert one.mailbox == ("imap", "imap.example.com", "kari@example.com")


def test_values_of_a_wrong_type_count_as_absent() -> None:
    one = account(
        MAIL, IncomingMailServerHostName=7, IncomingMailServerPortNumber="993", EmailAddress=["a@b.c"]
    )
    assert (one.incoming.host, one.incoming.port, one.address) == ("", None, "")


def test_a_port_written_as_real_is_a_port() -> None:
    assert account(MAIL, IncomingMailServerPortNumber=993.0).incoming.port == 993


@pytest.mark.parametrize(
    ("payload_type", "kind", "host_key", "encrypted"),
    [
        (EAS, "exchange", "Host", False),
        (EWS, "ews", "Host", True),
        (CALDAV, "caldav", "CalDAVHostName", True),
        (CARDDAV, "carddav", "CardDAVHostName", True),
        (SUBSCRIBED_CALENDAR, "subscribed-calendar", "SubCalAccountHostName", False),
        (LDAP, "ldap", "LDAPAccountHostName", True),
    ],
)
def test_other_accounts_and_what_an_absent_switch_means(
    payload_type: str, kind: str, host_key: str, encrypted: bool
) -> None:
    one = account(payload_type, **{host_key: "Server.example.com"})
    assert (one.kind, one.incoming.protocol, one.outgoing) == (kind, kind, None)
    assert one.incoming.host == "server.example.com"
    assert one.incoming.security is (Security.TLS if encrypted else Security.NONE)
    assert one.incoming.authentication is Authentication.PASSWORD
    assert one.servers == (one.incoming,)


def test_accounts_that_sign_in_by_oauth() -> None:
    assert account(EAS, OAuth=True).incoming.authentication is Authentication.OAUTH
    google = account(GOOGLE, EmailAddress="kari@example.com", AccountDescription="Google", AccountName="Kari")
    assert (google.kind, google.description, google.name) == ("google", "Google", "Kari")
    assert (google.incoming.host, google.incoming.security) == ("", Security.TLS)
    assert google.incoming.authentication is Authentication.OAUTH


def test_descriptions_of_calendars() -> None:
    assert account(CALDAV, CalDAVAccountDescription="Work").description == "Work"
    assert account(EAS, EmailAccountDescription="not a key of Exchange").description == ""


def test_only_account_payloads_make_accounts() -> None:
    assert account_of(node("com.apple.security.root")) is None
    one = account_of(node(MAIL))
    assert one is not None
    assert one.type == MAIL
