"""A profile for reading: an overview, the same as JSON, or its XML; secrets hidden unless they are asked for."""

from __future__ import annotations

import base64
import json
import math
from typing import TYPE_CHECKING, Any

from profiler.document import plist
from profiler.errors import ProfilerError
from profiler.model import confidential
from profiler.model.account import account_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.document import Document
    from profiler.document.plist import Node
    from profiler.model.account import Account, Server

_IDENTITY = (
    ("identifier", "PayloadIdentifier"),
    ("UUID", "PayloadUUID"),
    ("organization", "PayloadOrganization"),
    ("description", "PayloadDescription"),
)
_HEAD = {
    "PayloadDisplayName",
    "PayloadType",
    "PayloadVersion",
    "PayloadContent",
    *(key for _, key in _IDENTITY),
}
_LONGEST_DATA = 64


def overview(document: Document, *, reveal: bool) -> str:
    """Lay out a profile for a person. Raises ProfilerError when it cannot be read."""
    root = _root(document)
    name = root.string("PayloadDisplayName") or root.string("PayloadIdentifier")
    lines = [_one_line(name) if name else "(a profile without a name)"]
    rows = [(label, root.string(key) or "") for label, key in _IDENTITY]
    rows += [("envelope", document.envelope.value)]
    rows += [
        ("signed by", f"{signer['subject']}, until {signer['not_after']}") for signer in _signers(document)
    ]
    lines += _table(rows)
    lines += _settings(root, 1, reveal=reveal, skip=_HEAD | {"EncryptedPayloadContent"})
    for number, payload in enumerate(document.payloads, 1):
        lines += ["", *_payload(number, payload, reveal=reveal)]
    if document.encrypted and not document.payloads:
        lines += ["", "The payloads are encrypted; only a device that holds the key can read them."]
    return "\n".join(lines)


def as_json(document: Document, *, reveal: bool) -> str:
    """Give the same facts as schemas/show-output.schema.json describes. Raises ProfilerError."""
    root = _root(document)
    report = {
        "version": 1,
        "path": document.source.name,
        "envelope": document.envelope.value,
        "signers": _signers(document),
        "profile": {**_identity(root), "settings": _plain_settings(root, reveal=reveal)},
        "payloads": [
            {
                "type": payload.string("PayloadType"),
                **_identity(payload),
                "account": _account_facts(account_of(payload)),
                "settings": _plain_settings(payload, reveal=reveal),
            }
            for payload in document.payloads
        ],
    }
    return json.dumps(report, indent=2)


def as_xml(document: Document, *, reveal: bool) -> str:
    """Give the property list inside as XML: the text as it is written, comments included. Raises ProfilerError."""
    root = _root(document)
    source = document.source
    if source.binary:
        return plist.dump(_hidden_copy(root, reveal=reveal)).decode().rstrip("\n")
    content = source.content if reveal else _hide(source.content, root)
    return content[source.lead :].decode(source.encoding, "replace").removeprefix("\ufeff").rstrip()


def _root(document: Document) -> Node:
    if document.root is not None and document.root.kind == "dict":
        return document.root
    reason = document.problems[0].message if document.problems else "the property list is no dictionary"
    raise ProfilerError(f"{document.source.name}: cannot be read: {reason}")


def _hide(content: bytes, root: Node) -> bytes:
    """Replace every secret in the text, in <data> by its base64, so that the text stays a property list."""
    pieces: list[bytes] = []
    place = 0
    for start, end in confidential.secret_spans(content, root):
        if start >= place:
            in_data = content[content.rfind(b"<", 0, start) :].startswith(b"<data")
            hidden = confidential.HIDDEN.encode()
            pieces += content[place:start], base64.b64encode(hidden) if in_data else hidden
            place = end
    return b"".join([*pieces, content[place:]])


def _hidden_copy(node: Node, *, reveal: bool) -> Any:
    if node.kind == "dict":
        return {key: _hidden_copy(item, reveal=reveal) for key, item in node.value.items()}
    if node.kind == "array":
        return [_hidden_copy(item, reveal=reveal) for item in node.value]
    if reveal or not confidential.is_secret(node):
        return node.value
    return confidential.HIDDEN.encode() if node.kind == "data" else confidential.HIDDEN


def _signers(document: Document) -> list[dict[str, object]]:
    signed = document.source.signed
    if signed is None:
        return []
    from profiler.document import cms  # noqa: PLC0415 - most profiles are not signed
    from profiler.trust import certificate  # noqa: PLC0415

    loaded = [certificate.load(cms.signer_certificate(signed, signer) or b"") for signer in signed.signers]
    return [certificate.describe(found) for found in loaded if found is not None]


