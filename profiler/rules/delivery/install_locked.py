"""del-install-locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_KEY = "allowUIConfigurationProfileInstallation"


@rule(
    "del-install-locked",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/restrictions",
    scope=Scope.PAYLOAD,
    types=("com.apple.applicationaccess",),
    keys=(_KEY,),
    needs=(Needs.TARGET,),
    target="ios,manual,supervised",
    options={"ignore": "sig-missing"},
    bad=f"""
    <key>{_KEY}</key>
    <false/>
    """,
    good=f"""
    <key>{_KEY}</key>
    <true/>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """A profile that is installed by hand forbids to install profiles by hand.

    It can be installed once. Its next version, with a new server or certificate, cannot, until this one is removed.
    """
    if payload.boolean(_KEY) is False and run.targets.delivers_manually:
        message = f"{_KEY} is false: the next version of this profile cannot be installed by hand"
        yield Finding(
            payload.get(_KEY), message, help="remove the key, or send profiles by a management service"
        )
