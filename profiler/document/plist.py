"""Property lists with places: XML by one expat pass, binary through plistlib; and values back to XML."""

from __future__ import annotations

import binascii
import datetime
import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from profiler.document.source import Source

DEPTH_LIMIT = 64
NODE_LIMIT = 200_000

KeyPath = tuple[str | int, ...]


def path_text(path: KeyPath) -> str:
    """A key path as people write it: PayloadContent[0].PayloadUUID."""
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


_INTEGER = re.compile(r"\s*[+-]?(?:0[xX][0-9a-fA-F]{1,32}|[0-9]{1,40})\s*\Z", re.ASCII)
_REAL = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*\Z", re.ASCII)
_DATE = re.compile(r"\s*(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z\s*\Z", re.ASCII)
_SPACE = re.compile(r"\s+")
_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")


class Node:
    """A value as it was written.

    `kind` is one of dict, array, string, integer, real, boolean, data, date; `value` is a dict of nodes, a list of nodes or a
    Python scalar (None when the text is no value of its kind). `start` and `end` are byte offsets of the element in
    `Source.content`, -1 in a binary file. `key` is the node's place in its parent: a string, an index, None for the root;
    `key_start` is the offset of its `<key>`. Of a key written twice the last value counts, as in Apple's parser and plistlib;
    the document lists both among its problems.
    """

    __slots__ = ("end", "key", "key_start", "kind", "parent", "start", "value")

    def __init__(
        self, kind: str, value: Any, start: int, key: str | int | None, key_start: int, parent: Node | None
    ) -> None:
        self.kind = kind
        self.value = value
        self.start = start
        self.end = -1
        self.key = key
        self.key_start = key_start
        self.parent = parent

    def __repr__(self) -> str:
        return f"<Node {self.kind} at {self.path}>"

    @property
    def path(self) -> KeyPath:
        """Keys and indexes from the root to here."""
        keys: list[str | int] = []
        node: Node | None = self
        while node is not None and node.key is not None:
            keys.append(node.key)
            node = node.parent
        return tuple(reversed(keys))

    def get(self, key: str) -> Node | None:
        """The node under a key, None when there is none or this is no dictionary."""
        if self.kind != "dict":
            return None
        found: Node | None = self.value.get(key)
        return found

    def string(self, key: str) -> str | None:
        """The text under a key, None when absent or of another kind."""
        node = self.get(key)
        return node.value if node is not None and node.kind == "string" else None

    def integer(self, key: str) -> int | None:
        """The number under a key: an integer, or a real without a fraction; None otherwise."""
        node = self.get(key)
        if node is None or node.value is None:
            return None
        if node.kind == "integer":
            return int(node.value)
        return int(node.value) if node.kind == "real" and float(node.value).is_integer() else None

    def boolean(self, key: str) -> bool | None:
        """The switch under a key, 0 and 1 included as devices coerce them; None otherwise."""
        node = self.get(key)
        if node is None:
            return None
        if node.kind == "boolean" or (node.kind == "integer" and node.value in (0, 1)):
            return bool(node.value)
        return None

    def data(self, key: str) -> bytes | None:
        """The bytes under a key, None when absent or of another kind."""
        node = self.get(key)
        return node.value if node is not None and node.kind == "data" else None

    def children(self) -> list[Node]:
        """The nodes directly below, in order."""
        if self.kind == "dict":
            return list(self.value.values())
        return list(self.value) if self.kind == "array" else []

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in document order."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            if node.kind in ("dict", "array"):
                stack.extend(reversed(node.children()))

    def plain(self) -> Any:
        """The value without places, as plistlib would give it."""
        if self.kind == "dict":
            return {key: node.plain() for key, node in self.value.items()}
        if self.kind == "array":
            return [node.plain() for node in self.value]
        return self.value


class Problem(NamedTuple):
    """Something the parser met that a rule reports: the rule's id, a message, the bytes, and the nodes concerned."""

    rule: str
    message: str
    start: int
    end: int
    node: Node | None = None
    first: Node | None = None


class Parsed(NamedTuple):
    """What a parse gives: the root (None when nothing could be read), problems, and the heads of the XML."""

    root: Node | None
    problems: list[Problem]
    doctype: tuple[str | None, str | None] | None = None
    declared: str | None = None


