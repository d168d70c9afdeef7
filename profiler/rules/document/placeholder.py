"""doc-placeholder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model import placeholder
from profiler.model.placeholder import Kind
from profiler.rules.document import templates
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.document.templates import Place
    from profiler.rules.run import Run

_RELATED = 10
_LONGEST = 40


@rule(
    "doc-placeholder",
    severity=Severity.ERROR,
    also=(Severity.NOTE,),
    source="https://developer.apple.com/documentation/devicemanagement/configuring-multiple-devices-using-profiles",
    bad="""
    <dict>
        <key>IncomingMailServerHostName</key>
        <string>{{ imap.hostname }}</string>
        <key>OutgoingMailServerHostName</key>
        <string>{{ smtp.hostname }}</string>
    </dict>
    """,
    good="""
    <dict>
        <key>IncomingMailServerHostName</key>
        <string>imap.example.com</string>
        <key>OutgoingMailServerHostName</key>
        <string>smtp.example.com</string>
    </dict>
    """,
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """The file is a template that nobody filled in.

    A device takes {{ host }}, ${HOST} or HOSTNAME literally: the account looks for a server of that name. Variables that a
    device management service fills in are no finding, unless --mdm names a service that does not know them. What only looks
    like a variable is a note. A template is one finding, however many marks it has.
    """
    places = templates.places(run)
    unfilled = [place for place in places if place.kind is Kind.TEMPLATE]
    if unfilled:
        yield _finding(
            unfilled, _explain(unfilled[0], run), "fill in the template before you deliver the profile"
        )
        return
    unknown = [place for place in places if place.kind is Kind.LOOK_ALIKE]
    if unknown:
        message = "looks like a variable, but no device management service is known to fill it in"
        found = _finding(unknown, message, "check its spelling; name your service with --mdm")
        yield found._replace(severity=Severity.NOTE)


def _explain(place: Place, run: Run) -> str:
    mdm = run.context.mdm
    if mdm:
        others = placeholder.vendors_of(place.text)
        if others:
            names = " and ".join(placeholder.title(name) for name in others[:2])
            return f"is a variable of {names}; {placeholder.title(placeholder.vendor(mdm))} sends it as it is"
    return "was never filled in; a device takes it literally"


def _finding(places: list[Place], what: str, hint: str) -> Finding:
    first = places[0]
    text = first.text if len(first.text) <= _LONGEST else first.text[:_LONGEST] + "…"
    more = f" ({len(places)} places)" if len(places) > 1 else ""
    span = None
    if first.start >= 0:
        span = first.start, first.start + len(first.text.encode())
    nodes = {
        id(place.node): place
        for place in places[1:]
        if place.node is not None and place.node is not first.node
    }
    related = tuple(
        (place.node, f"{place.text} is here") for place in nodes.values() if place.node is not None
    )
    return Finding(
        first.node, f"{' '.join(text.split())} {what}{more}", span=span, related=related[:_RELATED], help=hint
    )
