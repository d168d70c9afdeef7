"""PACC, the draft by which a domain tells mail programs its servers, read as of draft-ietf-mailmaint-pacc-02.

https://datatracker.ietf.org/doc/html/draft-ietf-mailmaint-pacc-02: a JSON document at a fixed https address, vouched for by its
SHA-256 in a TXT record. It is a draft and may change.
"""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from urllib.parse import urlsplit

from profiler.live.autoconfig import HOST
from profiler.live.setting import Setting

SOURCE = "PACC draft"
_TEXT_PROTOCOLS = {"imap": ("imap", 993), "pop3": ("pop", 995), "smtp": ("smtp", 465)}
_WEB_PROTOCOLS = ("caldav", "carddav")


class PaccError(Exception):
    """The document is not valid or not vouched for; the text says why."""


def address(domain: str) -> str:
    """Where a domain publishes its document."""
    return f"https://ua-auto-config.{domain}/.well-known/user-agent-configuration.json"


def record(domain: str) -> str:
    """Name the TXT record that vouches for the document."""
    return f"_ua-auto-config.{domain}"


def parse(data: bytes, records: list[str], email: str, place: str) -> list[Setting]:
    """Read the servers of a document that one of the TXT records vouches for. Raises PaccError."""
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode("ascii")
    if not any(_tags(text) == {"v": "UAAC1", "a": "sha256", "d": digest} for text in records):
        raise PaccError("no TXT record vouches for the document")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise PaccError("it is not JSON") from None
    protocols, ways = _table(document, "protocols"), _table(document, "authentication")
    method = "oauth" if "oauth-public" in ways and ways.get("password") is not True else "password"
    found = []
    for name, (protocol, port) in _TEXT_PROTOCOLS.items():
        host = _table(protocols, name).get("host")
        if isinstance(host, str) and HOST.fullmatch(host):
            found.append(Setting(protocol, host.lower(), port, "tls", email, method, SOURCE, place))
    for name in _WEB_PROTOCOLS:
        url = _table(protocols, name).get("url")
        host = _https_host(url) if isinstance(url, str) else ""
        if host:
            found.append(Setting(name, host, 443, "tls", email, method, SOURCE, place))
    if not found:
        raise PaccError("it names no server that can be used")
    return found


def _table(value: Any, key: str) -> dict[str, Any]:
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def _tags(text: str) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in text.split(";") if part.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _https_host(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme == "https" and parts.port in (None, 443)
    except ValueError:
        return ""
    return (parts.hostname or "") if usable else ""
