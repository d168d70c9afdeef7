"""prof-missing-key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety, insert_entry, replace_value
from profiler.model.account import ACCOUNT_TYPES, GOOGLE, LDAP, MAIL
from profiler.rules.profile import identity
from profiler.rules.rule import Finding, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.model.violation import Violation
    from profiler.rules.run import Run

_STRICT = ACCOUNT_TYPES | {
    "com.apple.notificationsettings", "com.apple.domains", "com.apple.applicationaccess", "com.apple.security.root",
    "com.apple.security.pkcs1", "com.apple.security.pem", "com.apple.security.pkcs12", "com.apple.profileRemovalPassword",
}  # fmt: skip
_IDENTIFICATION = "com.apple.configurationprofile.identification"


@rule(
    "prof-missing-key",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/commonpayloadkeys",
    also=(Severity.WARNING,),
    leave_out=("PayloadVersion",),
    types=(),
    bad="""
    <key>PayloadOrganization</key>
    <string>Example</string>
    """,
    good="""
    <key>PayloadOrganization</key>
    <string>Example</string>
    <key>PayloadVersion</key>
    <integer>1</integer>
    """,
)
def check(root: Node, run: Run) -> Iterator[Finding]:
    """A key that the profile or a payload cannot do without is missing.

    iOS refuses the profile and names the field; a Mac is more patient with the version of a payload, Apple
    Business is not. An empty identifier, type or UUID is as good as none. Of payloads that are far from
    mail, only the keys that all payloads share are an error.

    """
    missing = [one for one in run.violations.get("missing-key", ()) if not _reported_elsewhere(one)]
    for violation in missing:
        mild = violation.key not in identity.COMMON and violation.payload_type not in _STRICT
        fix = _fix(violation.node, violation.key, run)
        yield Finding(violation.node, violation.message, fix, severity=Severity.WARNING if mild else None)
    for node in run.identified:
        for key in identity.COMMON:
            value = node.get(key)
            if value is not None and value.kind == "string" and not value.value.strip():
                where = "the profile" if node is root else node.string("PayloadType") or "the payload"
                message = f"{key} is empty: {where} needs it, and devices refuse a profile without it"
                yield Finding(value, message, _filled(node, value, run))


def _reported_elsewhere(violation: Violation) -> bool:
    """Rules of mail, Google and LDAP say more of the keys of their own; and a user's password is best left out."""
    if violation.key in identity.COMMON:
        return False
    return (
        (violation.payload_type == _IDENTIFICATION and violation.key == "Password")
        or violation.payload_type in (MAIL, GOOGLE)
        or (violation.payload_type == LDAP and violation.key == "LDAPSearchSettingSearchBase")
    )


def _fix(node: Node, key: str, run: Run) -> Fix | None:
    value = _value(node, key, run)
    if value is None or node.start < 0:
        return None
    return Fix(f"add {key} {value}", (insert_entry(node, key, value, run.content),), Safety.SAFE)


def _filled(node: Node, value: Node, run: Run) -> Fix | None:
    wanted = _value(node, str(value.key), run)
    if wanted is None or value.start < 0:
        return None
    return Fix(f"write {wanted}", (replace_value(value, wanted),), Safety.SAFE)


def _value(node: Node, key: str, run: Run) -> str | int | None:
    """The value that follows from the rest of the file; None where only a person knows."""
    if key == "PayloadVersion":
        return 1
    if node is run.root:
        if key == "PayloadType":
            return identity.CONFIGURATION if run.payloads else None
        return (
            identity.own_uuid(node, run)
            if key == "PayloadUUID" and node.string("PayloadIdentifier")
            else None
        )
    if key == "PayloadIdentifier" and run.root is not None and run.root.string("PayloadIdentifier"):
        return identity.identifier_for(node, run)
    return identity.own_uuid(node, run) if key == "PayloadUUID" and node.string("PayloadIdentifier") else None
