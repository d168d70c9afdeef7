"""Names that follow from what they name: identifiers, UUIDs, files. No clock, no random, no two accounts alike."""

from __future__ import annotations

import hashlib
import re
import uuid

from profiler.errors import UsageError
from profiler.model import placeholder

# RFC 5321 4.5.3.1: a path of 256 octets, less the angle brackets.
_ADDRESS_LENGTH = 254
_LOCAL_LENGTH = 64
_NO_ADDRESS = (
    r"\s@<>()\[\],;:\\\"\x00-\x1f\x7f\ud800-\udfff"  # the last: what is no UTF-8 on the command line
)
_ADDRESS = re.compile(rf"[^{_NO_ADDRESS}]+@[^/{_NO_ADDRESS}]+")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?", re.ASCII)
_UNSAFE = re.compile(r"[^a-z0-9.-]+")
_UNSAFE_IN_FILE = re.compile(r"[^A-Za-z0-9._@+-]+")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\Z)", re.IGNORECASE)
_FILE_LENGTH = 120
_SLUG_LENGTH = 100


def check_address(address: str) -> str:
    """Return the address with its domain in lower case. Raises UsageError for text that is none.

    A variable of a device management service is taken as it is.
    """
    text = address.strip()
    if placeholder.is_variable(text):
        return text
    if len(text) > _ADDRESS_LENGTH or len(text.partition("@")[0]) > _LOCAL_LENGTH:
        raise UsageError(
            f"{shorten(text)!r} is too long for a mail address", hint="64 characters before the @, 254 in all"
        )
    local, _, domain = text.rpartition("@")
    if (
        not _ADDRESS.fullmatch(text)
        or not _is_domain(domain)
        or local.startswith(".")
        or ".." in text
        or local.endswith(".")
    ):
        raise UsageError(f"{shorten(text)!r} is no mail address", hint="write it as anna@example.com")
    return f"{local}@{domain.lower()}"


def uuid_of(identifier: str) -> str:
    """Return the version 5 UUID of an identifier (RFC 9562 5.5), in capitals as Apple writes them."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, identifier)).upper()


def slug(text: str) -> str:
    """Return lower-case letters, digits, dots and hyphens that stand for a text, and for no other text.

    What had to be changed, letter case and a final shortening apart from nothing, is told apart by a piece of a digest.
    """
    folded = text.lower()
    plain = _UNSAFE.sub("-", folded).strip("-.")[:_SLUG_LENGTH]
    while ".." in plain:
        plain = plain.replace("..", ".")
    return plain if plain == folded else "-".join(filter(None, (plain, _digest(folded))))


def address_slug(address: str) -> str:
    """Return the slug of a mail address: anna@example.com becomes anna-at-example.com."""
    local, _, domain = address.rpartition("@")
    if not local:
        return slug(domain)
    if "-at-" in local:
        return f"{slug(local)}-{_digest(address.lower())}-at-{slug(_ascii(domain))}"
    return f"{slug(local)}-at-{slug(_ascii(domain))}"


def reversed_domain(address: str) -> str:
    """Return the start of identifiers for an address when none is given: com.example for anna@example.com."""
    labels = _ascii(address.rpartition("@")[2]).split(".")
    name = ".".join(slug(label) for label in reversed(labels))
    return f"mail.{name}" if name == "com.apple" or name.startswith("com.apple.") else name


def file_name(text: str) -> str:
    """Return a name, without suffix, that every file system takes and no other text gets.

    Two texts that differ in letter case alone get names that differ likewise; the caller refuses such pairs.
    """
    plain = _UNSAFE_IN_FILE.sub("_", text)[:_FILE_LENGTH].strip(".")
    if _RESERVED.match(plain) or plain.startswith("-"):
        plain = f"_{plain}"
    return plain if plain == text else "-".join(filter(None, (plain, _digest(text))))


def shorten(text: str) -> str:
    """Cut a text for a message."""
    return text if len(text) <= 80 else f"{text[:77]}..."  # noqa: PLR2004 - fits a line


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _ascii(domain: str) -> str:
    folded = domain.lower()
    if folded.isascii():
        return folded
    try:
        return folded.encode("idna").decode("ascii")
    except UnicodeError:
        return folded


def _is_domain(domain: str) -> bool:
    labels = _ascii(domain).split(".")
    return len(labels) > 1 and all(_LABEL.fullmatch(label) and len(label) < 64 for label in labels)  # noqa: PLR2004 - RFC 1035
