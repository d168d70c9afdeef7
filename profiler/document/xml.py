"""XML property lists by one expat pass, with places and everything that is wrong in them."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from profiler.document.plist import CONVERT, DEPTH_LIMIT, NODE_LIMIT, Node, Parsed, Problem, Stop

if TYPE_CHECKING:
    from collections.abc import Callable

    from profiler.document.source import Source

_ENCODING = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")


def parse(source: Source) -> Parsed:
    """Read an XML property list. Never raises: what is wrong is in `problems`."""
    try:
        return _Xml(source).parse("utf-8" if source.recoded else None)
    except expat.ExpatError as error:
        return _recover(source, error)
    except (LookupError, ValueError) as error:
        if type(error) not in (LookupError, ValueError):
            raise  # these two, and no kind of them, are pyexpat's words for an encoding it cannot read
        return _read_on(source, _unknown_encoding(source), "utf-8")
    except Stop as stop:
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
    except (expat.ExpatError, Stop):
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
    if source.recoded:
        return None
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
        raise Stop("doc-entity", message, self.parser.CurrentByteIndex + self.source.lead)

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
                raise Stop(
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
                    raise Stop(
                        "doc-unreadable", f"nested deeper than {DEPTH_LIMIT} levels; no profile is", started
                    )
                parent = node
                key = None
            elif name != "plist" or stack:
                if self.root is None and not self.plist:
                    raise Stop(
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
    text = " ".join(text.split())
    return repr(text if len(text) <= 30 else text[:30] + "…") if text else ""  # noqa: PLR2004


_SCALARS = {
    "key": "key", "string": "string", "integer": "integer", "real": "real", "true": "boolean", "false": "boolean",
    "data": "data", "date": "date",
}  # fmt: skip
