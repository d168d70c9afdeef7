"""sig-missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.document.sample import BODY, DOCTYPE, HEADER, PROFILE
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "sig-missing",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/configuring-multiple-devices-using-profiles",
    needs=(Needs.TARGET,),
    target="macos,manual",
    bad=PROFILE,
    good=HEADER + DOCTYPE + "<!-- profiler: ignore[sig-missing] the release script signs it -->\n" + BODY,
)
def check(root: Node | None, run: Run) -> Iterator[Finding]:
    """A profile that people install by hand is not signed.

    The device says so before it installs, and nothing shows whether somebody changed the file on its way. Device
    management vouches for what it sends, so there it is no finding. The good example is the source of a profile that is
    signed when it is released.
    """
    if root is None or root.kind != "dict" or run.document.source.signed is not None:
        return
    targets = run.targets
    if targets.delivers_manually and not run.delivers_mdm:
        message = "Not signed: a device warns everybody who installs the profile by hand"
        yield Finding(None, message, help="sign the file you hand out, with `profiler sign`")
