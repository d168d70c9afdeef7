"""life-signer-changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.lifecycle.plan import signer
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "life-signer-changed",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/configuring-multiple-devices-using-profiles",
    needs=(Needs.INSTALLED, Needs.SIGNATURE, Needs.TARGET),
    target="ios,manual",
    bad="",
    good="",
    fix="sign with the certificate of the installed profile, or deliver by management",
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """The profile is signed by another certificate than the installed one.

    By hand a signed profile can be updated only with one from the same signer (documented); a renewed certificate is another one.
    Device management is not bound by this.
    """
    if run.installed is None or not run.targets.delivers_manually:
        return
    old, new = run.installed.source.signed, run.document.source.signed
    if old is not None and new is not None and signer(old) != signer(new):
        message = "Signed by another certificate than the installed profile: a device refuses it when it is installed by hand"
        yield Finding(
            None, message, help="sign with the certificate of the installed profile, or deliver by management"
        )
