"""Which values of a profile are secret, so that no report ever shows one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node

HIDDEN = "(hidden)"

# Patterns are compiled where they are used: most files need none of them.
_KEYS = (
    "password", "passphrase", "passcode", "secret", "token", "privatekey", "challenge", "psk",
    "pasword", "passwrd", "passwd", "passwort", "pwd",
)  # fmt: skip
_AFTER_WORD = " \t\r\n0123456789"
_CERTIFICATE = "Certificate"  # of an Exchange account: with its private key
_IDENTITY_TYPE = "com.apple.security.pkcs12"
# In a file that cannot be read: all that stands behind such a key, up to the next one.
_BEHIND_KEY = (
    rb"(?is)<(?:\w+:)?key\b[^<>]*>(?!OutgoingPasswordSameAs)[^<]*(?:"
    + "|".join(_KEYS).encode()
    + rb")[\s0-9]*</[^<>]*>"
    rb"((?:(?!<(?:\w+:)?key|</(?:\w+:)?dict).)*)"
)
_TEXT = rb"(?s)<!(?:\[CDATA\[|--)(.*?)(?:\]\]>|-->|\Z)|(?:\A|>)([^<]+)"
_COMMENT = rb"(?s)<!--(.*?)(?:-->|\Z)"
_IN_ADDRESS = r"(//[^/?#\s:@]*:)[^/?#\s@]+(?=@)"  # RFC 3986, 3.2.1: user:password before the host
_IN_SENTENCE = (
    rb"(?i)(?:password|passphrase|passwort|kennwort)(?:[\"']?\s*[:=]\s*|\s+(?:is|ist)\s+)[\"']?"
    rb"((?=[^\s<]{0,40}[0-9])[^\s<\"']{6,200})"
)
# A switch, though its name ends in the word.
_NO_SECRET = "OutgoingPasswordSameAsIncomingPassword"  # noqa: S105 - a key
_IN_ADDRESS_BYTES = _IN_ADDRESS.encode()
_SCALARS = frozenset({"string", "data", "integer", "real"})
_PRIVATE_KEY = r"-----BEGIN [A-Z ]*PRIVATE KEY-----"


# What people are shown, before a profile is installed and after.
TEXTS = frozenset({
    "PayloadDescription", "PayloadDisplayName", "PayloadOrganization", "EmailAccountDescription", "EmailAccountName",
    "AccountDescription", "CalDAVAccountDescription", "CardDAVAccountDescription", "SubCalAccountDescription",
    "LDAPAccountDescription",
})  # fmt: skip


def may_hold_key(content: bytes) -> bool:
    """Whether a private key may stand in an XML profile, as text or inside of data."""
    return b"PRIVATE KEY" in content or b"<data" in content


def may_be_in(content: bytes, keys: set[str]) -> bool:
    """Whether there may be a secret in an XML profile with these keys: a quick look, before a walk."""
    if _CERTIFICATE in keys or any(map(is_secret_key, keys)):
        return True
    if may_hold_key(content) or _IDENTITY_TYPE.encode() in content:
        return True
    return b"@" in content and re.search(_IN_ADDRESS_BYTES, content) is not None


@lru_cache(maxsize=4096)
def mentions_password(text: str) -> bool:
    """Whether a word for passwords is in a text: a quick look before a pattern."""
    lowered = text.lower()
    return "pass" in lowered or "wort" in lowered or "woord" in lowered or "contrase" in lowered


def is_secret(node: Node) -> bool:
    """Whether this value is a password, a key or the like: by a key above it, or because it holds a private key or a password."""
    if node.kind not in _SCALARS or not node.value:
        return False
    holder: Node | None = node
    while holder is not None:
        if isinstance(holder.key, str) and _holds_by_key(holder, holder.key):
            return True
        holder = holder.parent
    value = node.value
    text = value.decode("latin-1") if isinstance(value, bytes) and b"PRIVATE KEY" in value else value
    return isinstance(text, str) and _holds_secret(text)


def _holds_by_key(node: Node, key: str) -> bool:
    if key == "PayloadContent":
        return node.parent is not None and node.parent.string("PayloadType") == _IDENTITY_TYPE
    return keeps_secret(key)


def _holds_secret(text: str) -> bool:
    if "//" in text and re.search(_IN_ADDRESS, text) is not None:
        return True
    return "PRIVATE KEY" in text and re.search(_PRIVATE_KEY, text) is not None


@lru_cache(maxsize=4096)
def is_secret_key(key: str) -> bool:
    """Whether a key's name says that its value is secret."""
    return key.lower().rstrip(_AFTER_WORD).endswith(_KEYS) and key != _NO_SECRET


def keeps_secret(key: str) -> bool:
    """Whether a key's value is to be hidden: a secret, or the identity of an Exchange account, which no name gives away."""
    return key == _CERTIFICATE or is_secret_key(key)


def secrets_of(root: Node) -> Iterator[Node]:
    """Every secret value below a node."""
    return (node for node in root.walk() if is_secret(node))


def secret_spans(
    content: bytes, root: Node | None, *, whole: bool = False, told: bool = False
) -> list[tuple[int, int]]:
    """Byte ranges of the text of secrets: of the tree and, unless the tree is the `whole` of it, of the text itself.

    With `told` also of those that sentences tell.
    """
    spans = [] if whole else list(_in_text(content))
    if told:
        spans += [match.span(1) for match in re.finditer(_IN_SENTENCE, content)]
    if root is not None:
        for node in secrets_of(root):
            if node.start >= 0:
                spans.append(inside(content, node))
    return merged(spans)


def in_comments(content: bytes) -> Iterator[tuple[int, int]]:
    """Byte ranges of the secrets that comments hold by themselves, whatever stands before them."""
    for comment in re.finditer(_COMMENT, content):
        lowered = comment[1].lower()
        if (
            b"<" not in lowered and b"pass" not in lowered and b"wort" not in lowered
        ):  # neither a key nor a word for passwords
            continue
        for start, end in secret_spans(comment[1], None, told=True):
            yield comment.start(1) + start, comment.start(1) + end


def inside(content: bytes, node: Node) -> tuple[int, int]:
    """Where a value stands in the text, without its tags."""
    start = content.find(b">", node.start) + 1
    return start, content.rfind(b"</", start, node.end)


def _in_text(content: bytes) -> Iterator[tuple[int, int]]:
    """What stands behind keys of secrets, told without a tree."""
    for behind in re.finditer(_BEHIND_KEY, content):
        for match in re.finditer(_TEXT, behind[1]):
            group = match.lastindex or 0
            if match[group].strip():
                yield behind.start(1) + match.start(group), behind.start(1) + match.end(group)


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those that overlap as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start < found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def without_passwords(text: str) -> str:
    """A message with the passwords hidden that stand in web addresses it quotes."""
    return re.sub(_IN_ADDRESS, rf"\1{HIDDEN}", text) if "//" in text else text


def redact(content: bytes, root: Node | None) -> bytes:
    """The text with every secret replaced by (hidden), those told in sentences too."""
    pieces: list[bytes] = []
    place = 0
    for start, end in secret_spans(content, root, told=True):
        pieces += content[place:start], HIDDEN.encode()
        place = end
    return b"".join([*pieces, content[place:]])
