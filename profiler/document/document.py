"""A profile as it was written: its tree, its payloads, and what the parser found wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document import plain, plist
from profiler.document.source import Envelope

if TYPE_CHECKING:
    from profiler.document.plist import Node, Problem
    from profiler.document.source import Source


class Document:
    """One file, parsed.

    `root` is None when nothing could be read. `payloads` are the dictionaries of PayloadContent (also of one that is wrongly a
    dictionary itself), in order; payloads decrypted from EncryptedPayloadContent are in `decrypted`.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        parsed = (None if source.recoded else plain.read(source.content)) or plist.parse(source)
        self.root: Node | None = parsed.root
        self.problems: list[Problem] = parsed.problems
        self.doctype = parsed.doctype
        self.declared = parsed.declared
        self.decrypted: Node | None = None
        self._payloads: tuple[Node, ...] | None = None
        self._by_type: dict[str, list[Node]] | None = None
        self._keys: set[str] | None = None
        self._containers = parsed.containers

    @property
    def envelope(self) -> Envelope:
        """What the payloads came wrapped in, the outermost layer first."""
        outer = self.source.envelope
        if outer in (Envelope.XML, Envelope.BINARY):
            if self.root is None:
                return Envelope.UNREADABLE
            if self.root.get("EncryptedPayloadContent") is not None:
                return Envelope.ENCRYPTED
        return outer

    @property
    def payloads(self) -> tuple[Node, ...]:
        """The payload dictionaries, in order; of an encrypted profile those that were decrypted."""
        if self._payloads is None:
            content = self.root.get("PayloadContent") if self.root is not None else None
            if content is None:
                content = self.decrypted
            if content is None:
                self._payloads = ()
            elif content.kind == "dict":
                self._payloads = (content,)
            else:
                self._payloads = tuple(node for node in content.children() if node.kind == "dict")
        return self._payloads

    @property
    def by_type(self) -> dict[str, list[Node]]:
        """Payloads by their PayloadType."""
        if self._by_type is None:
            self._by_type = {}
            for payload in self.payloads:
                name = payload.string("PayloadType")
                if name is not None:
                    self._by_type.setdefault(name, []).append(payload)
        return self._by_type

    @property
    def keys(self) -> set[str]:
        """Every key of every dictionary in it."""
        if self._keys is None:
            nodes = self._containers or (self.root.walk() if self.root is not None else ())
            self._keys = set().union(*[node.value for node in nodes if node.kind == "dict"])
        return self._keys

    def release(self) -> None:
        """Empty the tree. Children know their parents; without that cycle memory is free at once, not when it is searched for."""
        for node in self._containers:
            node.value = None
        self._containers = ()
        pending = [self.root] if self.root is not None and self.root.value else []
        while pending:
            node = pending.pop()
            if node.kind in ("dict", "array"):
                pending += [child for child in node.children() if child.kind in ("dict", "array")]
                node.value = None

    @property
    def encrypted(self) -> bool:
        """Whether the payloads are inside EncryptedPayloadContent."""
        return self.root is not None and self.root.get("EncryptedPayloadContent") is not None