class _Stop(Exception):  # noqa: N818 - ends a parse, never leaves this module
    def __init__(self, rule: str, message: str, offset: int) -> None:
        super().__init__(message)
        self.problem = Problem(rule, message, offset, offset)


def parse(source: Source) -> Parsed:
    """Read the content of a source. Never raises: what is wrong is in `problems`."""
    if source.unreadable:
        return Parsed(None, [Problem("doc-unreadable", source.unreadable, -1, -1)])
    if source.binary:
        return _parse_binary(source.content)
    return _parse_xml(source)


def dump(value: Any) -> bytes:
    """A value as an XML property list: tabs, keys in the order given. Raises ValueError for text that XML cannot hold."""
    import plistlib  # noqa: PLC0415 - only writers need it

    return plistlib.dumps(value, sort_keys=False)


def _parse_xml(source: Source) -> Parsed:
    try:
        return _Xml(source).parse("utf-8" if source.recoded else None)
    except expat.ExpatError as error:
        return _recover(source, error)
    except (LookupError, ValueError) as error:
        if type(error) not in (LookupError, ValueError):
            raise  # these two, and no kind of them, are pyexpat's words for an encoding it cannot read
        return _read_on(source, _unknown_encoding(source), "utf-8")
    except _Stop as stop:
        return Parsed(None, [stop.problem])


def _recover(source: Source, error: expat.ExpatError) -> Parsed:
    """After an XML error: read on when only the encoding is wrong, else say where the file breaks."""
    problem = _encoding_problem(source, error)
    if problem is not None:
        return _read_on(source, problem, "iso-8859-1" if problem.end > problem.start else "utf-8")
    offset = source.lead + _error_offset(source, error)
    return Parsed(None, [Problem("doc-unreadable", _explain(source, error, offset), offset, offset)])


def _read_on(source: Source, problem: Problem, codec: str) -> Parsed:
    try:
        again = _Xml(source).parse(codec)
    except (expat.ExpatError, _Stop):
        return Parsed(None, [problem])
    source.encoding = codec
    return again._replace(problems=[problem, *again.problems])


def _error_offset(source: Source, error: expat.ExpatError) -> int:
    lines = source.content[source.lead :].split(b"\n", error.lineno - 1)
    before = sum(len(line) + 1 for line in lines[: error.lineno - 1])
    column = lines[-1][: error.offset * 4].decode(source.encoding, "replace")[: error.offset]
    return min(before + len(column.encode(source.encoding, "replace")), len(source.content) - source.lead)


def _explain(source: Source, error: expat.ExpatError, offset: int) -> str:
    text = expat.ErrorString(error.code)
    rest = source.content[offset:].lstrip()
    if error.code == 4 and b"--" in source.content[max(0, offset - 3) : offset + 3]:  # noqa: PLR2004
        return "not well-formed XML: '--' inside a comment"
    before = source.content[max(0, offset - 1) : offset + 1]
    if error.code == 4 and b"&" in before:  # noqa: PLR2004
        return "not well-formed XML: a bare '&'; write &amp;"
    if not rest or error.code == 3:  # noqa: PLR2004 - no element found: the text ended
        return f"not well-formed XML: the file ends too early ({text})"
    return f"not well-formed XML: {text}"


def _encoding_problem(source: Source, error: expat.ExpatError) -> Problem | None:
    content, declared = source.content, _declared(source)
    if error.code in (18, 19):  # unknown encoding; declared encoding does not fit the bytes
        message = f"declares the encoding {declared}, which these bytes are not in"
        return Problem("doc-encoding", message, source.lead, source.lead)
    try:
        content.decode(declared)
    except UnicodeDecodeError as bad:
        message = f"declares {declared}, but the byte 0x{content[bad.start]:02X} is not {declared}"
        return Problem("doc-encoding", message, bad.start, bad.start + 1)
    except (LookupError, ValueError):
        return _unknown_encoding(source)
    return None


def _unknown_encoding(source: Source) -> Problem:
    message = f"declares the encoding {_declared(source)}, which readers of profiles do not know"
    return Problem("doc-encoding", message, source.lead, source.lead)


