"""sec-open-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, insert_entry, replace_value
from profiler.model.account import EAS, GOOGLE, MAIL
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_KEY = "allowOpenFromManagedToUnmanaged"
_RESTRICTIONS = "com.apple.applicationaccess"


@rule(
    "sec-open-in",
    severity=Severity.NOTE,
    source="https://developer.apple.com/documentation/devicemanagement/restrictions",
    types=(MAIL, EAS, GOOGLE),
    needs=(Needs.OPT_IN, Needs.TARGET),
    target="ios,mdm",
    bad=f"""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.eas.account</string>
    </dict>
    <dict>
        <key>PayloadType</key>
        <string>com.apple.applicationaccess</string>
        <key>{_KEY}</key>
        <true/>
    </dict>
    """,
    good=f"""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.eas.account</string>
    </dict>
    <dict>
        <key>PayloadType</key>
        <string>com.apple.applicationaccess</string>
        <key>{_KEY}</key>
        <false/>
    </dict>
    """,
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """Attachments of managed mail can be opened in any app.

    Accounts from a management service are managed, and allowOpenFromManagedToUnmanaged false keeps what is in them from the
    user's own apps. Security baselines ask for it. Another profile may hold the restriction.
    """
    if not run.delivers_mdm:
        return
    restrictions = run.payloads_of(_RESTRICTIONS)
    if any(one.boolean(_KEY) is False for one in restrictions):
        return
    fix, node = None, None
    if restrictions:
        node = restrictions[0].get(_KEY)
        edit = replace_value(node, False) if node else insert_entry(restrictions[0], _KEY, False, run.content)
        fix = Fix(f"set {_KEY} to false", (edit,), Safety.UNSAFE)
    message = f"Attachments of managed mail can leave to apps that are not managed: {_KEY} is not false"
    hint = "" if fix else f"add a {_RESTRICTIONS} payload with {_KEY} false"
    yield Finding(node or (restrictions[0] if restrictions else None), message, fix, help=hint)
