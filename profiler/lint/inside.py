"""The payloads of an encrypted profile, opened with the keys the person gave."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from profiler.document.document import Document
from profiler.document.source import from_bytes

if TYPE_CHECKING:
    from profiler.document.plist import Node


def payloads(document: Document, keys: tuple[bytes, ...]) -> Node:
    """The value of PayloadContent as it was before encryption; its nodes have no place in the file.

    Raises ProfilerError when no key fits or what comes out are no payloads.
    """
    from profiler.trust import encrypt  # noqa: PLC0415 - cryptography, only for encrypted profiles

    clear = encrypt.decrypt(document.source.data, [_loaded(key) for key in keys])
    inner = Document(from_bytes(clear, document.source.name))
    assert inner.root is not None  # noqa: S101 - decrypt() has written it
    content: Node = inner.root.value["PayloadContent"]
    for node in content.walk():
        node.start = node.end = node.key_start = -1
    return content


@cache
def _loaded(key: bytes) -> Any:
    from profiler.trust import pem  # noqa: PLC0415

    return pem.rsa_key(pem.read_key(key, None, "--decrypt-key"), "--decrypt-key")
