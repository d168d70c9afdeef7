"""Which values of a profile are secret, so that no report ever shows one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node

HIDDEN = "(hidden)"

_KEY = re.compile(r"(?:password|passphrase|passcode|secret|token|privatekey|challenge|psk)\Z", re.IGNORECASE)
_IDENTITY_TYPE = "com.apple.security.pkcs12"
_IN_TEXT = re.compile(
    rb"(<key>[^<]*(?:password|passphrase|passcode|secret|token|privatekey|challenge|psk)\s*</key>(?:\s|<!--.*?-->)*"
    rb"<(?:string|data)[^>]*>)([^<]*)",
    re.IGNORECASE | re.DOTALL,
)
_IN_ADDRESS = re.compile(r"://[^/?#\s:@]*:[^/?#\s@]+@")  # RFC 3986, 3.2.1: user:password before the host
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")


def is_secret(node: Node) -> bool:
    """Whether this value is a password, a key or the like: by its key, or because it holds a private key or a password."""
    if node.kind not in ("string", "data") or not node.value:
        return False
    if isinstance(node.key, str):
        if is_secret_key(node.key):
            return True
        if node.key == "Certificate":
            return True
        if node.key == "PayloadContent" and node.parent is not None:
            return node.parent.string("PayloadType") == _IDENTITY_TYPE
    value = node.value
    text = value.decode("latin-1") if isinstance(value, bytes) and b"PRIVATE KEY" in value else value
    return isinstance(text, str) and _holds_secret(text)


def _holds_secret(text: str) -> bool:
    if "://" in text and _IN_ADDRESS.search(text) is not None:
        return True
    return "PRIVATE KEY" in text and _PRIVATE_KEY.search(text) is not None


@lru_cache(maxsize=4096)
def is_secret_key(key: str) -> bool:
    """Whether a key's name says that its value is secret."""
    return _KEY.search(key) is not None


def secrets_of(root: Node) -> Iterator[Node]:
    """Every secret value below a node."""
    return (node for node in root.walk() if is_secret(node))


def secret_spans(content: bytes, root: Node | None, *, whole: bool = False) -> list[tuple[int, int]]:
    """Byte ranges of the text of secrets: of the tree and, unless the tree is the `whole` of it, of the text itself."""
    spans = [] if whole else [match.span(2) for match in _IN_TEXT.finditer(content) if match[2].strip()]
    if root is not None:
        for node in secrets_of(root):
            if node.start >= 0:
                inner = content.find(b">", node.start) + 1
                spans.append((inner, content.rfind(b"</", inner, node.end)))
    return sorted(set(spans))


def redact(content: bytes, root: Node | None) -> bytes:
    """The text with every secret replaced by (hidden)."""
    pieces: list[bytes] = []
    place = 0
    for start, end in secret_spans(content, root):
        if start < place:
            continue
        pieces += content[place:start], HIDDEN.encode()
        place = end
    return b"".join([*pieces, content[place:]])