def _declared(source: Source) -> str:
    match = _ENCODING.match(source.content[source.lead : source.lead + 200])
    return match[1].decode() if match else "UTF-8"


class _Xml:
    """One pass of expat over one file; handlers are closures because they run for every element."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.content = source.content
        self.problems: list[Problem] = []
        self.root: Node | None = None
        self.plist = False
        self.doctype: tuple[str | None, str | None] | None = None
        self.declared: str | None = None

    def parse(self, encoding: str | None) -> Parsed:
        parser = self.parser = expat.ParserCreate(encoding)
        parser.buffer_text = parser.ordered_attributes = True
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = self.handlers()
        parser.EntityDeclHandler = self.entity
        parser.SkippedEntityHandler = self.skipped
        parser.StartDoctypeDeclHandler = self.start_doctype
        parser.XmlDeclHandler = self.declaration
        parser.ProcessingInstructionHandler = self.instruction
        lead = self.source.lead
        parser.Parse(self.content[lead:] if lead else self.content, True)
        if self.root is None and not self.problems:
            self.add_problem("the property list is empty", lead, lead)
        if encoding is None:
            self.check_declared()
        elif self.source.recoded and not (self.declared or "utf-16").lower().startswith("utf-16"):
            self.problems.append(
                Problem("doc-encoding", f"declares {self.declared}, but the bytes are UTF-16", lead, lead)
            )
        return Parsed(self.root, self.problems, self.doctype, self.declared)

    def add_problem(self, message: str, start: int, end: int, node: Node | None = None) -> None:
        self.problems.append(Problem("doc-unreadable", message, start, end, node))

    def entity(self, name: str, *_: object) -> None:
        message = f"declares the entity {name!r}; no profile needs one, and devices need not expand it"
        raise _Stop("doc-entity", message, self.parser.CurrentByteIndex + self.source.lead)

    def instruction(self, target: str, _data: str) -> None:
        if target.lower() != "php":  # a template: what it stands for is still to come
            self.add_ignored(
                f"the instruction <?{target} ?>", self.parser.CurrentByteIndex + self.source.lead
            )

    def add_ignored(self, what: str, start: int) -> None:
        self.problems.append(
            Problem(
                "doc-ignored-markup",
                f"{what} has no meaning in a property list; readers drop it",
                start,
                start,
            )
        )

    def attributes(self, name: str, attributes: list[str], start: int) -> None:
        """Only `version` of <plist> means something, and there is one version, which many write as 1."""
        if name != "plist":
            self.add_ignored(f"the attribute {attributes[0]!r} of <{name}>", start)
        elif attributes[0] == "version" and attributes[1] not in ("1.0", "1"):
            self.add_ignored(f"version {attributes[1]!r} of <plist>", start)

    def skipped(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            at = self.parser.CurrentByteIndex + self.source.lead
            message = f"uses the undeclared entity &{name}; which parsers drop without a word"
            self.problems.append(Problem("doc-entity", message, at, at + len(name.encode()) + 2))

    def start_doctype(
        self, _name: str, system: str | None, public: str | None, has_internal_subset: bool
    ) -> None:
        self.doctype = (public, system)
        if has_internal_subset:
            at = self.parser.CurrentByteIndex + self.source.lead
            self.problems.append(Problem("doc-entity", "the DOCTYPE has declarations of its own", at, at))

    def declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.declared = encoding

    def check_declared(self) -> None:
        """A single-byte encoding declared over UTF-8 bytes: every parser reads it, and every name comes out wrong."""
        declared = (self.declared or "utf-8").lower()
        if declared == "utf-8" or declared.startswith("utf-16"):
            return
        self.source.encoding = declared
        bad = re.search(rb"[\x80-\xff]+", self.content)
        if bad is None:
            return
        try:
            self.content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return
        message = f"declares {self.declared}, but the bytes are UTF-8"
        self.problems.append(Problem("doc-encoding", message, bad.start(), bad.end()))

    def handlers(  # noqa: C901, PLR0915 - one closure scope, for speed
        self,
    ) -> tuple[Callable[..., None], Callable[..., None], Callable[..., None]]:
        parser, content, base = self.parser, self.content, self.source.lead
        problem, duplicates = self.add_problem, self.problems
        find = content.find
        stack: list[Node] = []
        parent: Node | None = None
        element: str | None = None
        started = skipping = 0
        text = ""
        key: str | None = None
        key_start = -1
        count = 0

        def add(node: Node) -> None:
            nonlocal key, key_start, count
            count += 1
            if count > NODE_LIMIT:
                raise _Stop(
                    "doc-unreadable", f"more than {NODE_LIMIT} values; no profile has so many", node.start
                )
            if parent is None:
                if self.root is not None:
                    problem(
                        "a second value beside the root; readers disagree which one counts",
                        node.start,
                        node.start,
                        node,
                    )
                else:
                    self.root = node
            elif parent.kind == "array":
                node.key = len(parent.value)
                parent.value.append(node)
            elif key is None:
                problem("a value without a <key> before it", node.start, node.start, node)
            else:
                values = parent.value
                if key in values:
                    message = (
                        f"{key} is written twice in one dictionary; readers keep one of them without a word"
                    )
                    duplicates.append(
                        Problem(
                            "doc-duplicate-key", message, node.key_start, node.key_start, node, values[key]
                        )
                    )
                values[key] = node
                key, key_start = None, -1

        def start(name: str, attributes: list[str]) -> None:
            nonlocal parent, element, started, text, key, key_start, skipping
            at = parser.CurrentByteIndex + base
            if element is not None:
                if not skipping:
                    problem(f"<{name}> inside <{element}>; readers drop one of them", at, at)
                skipping += 1
                return
            started = at
            if attributes:
                self.attributes(name, attributes, at)
            if name in _SCALARS:
                element = name
                text = ""
            elif name in ("dict", "array"):
                node = Node(name, {} if name == "dict" else [], started, key, key_start, parent)
                add(node)
                stack.append(node)
                if len(stack) > DEPTH_LIMIT:
                    raise _Stop(
                        "doc-unreadable", f"nested deeper than {DEPTH_LIMIT} levels; no profile is", started
                    )
                parent = node
                key = None
            elif name != "plist" or stack:
                if self.root is None and not self.plist:
                    raise _Stop(
                        "doc-unreadable", f"the outermost element is <{name}>, where <plist> belongs", at
                    )
                problem(f"<{name}> is no element of a property list", at, at)
                element, skipping, key = "", 1, None
            else:
                self.plist = True

        def characters(data: str) -> None:
            nonlocal text
            if element is not None:
                text += data
            elif not data.isspace():
                stop = parser.CurrentByteIndex + base  # expat tells of a text when it meets what follows
                stray = content[content.rfind(b">", 0, stop) + 1 : stop]
                problem(
                    f"text outside of any value: {_shorten(data)}",
                    stop - len(stray.lstrip()),
                    stop - len(stray) + len(stray.rstrip()),
                )

        def end(name: str) -> None:  # noqa: C901 - split, it would be slower by a call for every element
            nonlocal parent, element, key, key_start, skipping
            if skipping:
                skipping -= 1
                if not skipping:
                    element = element or None
                return
            at = parser.CurrentByteIndex + base
            if element is not None:
                element = None
                if name == "key":
                    if parent is None or parent.kind != "dict":
                        problem("<key> outside of a dictionary", started, find(b">", at) + 1)
                        return
                    if key is not None:
                        problem(f"the key {_shorten(key)} has no value", key_start, key_start)
                    if not text:
                        self.add_ignored("an empty <key>", started)
                    key, key_start = text, started
                    return
                node = Node(_SCALARS[name], text, started, key, key_start, parent)
                node.end = at if not text and content[at - 2 : at] == b"/>" else find(b">", at) + 1
                if name != "string":
                    convert(node, name)
                add(node)
            elif name in ("dict", "array") and stack:
                if key is not None:
                    problem(f"the key {_shorten(key)} has no value", key_start, key_start)
                    key = None
                node = stack.pop()
                node.end = at if not node.value and content[at - 2 : at] == b"/>" else find(b">", at) + 1
                parent = node.parent

        def convert(node: Node, name: str) -> None:
            try:
                node.value = CONVERT[name](text)
            except (ValueError, OverflowError, binascii.Error):
                node.value = None
                if name == "data":  # often a secret
                    message = "<data> is no Base64"
                else:
                    message = f"<{name}> holds {_shorten(text) or 'nothing'}, which is no {_SCALARS[name]}"
                problem(message, node.start, node.end, node)

        return start, end, characters


def _shorten(text: str) -> str:
    text = _SPACE.sub(" ", text.strip())
    return repr(text if len(text) <= 30 else text[:30] + "…") if text else ""  # noqa: PLR2004


def _integer(text: str) -> int:
    if _INTEGER.match(text) is None:
        raise ValueError
    digits = text.strip()
    value = int(digits, 16 if "x" in digits.lower() else 10)
    if not -(2**63) <= value < 2**64:
        raise ValueError
    return value


def _real(text: str) -> float:
    if _REAL.match(text) is None:
        raise ValueError
    value = float(text)
    if not math.isfinite(value):
        raise ValueError
    return value


def _true(text: str) -> bool:
    if text.strip():
        raise ValueError
    return True


def _false(text: str) -> bool:
    return not _true(text)


def _data(text: str) -> bytes:
    return binascii.a2b_base64(_SPACE.sub("", text), strict_mode=True) if text else b""


def _date(text: str) -> datetime.datetime:
    match = _DATE.match(text)
    if match is None:
        raise ValueError
    return datetime.datetime(*map(int, match.groups()))  # type: ignore[arg-type] # noqa: DTZ001 - plist dates are UTC


_SCALARS = {
    "key": "key", "string": "string", "integer": "integer", "real": "real", "true": "boolean", "false": "boolean",
    "data": "data", "date": "date",
}  # fmt: skip
CONVERT: dict[str, Callable[[str], Any]] = {
    "integer": _integer, "real": _real, "true": _true, "false": _false, "data": _data, "date": _date,
}  # fmt: skip


def _parse_binary(content: bytes) -> Parsed:
    """Through plistlib, then copied with a bound on depth and count: a binary file can refer to itself."""
    import plistlib  # noqa: PLC0415 - binary files are rare
    import struct  # noqa: PLC0415

    try:
        value = plistlib.loads(content, fmt=plistlib.FMT_BINARY)
        # Each value costs a reference of at least a byte, unless containers are shared, which writers do not do much.
        return Parsed(_from_plain(value, min(NODE_LIMIT, 4 * len(content))), [])
    except _Stop as stop:
        return Parsed(None, [stop.problem])
    except (
        plistlib.InvalidFileException,
        ValueError,
        TypeError,
        OverflowError,
        IndexError,
        RecursionError,
        MemoryError,
        struct.error,
    ):
        return Parsed(None, [Problem("doc-unreadable", "a damaged binary property list", -1, -1)])


def _from_plain(value: Any, limit: int) -> Node:
    root = Node("dict", None, -1, None, -1, None)
    pending: list[tuple[Node, Any, int]] = [(root, value, 0)]
    count = 0
    while pending:
        node, value, depth = pending.pop()
        count += 1
        if count > limit or depth > DEPTH_LIMIT:
            raise _Stop("doc-unreadable", "a binary property list that refers to itself or never ends", -1)
        if isinstance(value, dict):
            node.kind, node.value = "dict", {}
            for key, item in value.items():
                if not isinstance(key, str):
                    raise _Stop("doc-unreadable", "a dictionary key that is no string", -1)
                child = node.value[key] = Node("", None, -1, key, -1, node)
                pending.append((child, item, depth + 1))
        elif isinstance(value, list):
            node.kind, node.value = (
                "array",
                [Node("", None, -1, index, -1, node) for index in range(len(value))],
            )
            pending.extend(zip(node.value, value, [depth + 1] * len(value), strict=True))
        else:
            node.kind, node.value = _kind(value), value
    return root


def _kind(value: Any) -> str:
    for kind, python in _KINDS:
        if isinstance(value, python):
            return kind
    raise _Stop("doc-unreadable", f"a value of a kind profiles do not know ({type(value).__name__})", -1)


_KINDS: tuple[tuple[str, type], ...] = (
    ("boolean", bool), ("string", str), ("integer", int), ("real", float), ("data", bytes), ("date", datetime.datetime),
)  # fmt: skip
