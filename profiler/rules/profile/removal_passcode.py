"""prof-removal-passcode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_TYPE = "com.apple.profileRemovalPassword"


@rule(
    "prof-removal-passcode",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/profileremovalpassword",
    bad="""
    <key>HasRemovalPasscode</key>
    <true/>
    """,
    good="",
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """The profile claims a removal password that it does not have.

    HasRemovalPasscode alone protects nothing: the password is in a payload
    com.apple.profileRemovalPassword. Without it, or with an empty one, anybody removes the profile.

    """
    payloads = run.payloads_of(_TYPE)
    flag = root.get("HasRemovalPasscode")
    if (
        flag is not None
        and root.boolean("HasRemovalPasscode") is True
        and not payloads
        and not run.document.encrypted
    ):
        message = f"HasRemovalPasscode is true, but no payload {_TYPE} holds the password"
        yield Finding(flag, message, help="add the payload, or leave the key out")
    for payload in payloads:
        password = payload.get("RemovalPassword")
        if password is None or password.value == "":
            message = "the removal password is empty: anybody can remove the profile"
            yield Finding(password or payload, message, help="write a password, or leave the payload out")
