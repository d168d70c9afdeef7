"""prof-mdm-payload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "prof-mdm-payload",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/legacyprofile",
    also=(Severity.WARNING,),
    types=("com.apple.mdm",),
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.mdm</string>
        <key>AccessRights</key>
        <integer>8191</integer>
        <key>IdentityCertificateUUID</key>
        <string>0B9C7D1E-3A52-5F4B-8E6D-1C2F3A4B5D6E</string>
        <key>ServerURL</key>
        <string>https://mdm.example.com/</string>
        <key>Topic</key>
        <string>com.apple.mgmt.External.example</string>
    </dict>
    <dict>
        <key>PayloadType</key>
        <string>com.apple.caldav.account</string>
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
    """The enrolment in device management stands beside accounts.

    An account in the enrolment profile cannot be changed without enrolling anew, and a declarative
    management service refuses such a profile. Installed by hand it works, so with a target manual it is a
    warning.

    """
    mdm = run.payloads_of("com.apple.mdm")
    if not mdm or not run.accounts:
        return
    node = mdm[0].get("PayloadType")
    related = tuple((account.payload, "an account is here") for account in run.accounts[:10])
    severity = Severity.WARNING if run.targets.delivers_manually else None
    message = (
        "the enrolment payload com.apple.mdm stands beside accounts; they belong in a profile of their own"
    )
    yield Finding(node, message, related=related, severity=severity, help="split the profile in two")
