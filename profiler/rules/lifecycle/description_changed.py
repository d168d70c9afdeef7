"""life-description-changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.lifecycle.update import accounts, first, update_of
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "life-description-changed",
    severity=Severity.NOTE,
    source="https://support.apple.com/guide/deployment/depdca795ebd/web",
    needs=(Needs.INSTALLED,),
    types=first("com.apple.carddav.account"),
    installed="""
    <key>CardDAVAccountDescription</key>
    <string>Work contacts</string>
    """,
    bad="""
    <key>CardDAVAccountDescription</key>
    <string>Contacts</string>
    """,
    good="""
    <key>CardDAVAccountDescription</key>
    <string>Work contacts</string>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """The description of an account differs from the installed profile.

    Users know the account by it, and on iPhone and iPad two accounts with the same description exclude each other (documented): a
    new description may let a second account in, or keep this one out.
    """
    for both in accounts(update_of(run)):
        if both.old.description != both.new.description:
            node = next(
                (one for one in both.new.payload.children() if _names(one, both.new.description)),
                both.new.payload,
            )
            was, now = both.old.description or "(none)", both.new.description or "(none)"
            yield Finding(
                node, f"The account description was {was} and becomes {now}", help="tell users the new name"
            )


def _names(node: Node, description: str) -> bool:
    return isinstance(node.key, str) and node.key.endswith("AccountDescription") and node.value == description
