"""ref-cert-order."""

from __future__ import annotations

import bisect
from functools import lru_cache
from typing import TYPE_CHECKING

from profiler.document.edits import Edit, Fix, Safety
from profiler.model import confidential
from profiler.model.account import Account
from profiler.rules.reference.identity import ACCOUNT_TYPES, IDENTITY_TYPES, REFERENCE_KEYS, references
from profiler.rules.rule import Finding, Scope, Severity, rule
from profiler.rules.security.certificates import AUTHORITY_TYPES, certificates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run

_ROOT = "com.apple.security.root"
_RELATED = 10
_TITLE = "move the account behind what it needs"


@rule(
    "ref-cert-order",
    severity=Severity.WARNING,
    source="https://developer.apple.com/documentation/devicemanagement/mail",
    scope=Scope.PAYLOAD,
    types=ACCOUNT_TYPES,
    bad="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.eas.account</string>
        <key>PayloadIdentifier</key>
        <string>com.example.kari.exchange</string>
        <key>PayloadUUID</key>
        <string>9B8A6D0F-3F0B-4A55-8C3D-2A6F0E1D4C72</string>
        <key>PayloadCertificateUUID</key>
        <string>5E1B0CE6-8C0A-4A7E-9A52-5D3B1C0F7A11</string>
    </dict>
    <dict>
        <key>PayloadType</key>
        <string>com.apple.security.scep</string>
        <key>PayloadIdentifier</key>
        <string>com.example.kari.identity</string>
        <key>PayloadUUID</key>
        <string>5E1B0CE6-8C0A-4A7E-9A52-5D3B1C0F7A11</string>
        <key>PayloadContent</key>
        <dict>
            <key>URL</key>
            <string>https://ca.example.com/scep</string>
        </dict>
    </dict>
    """,
    good="""
    <dict>
        <key>PayloadType</key>
        <string>com.apple.security.scep</string>
        <key>PayloadIdentifier</key>
        <string>com.example.kari.identity</string>
        <key>PayloadUUID</key>
        <string>5E1B0CE6-8C0A-4A7E-9A52-5D3B1C0F7A11</string>
        <key>PayloadContent</key>
        <dict>
            <key>URL</key>
            <string>https://ca.example.com/scep</string>
        </dict>
    </dict>
    <dict>
        <key>PayloadType</key>
        <string>com.apple.eas.account</string>
        <key>PayloadIdentifier</key>
        <string>com.example.kari.exchange</string>
        <key>PayloadUUID</key>
        <string>9B8A6D0F-3F0B-4A55-8C3D-2A6F0E1D4C72</string>
        <key>PayloadCertificateUUID</key>
        <string>5E1B0CE6-8C0A-4A7E-9A52-5D3B1C0F7A11</string>
    </dict>
    """,
)
def check(payload: Node, run: Run) -> Iterator[Finding]:
    """An account stands before the identity or the CA certificate it needs.

    Payloads are reported to be installed in the order of the array, and the login of an account is tried while it is
    installed: its identity, and the CA its servers are certified by, have to be there by then. Apple does not document the
    order, so that another one may work. CAs matter to servers of no known provider only.
    """
    late = _late(payload, run)
    if not late:
        return
    names = " and ".join(dict.fromkeys(node.string("PayloadType") or "" for node in late))
    message = (
        f"The account may be installed before the {names} payload that it needs and that stands behind it"
    )
    related = tuple((node, "is installed later") for node in late)
    yield Finding(payload, message, _fix(payload, late[-1], run), related=related)


def _late(payload: Node, run: Run) -> list[Node]:
    """The payloads behind an account that it needs, in order; of many CAs the first ones and the last."""
    needed: list[Node] = []
    if not REFERENCE_KEYS.isdisjoint(payload.value):
        named = [one for _, one in references(payload, run)]
        needed = [one for one in named if one is not None and one.string("PayloadType") in IDENTITY_TYPES]
    authorities = _authorities(run)
    if authorities and _own_server(payload, run):
        later = authorities[bisect.bisect_right(authorities, _place(payload), key=_place) :]
        needed += [*later[:_RELATED], *later[-1:]]
    behind = {id(one): one for one in needed if _place(one) > _place(payload)}
    return sorted(behind.values(), key=_place)


def _place(payload: Node) -> int:
    """Where a payload stands among the others."""
    return payload.key if isinstance(payload.key, int) else 0


@lru_cache(maxsize=2)
def _authorities(run: Run) -> list[Node]:
    """The certificate payloads that hold a CA, in order; one of type root is meant to, also where it cannot be read."""
    payloads = sorted(run.payloads_of(*AUTHORITY_TYPES), key=_place)
    known = {id(one.payload) for one in certificates(run) if one.ca} if payloads else set()
    return [one for one in payloads if one.string("PayloadType") == _ROOT or id(one) in known]


def _own_server(payload: Node, run: Run) -> bool:
    """Whether the account has a server that no known provider runs."""
    host = Account(payload).incoming.host
    return bool(host) and run.providers.by_host(host) is None


def _fix(payload: Node, last: Node, run: Run) -> Fix:
    array = payload.parent
    if array is None or array.kind != "array" or payload.start < 0 or _holds_secret(payload):
        return Fix(_TITLE, (), Safety.MANUAL)
    place = _place(payload)
    start = array.value[place - 1].end if place else run.content.index(b">", array.start) + 1
    try:
        text = run.content[start : payload.end].decode()
    except UnicodeDecodeError:
        return Fix(_TITLE, (), Safety.MANUAL)
    return Fix(_TITLE, (Edit(start, payload.end, ""), Edit(last.end, last.end, text)), Safety.SAFE)


def _holds_secret(payload: Node) -> bool:
    """Whether a password is in the account: a fix is printed, a password never is."""
    return next(confidential.secrets_of(payload), None) is not None
