"""life-identifier-collision."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from profiler.rules.across import Place, Remark, place_of
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from profiler.document.plist import Node
    from profiler.rules.run import Run


class Claim(NamedTuple):
    """Of one file: its identifier and where that stands, and the mailboxes of its accounts."""

    identifier: str
    place: Place | None
    mailboxes: frozenset[tuple[str, str, str]]


@rule(
    "life-identifier-collision",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/toplevel",
    needs=(Needs.FILES,),
    bad="",
    good="",
    fix="give each its own identifier, as `profiler identity fork` does",
)
def check(_root: Node, _run: Run) -> Iterator[Finding]:
    """Several profiles for different accounts have one identifier.

    A device takes the second for an update of the first (documented): whoever gets both has only the accounts of the last one.
    Files that each go to a device of their own do not meet.
    """
    yield from ()


def collect(run: Run) -> Claim:
    """What `compare` needs of one file."""
    node = run.root.get("PayloadIdentifier") if run.root is not None else None
    if node is None or node.kind != "string" or not node.value or run.is_placeholder(node.value):
        return Claim("", None, frozenset())
    return Claim(node.value, place_of(node, run), frozenset(account.mailbox for account in run.accounts))


def compare(files: Sequence[tuple[str, Claim]]) -> list[tuple[str, Remark]]:
    """Files, (path, claim) each, that claim an identifier of an earlier one for other accounts: (path, finding) in order."""
    first: dict[str, tuple[str, Claim]] = {}
    found: list[tuple[str, Remark]] = []
    for path, claim in files:
        if claim.place is None or not claim.mailboxes:
            continue
        earlier, other = first.setdefault(claim.identifier, (path, claim))
        if other.place is None or other.mailboxes == claim.mailboxes:
            continue
        message = f"{earlier} has the identifier {claim.identifier} too, for other accounts: on one device the last one wins"
        remark = Remark(
            claim.place,
            message,
            "give each its own identifier, as `profiler identity fork` does",
            related=((earlier, other.place, "the other profile"),),
        )
        found.append((path, remark))
    return found
