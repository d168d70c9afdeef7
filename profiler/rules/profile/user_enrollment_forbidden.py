"""prof-user-enrollment-forbidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-user-enrollment-forbidden",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/legacyprofile",
    also=(Severity.WARNING,),
    violations=("not-in-user-enrollment",),
    target="ios,user-enrollment",
    needs=(Needs.TARGET,),
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.domains</string>
        <key>EmailDomains</key>
        <array>
            <string>example.com</string>
        </array>
    </dict>
    """,
    good="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.caldav.account</string>
    </dict>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A payload is forbidden on devices in user enrolment.

    On a device that its owner enrolled with a work account iOS rejects the whole profile because of one
    such payload, the mail account beside it included. A single forbidden key is ignored, which is a
    warning.

    """
    for violation in run.violations.get("not-in-user-enrollment", ()):
        if violation.key:
            message = f"{violation.name} is not available in user enrolment; the device ignores it"
            yield Finding(violation.node, message, at_key=True, severity=Severity.WARNING)
        else:
            yield Finding(
                violation.node, violation.message, help="move the payload into a profile of its own"
            )
