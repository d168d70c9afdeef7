"""life-eas-password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Edit, Fix, Safety, insert_entry, replace_value
from profiler.rules.lifecycle.update import accounts, name_of, update_of
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "life-eas-password",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/exchangeactivesync",
    needs=(Needs.INSTALLED,),
    types=("com.apple.eas.account",),
    installed="""
    <key>Password</key>
    <string>tangerine kettle 41</string>
    """,
    bad="""
    <key>Password</key>
    <string>umbrella orchard 72</string>
    """,
    good="""
    <key>Password</key>
    <string>umbrella orchard 72</string>
    <key>OverridePreviousPassword</key>
    <true/>
    """,
    options={"ignore": "sec-plaintext-password life-eas-user-choices"},
)
def check(_root: Node, run: Run) -> Iterator[Finding]:
    """A new Exchange password would not replace the one that the device has.

    Without OverridePreviousPassword (iOS 14) an update keeps the password that the user or an earlier profile gave (documented),
    so the account may stop signing in.
    """
    for both in accounts(update_of(run)):
        password = both.new.payload.get("Password")
        if both.new.kind != "exchange" or password is None or not password.value or not both.keeps_identity:
            continue
        changed = any(change.key_path == ("Password",) for change in both.planned.changes)
        if changed and not both.new.payload.boolean("OverridePreviousPassword"):
            message = f"The password of {name_of(both.new)} differs, but devices keep the one they have"
            yield Finding(password, message, _fix(both.new.payload, run))


def _fix(payload: Node, run: Run) -> Fix:
    switch = payload.get("OverridePreviousPassword")
    edit = replace_value(switch, value=True) if switch is not None else _insertion(payload, run)
    return Fix("set OverridePreviousPassword to true", (edit,), Safety.UNSAFE)


def _insertion(payload: Node, run: Run) -> Edit:
    return insert_entry(payload, "OverridePreviousPassword", True, run.content)
