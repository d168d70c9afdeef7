"""What a domain announces about its servers, one fact at a time, each with where it came from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """One server a domain announces.

    `protocol` is imap, pop, smtp, exchange, caldav or carddav; `security` tls, starttls or none; `username` is filled in for the
    address, empty when unknown; `authentication` is password, cram-md5, ntlm, oauth or none. `source` names the mechanism,
    `place` the exact address, record or database entry. `caution` says why the fact should be looked at before it is used.
    """

    protocol: str
    host: str
    port: int
    security: str
    username: str
    authentication: str
    source: str
    place: str
    caution: str = ""
