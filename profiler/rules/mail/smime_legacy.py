"""mail-smime-legacy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, delete_entry, insert_entry
from profiler.model.account import EAS, MAIL
from profiler.rules.mail.smime import LEGACY_SWITCH, USES, has_switch
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "mail-smime-legacy",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.PAYLOAD,
    types=(MAIL, EAS),
    keys=("SMIMEEnabled",),
    bad="""
    <key>EmailAccountName</key>
    <string>Kari Nordmann</string>
    <key>SMIMEEnabled</key>
    <true/>
    """,
    good="""
    <key>EmailAccountName</key>
    <string>Kari Nordmann</string>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """S/MIME is switched on by a key that devices ignore since iOS 10.

    SMIMEEnabled was replaced by one switch for signing and one for encrypting. A profile that sets only the
    old key leaves both off.
    """
    node = payload.get(LEGACY_SWITCH)
    if node is None or not payload.boolean(LEGACY_SWITCH):
        return
    if has_switch(payload):
        return
    yield Finding(
        node,
        f"{LEGACY_SWITCH} is ignored since iOS 10, so S/MIME stays off",
        _fix(payload, node, run),
        at_key=True,
    )


def _fix(payload: Node, node: Node, run: Run) -> Fix:
    """A switch of today for each certificate that is given; without one the old key goes, which changes nothing."""
    removal = delete_entry(node, run.content)
    successors = [use for use in USES if payload.string(use.certificate)]
    if not successors:
        return Fix(f"remove {LEGACY_SWITCH}, which has no effect", (removal,))
    added = [
        insert_entry(payload, use.advised, value=True, content=run.content, after=use.certificate)
        for use in successors
    ]
    names = " and ".join(use.advised for use in successors)
    return Fix(f"use {names} in place of {LEGACY_SWITCH}", (removal, *added), Safety.UNSAFE)
