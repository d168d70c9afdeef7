"""Mozilla's autoconfig format, read with defences (https://www.ietf.org/archive/id/draft-ietf-mailmaint-autoconfig-03.html)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.parsers import expat

from profiler.live.setting import Setting

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = "autoconfig"
_DEEPEST = 12
_MOST_ELEMENTS = 2000
_PORT = re.compile(r"[0-9]{1,5}")
_LAST_PORT = 65535
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?", re.IGNORECASE)
_PROTOCOLS = {"imap": "imap", "pop3": "pop", "smtp": "smtp"}
_SECURITY = {"SSL": "tls", "STARTTLS": "starttls", "plain": "none"}
_AUTHENTICATION = {
    "password-cleartext": "password",
    "plain": "password",
    "password-encrypted": "cram-md5",
    "secure": "cram-md5",
    "NTLM": "ntlm",
    "OAuth2": "oauth",
    "none": "none",
    "client-IP-address": "none",
}


class AutoconfigError(Exception):
    """The document is no autoconfig document; the text says why."""


@dataclass
class _Element:
    name: str
    attributes: dict[str, str]
    text: str = ""
    children: list[_Element] = field(default_factory=list)

    def values(self, name: str) -> list[str]:
        return [child.text.strip() for child in self.children if child.name == name]

    def value(self, name: str) -> str:
        return next(iter(self.values(name)), "")


def addresses(domain: str, email: str) -> tuple[str, str]:
    """Where a domain publishes its document over HTTPS, best place first."""
    asked = quote(email, safe="@")
    return (
        f"https://autoconfig.{domain}/mail/config-v1.1.xml?emailaddress={asked}",
        f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
    )


def parse(data: bytes, email: str, place: str) -> list[Setting]:
    """Read the servers, in the document's order of preference. Raises AutoconfigError."""
    root = _tree(data)
    if root.name != "clientConfig":
        raise AutoconfigError(f"it begins with <{root.name[:40]}>, not <clientConfig>")
    found = [
        setting
        for provider in root.children
        if provider.name == "emailProvider"
        for server in provider.children
        if server.name in ("incomingServer", "outgoingServer")
        for setting in _settings(server, email, place)
    ]
    if not found:
        raise AutoconfigError("it names no server that can be used")
    return found


def _settings(server: _Element, email: str, place: str) -> Iterator[Setting]:
    protocol = _PROTOCOLS.get(server.attributes.get("type", ""))
    host, port = _fill(server.value("hostname"), email).lower(), server.value("port")
    username = _fill(server.value("username"), email)
    security = _SECURITY.get(server.value("socketType"))
    methods = [_AUTHENTICATION[name] for name in server.values("authentication") if name in _AUTHENTICATION]
    if (
        protocol is None
        or security is None
        or not HOST.fullmatch(host)
        or not _PORT.fullmatch(port)
        or not 0 < int(port) <= _LAST_PORT
        or not username.isprintable()
    ):
        return
    method = "password" if "password" in methods or not methods else methods[0]
    yield Setting(protocol, host, int(port), security, username, method, SOURCE, place)


def _fill(text: str, email: str) -> str:
    local, _, domain = email.rpartition("@")
    values = {"%EMAILADDRESS%": email, "%EMAILLOCALPART%": local, "%EMAILDOMAIN%": domain}
    for placeholder, value in values.items():
        text = text.replace(placeholder, value)
    return text


def _tree(data: bytes) -> _Element:
    """Parse into elements; entity declarations, depth and size are refused."""
    stack = [_Element("", {})]
    seen = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal seen
        seen += 1
        if len(stack) > _DEEPEST or seen > _MOST_ELEMENTS:
            raise AutoconfigError("it is nested too deeply or too large")
        element = _Element(name, attributes)
        stack[-1].children.append(element)
        stack.append(element)

    def end(_: str) -> None:
        stack.pop()

    def text(data: str) -> None:
        stack[-1].text += data

    def doctype(*_: object) -> None:
        raise AutoconfigError("it declares a document type, which could hide anything")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise AutoconfigError(
            f"it is not XML: {expat.errors.messages[error.code]} in line {error.lineno}"
        ) from None
    except (LookupError, ValueError):
        raise AutoconfigError("it is in an encoding that is not known") from None
    return stack[0].children[0]
