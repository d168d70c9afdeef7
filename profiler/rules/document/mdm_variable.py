"""doc-mdm-variable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model import placeholder
from profiler.model.placeholder import Kind
from profiler.rules.document import templates
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "doc-mdm-variable",
    severity=Severity.NOTE,
    source="https://learn.jamf.com/en-US/bundle/jamf-pro-documentation-current/page/Computer_Configuration_Profiles.html",
    needs=(Needs.TARGET,),
    target="ios,manual",
    options={"ignore": "sig-missing"},
    bad="""
    <dict>
        <key>EmailAddress</key>
        <string>$EMAIL</string>
        <key>IncomingMailServerUsername</key>
        <string>$EMAIL</string>
        <key>OutgoingMailServerUsername</key>
        <string>$EMAIL</string>
    </dict>
    """,
    good="""
    <dict>
        <key>EmailAddress</key>
        <string>kari@example.com</string>
        <key>IncomingMailServerUsername</key>
        <string>kari@example.com</string>
        <key>OutgoingMailServerUsername</key>
        <string>kari@example.com</string>
    </dict>
    """,
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """A variable of a device management service stands in a profile that is installed by hand.

    Only the service replaces it while sending the profile. Installed by hand the device takes it literally and asks a server
    for a user of that name.
    """
    if not run.targets.delivers_manually:
        return
    found = [place for place in templates.places(run) if place.kind is Kind.VARIABLE]
    if not found:
        return
    first = found[0]
    services = (
        " and ".join(placeholder.title(name) for name in placeholder.vendors_of(first.text)[:2]) or "macOS"
    )
    more = f" ({len(found)} places)" if len(found) > 1 else ""
    message = f"{first.text} is a variable of {services}; nobody fills it in when the profile is installed by hand{more}"
    nodes = {id(place.node): place for place in found[1:] if place.node is not first.node}
    related = tuple(
        (place.node, f"{place.text} is here") for place in nodes.values() if place.node is not None
    )
    hint = "deliver the profile through the service, or write the value itself"
    yield Finding(first.node, message, related=related, help=hint)
