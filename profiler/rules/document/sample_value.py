"""doc-sample-value."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from profiler.model import confidential
from profiler.rules.document.sample import PROFILE
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_SIGNS = (
    "xample",
    "XAMPLE",
    "assw",
    "ASSW",
    "1234",
    "ecret",
    "ECRET",
    "test",
    "TEST",
    ".invalid",
    "A1B2C3D4",
    "00000000",
    "@ss",
    "hangeit",
)
# RFC 2606 and 6761: names that never exist.
_DOMAIN = r"(?i)(?:^|[@./])(?:example\.(?:com|net|org|edu)|[\w-]+\.(?:example|test|invalid))(?=$|[/:.]$|[/:])"
_IDENTIFIER = r"(?i)(?:com|org|net|edu)\.example(?:\.|$)"
_PASSWORD = r"(?i)(?:my)?(?:pass(?:word|phrase)?|p@ssw0rd|secret|changeit|test)[0-9!]*\Z|1234+5?6?7?8?9?0?\Z"  # noqa: S105 - a pattern
_UUIDS = frozenset({
    "12345678-1234-1234-1234-123456789012", "12345678-1234-1234-1234-123456789ABC", "A1B2C3D4-E5F6-7890-ABCD-EF1234567890",
    "00000000-0000-0000-0000-000000000000",
})  # fmt: skip
_RELATED = 10


@rule(
    "doc-sample-value",
    severity=Severity.WARNING,
    source="https://www.rfc-editor.org/rfc/rfc2606",
    bad=PROFILE,
    good=PROFILE.replace("com.example", "org.nordmann"),
)
def check(root: Node | None, run: Run) -> Iterator[Finding]:
    """A value is copied from a sample: an example.com name, a password such as Password123, a made-up UUID.

    Names under example.com never answer, and a sample password opens nothing or everything. Files that are samples on purpose
    can ignore the rule. However many such values there are, they are one finding.
    """
    if root is None or root.kind != "dict":
        return
    found = list(_samples(root, run))
    if not found:
        return
    first, what = found[0]
    more = f" ({len(found)} such values)" if len(found) > 1 else ""
    related = tuple((node, f"{remark}, too") for node, remark in found[1 : _RELATED + 1])
    yield Finding(first, f"{what}{more}", related=related, help="write the real value")


def _samples(root: Node, run: Run) -> Iterator[tuple[Node, str]]:
    for payload in (root, *run.payloads):
        for key, node in payload.value.items():
            if (
                node.kind == "string"
                and _may_be_sample(node.value)
                and (key != "PayloadIdentifier" or payload is root)
            ):
                what = _remark(key, node)
                if what:
                    yield node, what


@lru_cache(maxsize=8192)
def _may_be_sample(text: str) -> bool:
    """A quick look, remembered, because most strings are in many files."""
    for sign in _SIGNS:  # noqa: SIM110 - any() takes twice as long
        if sign in text:
            return True
    return False


def _remark(key: str, node: Node) -> str:
    value: str = node.value
    if key == "PayloadUUID":
        return f"{key} {value} is a made-up sample" if value.upper() in _UUIDS else ""
    if key == "PayloadIdentifier":
        return f"{key} {value} is in a name space for examples" if re.match(_IDENTIFIER, value) else ""
    if key.startswith("Payload"):
        return ""
    if "." in value and re.search(_DOMAIN, value) and not confidential.is_secret(node):
        return f"{key} {value} is a sample; the name does not exist"
    return (
        f"{key} is a password from a sample"
        if re.match(_PASSWORD, value) and confidential.is_secret(node)
        else ""
    )
