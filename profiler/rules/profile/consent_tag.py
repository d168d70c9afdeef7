"""prof-consent-tag."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

# RFC 5646 2.1: language with its extension (zh-yue), script, region, variants, extensions; private use.
_TAG = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3})?(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[a-z0-9]-[a-z0-9-]+)?|x-[a-z0-9-]+)\Z",
    re.IGNORECASE,
)


@rule(
    "prof-consent-tag",
    severity=Severity.WARNING,
    source="https://www.rfc-editor.org/info/bcp47",
    keys=("ConsentText",),
    bad="""
    <key>ConsentText</key>
    <dict>
        <key>default</key>
        <string>You agree.</string>
        <key>en_GB</key>
        <string>You agree.</string>
    </dict>
    """,
    good="""
    <key>ConsentText</key>
    <dict>
        <key>default</key>
        <string>You agree.</string>
        <key>en-GB</key>
        <string>You agree.</string>
    </dict>
    """,
)
def check(root: Node, _run: Run) -> Iterator[Finding]:
    """A key of ConsentText is no language tag.

    A device looks for the user's language by its BCP 47 tag, such as en or pt-BR. Under another name the
    text is never chosen.

    """
    node = root.get("ConsentText")
    if node is None or node.kind != "dict":
        return
    for key, text in node.value.items():
        if key == "default" or _TAG.match(key):
            continue
        wanted = key.replace("_", "-")
        near = "default" if key.lower() == "default" else wanted if _TAG.match(wanted) else ""
        fix = Fix(f"rename it to {near}", (), Safety.MANUAL) if near else None
        yield Finding(
            text,
            f"ConsentText has the key {key!r}, which is no language tag; its text is never shown",
            fix,
            at_key=True,
        )
