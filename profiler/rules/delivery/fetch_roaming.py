"""del-fetch-roaming."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_KEY = "allowGlobalBackgroundFetchWhenRoaming"


@rule(
    "del-fetch-roaming",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/restrictions",
    scope=Scope.PAYLOAD,
    types=("com.apple.applicationaccess",),
    keys=(_KEY,),
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
    """Mail is not fetched in the background abroad.

    While the device roams mail arrives only when somebody opens Mail. Right where roaming is expensive; users should know.
    """
    node = payload.get(_KEY)
    if node is not None and payload.boolean(_KEY) is False and not run.does_nothing(node):
        message = f"{_KEY} is false: abroad mail arrives only when Mail is opened"
        yield Finding(node, message, help="tell people, or leave the key out")