def _payload(number: int, payload: Node, *, reveal: bool) -> Iterator[str]:
    kind = _one_line(payload.string("PayloadType") or "(no type)")
    title = _one_line(payload.string("PayloadDisplayName") or "")
    yield f"{number}. {title} ({kind})" if title else f"{number}. {kind}"
    rows = [(label, payload.string(key) or "") for label, key in _IDENTITY]
    account = account_of(payload)
    if account is not None:
        rows += [
            ("account", " ".join(word for word in (account.kind, account.address or account.name) if word))
        ]
        rows += [(server.protocol, _server(server)) for server in account.servers if server.host]
    yield from _table(rows)
    skip = _HEAD - {"PayloadContent"}
    yield from _settings(payload, 1, reveal=reveal, skip=skip)


def _server(server: Server) -> str:
    place = f"{server.host}:{server.port}" if server.port else server.host
    user = f" as {server.username}" if server.username else ""
    method = f", {server.authentication}{user}" if server.authentication else user
    return f"{place}/{server.security}{method}" + (", password inside" if server.has_password else "")


def _table(rows: list[tuple[str, str]]) -> list[str]:
    rows = [row for row in rows if row[1]]
    width = max((len(label) for label, _ in rows), default=0)
    return [f"  {label:<{width}}  {_one_line(value)}" for label, value in rows]


def _settings(node: Node, depth: int, *, reveal: bool, skip: set[str]) -> Iterator[str]:
    indent = "  " * depth
    items = node.value.items() if node.kind == "dict" else ((f"[{item.key}]", item) for item in node.value)
    for key, item in items:
        if key in skip:
            continue
        if item.kind in ("dict", "array") and item.value:
            yield f"{indent}{key}:"
            yield from _settings(item, depth + 1, reveal=reveal, skip=set())
        else:
            yield f"{indent}{key} = {_scalar(item, reveal=reveal)}"


def _scalar(node: Node, *, reveal: bool) -> str:
    value = node.value
    if not reveal and confidential.is_secret(node):
        return confidential.HIDDEN
    if value is None:
        return f"(not readable as {node.kind})"
    if node.kind == "data" and len(value) > _LONGEST_DATA and not reveal:
        return f"{len(value)} bytes"
    if node.kind in ("dict", "array"):
        return "empty"
    if node.kind == "boolean":
        return "true" if value else "false"
    return _one_line(str(_json_value(node, reveal=reveal))) or '""'


def _one_line(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\\n")


def _identity(node: Node) -> dict[str, str | None]:
    return {
        "identifier": node.string("PayloadIdentifier"),
        "uuid": node.string("PayloadUUID"),
        "display_name": node.string("PayloadDisplayName"),
        "organization": node.string("PayloadOrganization"),
        "description": node.string("PayloadDescription"),
    }


def _plain_settings(node: Node, *, reveal: bool) -> dict[str, Any]:
    skip = _HEAD if node.parent is None else _HEAD - {"PayloadContent"}
    return {key: _json_value(item, reveal=reveal) for key, item in node.value.items() if key not in skip}


def _json_value(node: Node, *, reveal: bool) -> Any:
    """Give dates as RFC 3339, data as base64 and numbers without end as text, as JSON has none of them."""
    if node.kind == "dict":
        return {key: _json_value(item, reveal=reveal) for key, item in node.value.items()}
    if node.kind == "array":
        return [_json_value(item, reveal=reveal) for item in node.value]
    if not reveal and confidential.is_secret(node):
        return confidential.HIDDEN
    return _json_scalar(node.kind, node.value)


def _json_scalar(kind: str, value: Any) -> Any:
    if value is None:
        return None
    if kind == "data":
        return base64.b64encode(value).decode()
    if kind == "real" and not math.isfinite(value):
        return str(value)
    return f"{value.isoformat()}Z" if kind == "date" else value


def _account_facts(account: Account | None) -> dict[str, Any] | None:
    if account is None:
        return None
    return {
        "kind": account.kind,
        "address": account.address,
        "name": account.name,
        "servers": [
            {
                "protocol": server.protocol,
                "host": server.host,
                "port": server.port,
                "security": server.security.value,
                "authentication": server.authentication.value if server.authentication else None,
                "username": server.username,
                "has_password": server.has_password,
            }
            for server in account.servers
        ],
    }
