"""life-signed-to-unsigned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "life-signed-to-unsigned",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/configuring-multiple-devices-using-profiles",
    needs=(Needs.INSTALLED, Needs.SIGNATURE, Needs.TARGET),
    target="ios,manual",
    bad="",
    good="",
    fix="`profiler sign` it with the certificate of the installed profile",
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """The installed profile is signed, and this one is not.

    By hand a signed profile can be updated only with one from the same signer (documented), so the device refuses this one.
    Device management is not bound by this.
    """
    if run.installed is None or not run.targets.delivers_manually:
        return
    if run.installed.source.signed is not None and run.document.source.signed is None:
        message = (
            "Not signed, but the installed profile is: a device refuses this one when it is installed by hand"
        )
        yield Finding(None, message, help="`profiler sign` it with the certificate of the installed profile")
