"""del-domains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, append_item
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_EXCHANGE = """
    <dict>
        <key>PayloadType</key>
        <string>com.apple.eas.account</string>
    </dict>
    <dict>
        <key>PayloadType</key>
        <string>com.apple.domains</string>
        <key>EmailDomains</key>
        <array>
            <string>example.org</string>{}
        </array>
    </dict>
"""


@rule(
    "del-domains",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/domains",
    scope=Scope.PAYLOAD,
    types=("com.apple.domains",),
    keys=("EmailDomains",),
    bad=_EXCHANGE.format(""),
    good=_EXCHANGE.format("\n            <string>example.com</string>"),
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """The domain of an account is not among the company's own domains.

    Mail marks addresses that end in none of EmailDomains as strange, so that users would see their own address and those of
    their colleagues in red.
    """
    array = payload.get("EmailDomains")
    nodes = array.children() if array is not None and array.kind == "array" else []
    known = tuple(node.value.strip().lower() for node in nodes if node.kind == "string" and node.value)
    if array is None or not known:
        return
    strange: dict[str, Node] = {}
    for account in run.accounts:
        address = account.address.lower()
        if account.domain and not run.is_placeholder(account.address) and not address.endswith(known):
            strange.setdefault(account.domain, account.payload)
    for domain, where in strange.items():
        fix = Fix(f"add {domain}", (append_item(array, domain, run.content),), Safety.SAFE)
        message = f"EmailDomains does not hold {domain}: Mail would mark the user's own address as strange"
        yield Finding(array, message, fix, related=((where, "the account"),))
