"""ex-all-services-off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import EAS
from profiler.rules.exchange.service_off_locked import SERVICES
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_KEYS = tuple(f"Enable{service}" for service in SERVICES)
_OFF = "".join(f"\n    <key>{key}</key>\n    <false/>" for key in _KEYS[1:])


@rule(
    "ex-all-services-off",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/exchangeactivesync",
    scope=Scope.PAYLOAD,
    types=(EAS,),
    keys=_KEYS[:1],
    bad=f"""
    <key>EnableMail</key>
    <false/>{_OFF}
    """,
    good=f"""
    <key>EnableMail</key>
    <true/>{_OFF}
    """,
)
def check(payload: Node, _run: Run) -> Iterator[Finding]:
    """An Exchange account has all five services off.

    At least one of mail, contacts, calendars, reminders and notes has to be on; the payload is wrong without.
    """
    if all(payload.boolean(key) is False for key in _KEYS):
        services = ", ".join(service.lower() for service in SERVICES)
        message = f"All services of the account are off ({services}), and at least one has to be on"
        yield Finding(payload.get(_KEYS[0]), message, help="turn the services on that the account is for")
