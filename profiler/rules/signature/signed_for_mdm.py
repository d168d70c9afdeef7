"""sig-signed-for-mdm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "sig-signed-for-mdm",
    severity=Severity.NOTE,
    source="https://imazing.com/guides/how-to-sign-apple-configuration-profiles",
    needs=(Needs.SIGNATURE, Needs.TARGET),
    target="ios,mdm",
    bad="",
    good="",
    fix="upload the unsigned profile: `profiler unsign`",
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """A profile for device management is signed.

    A management service can neither fill in variables nor add its own identifiers without breaking the signature (reported);
    some refuse the file. The channel vouches for what comes through it, so nothing is lost without a signature.
    """
    if run.document.source.signed is not None and run.delivers_mdm:
        message = "Signed, so that a device management service cannot fill in variables or identifiers"
        yield Finding(None, message, help="upload the unsigned profile: `profiler unsign`")
