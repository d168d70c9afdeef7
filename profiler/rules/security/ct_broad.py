"""sec-ct-broad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Scope, Severity, rule
from profiler.rules.security.internal import is_internal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

# The second-level names under which most registrations of these countries are made (https://publicsuffix.org/list/).
_SECOND_LEVEL = {
    "ac": "at id il in jp ke kr nz th uk za",
    "co": "at id il in jp ke kr nz th uk za",
    "com": "ar au br cn co eg hk mx my ng pe ph pk pl sa sg tr tw ua vn",
    "edu": "au br cn co hk mx my pl sg tr tw",
    "gov": "au br cn hk il in my pl sg tr tw uk za",
    "net": "ar au br cn il in mx my nz pl sg tr tw uk za",
    "ne": "jp kr",
    "nom": "br es",
    "or": "at jp kr th",
    "org": "ar au br cn il in mx my nz pl sg tr tw uk za",
    "ltd": "uk", "plc": "uk", "me": "uk", "sch": "uk", "nhs": "uk", "go": "id jp kr th", "gob": "ar es mx",
    "gouv": "fr", "asso": "fr", "gv": "at",
}  # fmt: skip


@rule(
    "sec-ct-broad",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/certificatetransparency",
    scope=Scope.PAYLOAD,
    types=("com.apple.security.certificatetransparency",),
    keys=("DisabledForDomains",),
    bad="""
    <key>DisabledForDomains</key>
    <array>
        <string>.co.uk</string>
    </array>
    """,
    good="""
    <key>DisabledForDomains</key>
    <array>
        <string>.example.co.uk</string>
    </array>
    """,
)
def check(payload: Node, _run: Run) -> Iterator[Finding]:
    """Certificate transparency is turned off for a whole public suffix.

    Nobody owns com or co.uk: forged certificates for all names below would go unnoticed. Apple does not accept a suffix with a
    leading dot at all. Top-level names and the common second-level ones are known; the rest of the public suffix list is not.
    """
    domains = payload.get("DisabledForDomains")
    for node in domains.children() if domains is not None and domains.kind == "array" else []:
        text = node.value.strip().lower() if node.kind == "string" and node.value else ""
        if _is_public_suffix(text.strip(".")):
            reason = "Apple refuses that form" if text.startswith(".") else "it belongs to no one"
            message = f"Certificate transparency would be off for the public suffix {text}; {reason}"
            yield Finding(node, message, help="name the domains whose servers need it")


def _is_public_suffix(name: str) -> bool:
    first, _, last = name.partition(".")
    if not last:
        return bool(name) and not is_internal(f"host.{name}")
    return last in _SECOND_LEVEL.get(first, "").split()
