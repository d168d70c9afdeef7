"""Where a file is still a template: what doc-placeholder reports, and what else is silent because of it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from profiler.model import confidential, placeholder
from profiler.model.placeholder import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node, Problem
    from profiler.rules.run import Run

# One of these is in every mark that is but a word.
_WORDS = (
    "HOST", "SERVER", "DOMAIN", "EMAIL", "USER", "PASSW", "CHANGE", "REPLACE", "YOUR", "INSERT", "TODO", "FIXME", "PLACEH",
    "UUID", "XXXX", "xxxx", "uuid", "hange", "eplace",
)  # fmt: skip
_BLOCK = rb"\{\{\s*[#/^~-]|\{\{-?\s*(?:if|else|end|range|with)\b|\{%|<\?(?:=|php\b)|<%"
# No mark reaches past the next one of its kind, so that a file of opening marks alone takes no longer than another.
_HARD = rb"(?s)\{\{(?:(?!\{\{).)*?\}\}|\{%(?:(?!\{%).)*?%\}|<\?(?:=|php\b).*?(?:\?>|\Z)|<%(?:(?!<%).)*?%>|\$\{[^}<{]*\}|\$\([^)<(]*\)"
_COMMENT = rb"(?s)<!--.*?(?:-->|\Z)"
_FAKE_UUID = r"[Uu][Uu][Ii][Dd]|[Xx]{4}"
_WHOLE_UUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_IDENTIFIERS = frozenset(
    {"PayloadIdentifier", "PayloadDisplayName", "PayloadDescription", "PayloadOrganization"}
)
_COMMON = _IDENTIFIERS | {"PayloadType", "PayloadUUID"}
_FREE = frozenset({"com.apple.ManagedClient.preferences", "com.apple.mcxloginscripts"})


class Place(NamedTuple):
    """A mark and where it stands; `node` is None when it is in no value, `start` -1 in a binary file."""

    kind: Kind
    text: str
    node: Node | None
    start: int


@lru_cache(maxsize=2)
def places(run: Run) -> tuple[Place, ...]:
    """Every mark of a file that matters, in order: in the values that Apple defines, and in the text between values."""
    binary = run.document.source.binary
    content = run.content
    signs = (
        binary
        or b"{" in content
        or b"$" in content
        or b"%" in content
        or b"#" in content
        or content.count(b"?") > 2  # noqa: PLR2004 - those of the XML header
    )
    found = [place for node in (_strings(run) if signs else _words(run)) for place in _in_value(node, run)]
    if signs and not binary:
        found += _between(run, found)
    return tuple(sorted(found, key=lambda place: place.start))


def hides(run: Run, problem: Problem) -> bool:
    """Whether a problem of the parser comes from a mark, which is reported, and not from the person who wrote the file."""
    content = run.content
    if problem.start < 0 or not run.templates or re.search(_HARD, content) is None:
        return False
    marks = [place for place in places(run) if place.kind is Kind.TEMPLATE]
    if not marks:
        return False
    if re.search(_BLOCK, content):
        return True
    low = content.rfind(b"\n", 0, problem.start) + 1
    high = content.find(b"\n", max(problem.start, problem.end))
    high = len(content) if high < 0 else high
    return any(low <= place.start < high for place in marks)


def is_fake_uuid(value: str) -> bool:
    """Whether the text stands where a UUID is to be written: it has a word in it that no UUID can hold, and no UUID."""
    return re.search(_FAKE_UUID, value) is not None and re.search(_WHOLE_UUID, value) is None


def _in_value(node: Node, run: Run) -> Iterator[Place]:
    marks = placeholder.marks(node.value, run.context.mdm)
    if not marks and node.key == "PayloadUUID" and is_fake_uuid(node.value):
        yield Place(Kind.TEMPLATE, node.value, node, node.start)
    hidden = marks and confidential.is_secret(node)
    for mark in marks:
        if hidden and (mark.kind is Kind.LOOK_ALIKE or mark.text != node.value):
            continue
        if node.key in _IDENTIFIERS and mark.text.isalpha() and mark.text != node.value:
            continue
        yield Place(mark.kind, mark.text, node, _offset(run, node, mark.text))


def _strings(run: Run) -> Iterator[Node]:
    """The strings that Apple gives a meaning; what an app makes of its own settings is its own affair."""
    payloads = set(map(id, run.payloads))
    stack = [run.root] if run.root is not None else []
    while stack:
        node = stack.pop()
        if node.kind == "string":
            yield node
        elif node.kind in ("dict", "array"):
            children = node.children()
            if id(node) in payloads and _is_free(node):
                children = [child for child in children if child.key in _COMMON]
            stack.extend(reversed(children))


def _words(run: Run) -> list[Node]:
    """The strings among them, not nested, when one may hold a mark that is but a word."""
    found: list[Node] = []
    for payload in (run.root, *run.payloads):
        if payload is not None and payload.kind == "dict":
            nodes = payload.value.values()
            words = [node for node in nodes if node.kind == "string" and _may_be_word(node.value)]
            if words and payload.key is not None and _is_free(payload):
                words = [node for node in words if node.key in _COMMON]
            found += words
    return found


@lru_cache(maxsize=8192)
def _may_be_word(text: str) -> bool:
    """Whether a string may hold a mark that is but a word; remembered, because most strings are in many files."""
    for word in _WORDS:  # noqa: SIM110 - any() takes twice as long
        if word in text:
            return True
    return False


def _is_free(payload: Node) -> bool:
    name = payload.string("PayloadType") or ""
    return name in _FREE or not (
        name.startswith("com.apple.") or payload.key is None or placeholder.is_template(name)
    )


def _offset(run: Run, node: Node, text: str) -> int:
    if node.start < 0:
        return -1
    found = run.content.find(text.encode(run.document.source.encoding, "replace"), node.start, node.end)
    return found if found >= 0 else node.start


def _between(run: Run, found: list[Place]) -> Iterator[Place]:
    """Marks that are in no string: around keys, in numbers, or anywhere in a file that cannot be read."""
    content = run.content
    strings = _spans(run)
    taken = {place.start for place in found}
    comments = [match.span() for match in re.finditer(_COMMENT, content)]
    for match in re.finditer(_HARD, content):
        start = match.start()
        if start in taken or any(low <= start < high for low, high in comments):
            continue
        text = match[0].decode(run.document.source.encoding, "replace")
        php = text.startswith("<")
        if any(low <= start < high for low, high in strings) and not php:
            continue
        if placeholder.is_variable(text, run.context.mdm):
            continue
        yield Place(Kind.TEMPLATE, text, None, start)


def _spans(run: Run) -> list[tuple[int, int]]:
    if run.root is None:
        return []
    return [(node.start, node.end) for node in run.root.walk() if node.kind in ("string", "data")]
