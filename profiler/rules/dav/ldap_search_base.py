"""ldap-search-base."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.model.account import LDAP
from profiler.rules.rule import Finding, Scope, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_BASE = "LDAPSearchSettingSearchBase"
_SCOPE = "LDAPSearchSettingScope"
_SCOPES = ("LDAPSearchSettingScopeBase", "LDAPSearchSettingScopeOneLevel", "LDAPSearchSettingScopeSubtree")


@rule(
    "ldap-search-base",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/ldap",
    scope=Scope.PAYLOAD,
    types=(LDAP,),
    keys=("LDAPSearchSettings",),
    bad="""
    <key>LDAPSearchSettings</key>
    <array>
        <dict>
            <key>LDAPSearchSettingDescription</key>
            <string>Staff</string>
        </dict>
    </array>
    """,
    good="""
    <key>LDAPSearchSettings</key>
    <array>
        <dict>
            <key>LDAPSearchSettingDescription</key>
            <string>Staff</string>
            <key>LDAPSearchSettingSearchBase</key>
            <string>ou=staff,dc=example,dc=com</string>
        </dict>
    </array>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """A directory search does not say where to search, or says how deep with a word that does not exist.

    Each search needs a search base, and its scope is one of three words of Apple's. The directory finds nobody otherwise, or
    the payload is refused.
    """
    settings = payload.get("LDAPSearchSettings")
    for search in settings.children() if settings is not None else []:
        if search.kind != "dict":
            continue
        if not (search.string(_BASE) or "").strip():
            node = search.get(_BASE) or search
            yield Finding(
                node,
                f"The search has no {_BASE}, so the device does not know where to search",
                help=f"add {_BASE}",
            )
        scope = search.string(_SCOPE)
        if scope is not None and scope not in _SCOPES and not run.is_placeholder(scope):
            hint = f"write one of {', '.join(_SCOPES)}"
            yield Finding(search.get(_SCOPE), f"{_SCOPE} is {scope!r}, which does not exist", help=hint)
