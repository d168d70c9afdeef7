"""For any profile and any wishes: the values are what was wished, the identity stays, and nothing else moves."""

from __future__ import annotations

import plistlib
import re
import uuid
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from profiler.document.document import Document
from profiler.document.source import from_bytes
from profiler.lifecycle import reconfigure
from profiler.lifecycle.editing import Text
from profiler.lifecycle.effect import Effect
from profiler.lifecycle.plan import compare
from profiler.lifecycle.wish import Wishes, settings_for
from profiler.providers.database import Database

DATABASE = Database.load()
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=12).map(
    str.strip
)
WORDS = st.from_regex(r"[a-z][a-z0-9]{0,9}", fullmatch=True)
HOSTS = WORDS.map(lambda word: f"{word}.example.org")
IDENTITY = ("PayloadIdentifier", "PayloadUUID", "PayloadType", "PayloadVersion")

PAYLOADS = st.fixed_dictionaries(
    {
        "EmailAccountType": st.sampled_from(["EmailTypeIMAP", "EmailTypePOP"]),
        "IncomingMailServerHostName": HOSTS,
        "OutgoingMailServerHostName": HOSTS,
    },
    optional={
        "EmailAccountDescription": TEXTS,
        "EmailAccountName": TEXTS,
        "EmailAddress": WORDS.map(lambda word: f"{word}@example.org"),
        "IncomingMailServerPortNumber": st.integers(1, 65535),
        "IncomingMailServerUseSSL": st.booleans(),
        "IncomingMailServerUsername": WORDS,
        "OutgoingMailServerUsername": WORDS,
        "PreventMove": st.booleans(),
    },
)
SET = st.fixed_dictionaries(
    {},
    optional={
        "EmailAccountDescription": TEXTS,
        "EmailAccountName": TEXTS,
        "IncomingMailServerPortNumber": st.integers(1, 65535),
        "IncomingMailServerUseSSL": st.booleans(),
        "OutgoingMailServerPortNumber": st.integers(1, 65535),
        "PreventAppSheet": st.booleans(),
        "IncomingMailServerIMAPPathPrefix": TEXTS,
    },
)
UNSET = st.lists(st.sampled_from(["EmailAccountName", "PreventMove", "EmailAccountDescription"]), max_size=2)


def element(value: Any) -> str:
    if isinstance(value, bool):
        return "<true/>" if value else "<false/>"
    return f"<integer>{value}</integer>" if isinstance(value, int) else f"<string>{escape(value)}</string>"


@st.composite
def profiles(draw: st.DrawFn) -> str:
    """A profile in somebody's layout: any order of keys, any indentation, comments anywhere between entries."""
    payload = draw(PAYLOADS)
    name = draw(WORDS)
    payload |= identity(f"com.example.{name}.mail", "com.apple.mail.managed")
    gap = draw(st.sampled_from(["\n", "\n\t\t", "\n    ", "\r\n  ", ""]))
    between = draw(st.sampled_from([gap, "", " "]))
    keys = draw(st.permutations(list(payload)))
    parts = []
    for number, key in enumerate(keys):
        comment = f"{gap}<!-- {number}: {draw(TEXTS).replace('-', '')} -->" if draw(st.booleans()) else ""
        parts.append(f"{comment}{gap}<key>{key}</key>{between}{element(payload[key])}")
    top = identity(f"com.example.{name}", "Configuration")
    root = "".join(f"<key>{key}</key>{element(value)}\n" for key, value in top.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0">\n<dict>\n'
        f"<key>PayloadContent</key><array><dict>{''.join(parts)}{gap}</dict></array>\n{root}</dict></plist>\n"
    )


def identity(identifier: str, kind: str) -> dict[str, Any]:
    own = str(uuid.uuid5(uuid.NAMESPACE_DNS, identifier)).upper()
    return dict(zip(IDENTITY, (identifier, own, kind, 1), strict=True))


def flags(values: dict[str, Any]) -> list[str]:
    return [
        f"{key}={str(value).lower() if isinstance(value, bool) else value}" for key, value in values.items()
    ]


def run(text: str, wishes: Wishes) -> str:
    document = Text(from_bytes(text.encode()))
    reconfigure.apply(document, list(settings_for(wishes, document, DATABASE)))
    return document.data.decode()


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(profiles(), SET, UNSET, st.one_of(st.just(""), HOSTS), st.one_of(st.just(""), WORDS))
def test_wishes_come_true_and_nothing_else_moves(
    text: str, wanted: dict[str, Any], unset: list[str], host: str, username: str
) -> None:
    unset = [key for key in unset if key not in wanted]
    wishes = Wishes(
        incoming=host and f"{host}:993/tls", username=username, settings=flags(wanted), unset=unset
    )
    new = run(text, wishes)
    old_payload, new_payload = (plistlib.loads(data.encode())["PayloadContent"][0] for data in (text, new))

    expected = {**old_payload}
    if host:
        expected |= {
            "IncomingMailServerHostName": host,
            "IncomingMailServerPortNumber": 993,
            "IncomingMailServerUseSSL": True,
        }
    if username:
        same = old_payload.get("IncomingMailServerUsername") == old_payload.get("OutgoingMailServerUsername")
        expected["IncomingMailServerUsername"] = username
        if same:
            expected["OutgoingMailServerUsername"] = username
    expected |= wanted
    for key in unset:
        expected.pop(key, None)
    assert new_payload == expected
    assert {key: type(value) for key, value in new_payload.items()} == {
        key: type(value) for key, value in expected.items()
    }

    comments = re.findall(r"<!--.*?-->", text)
    assert re.findall(r"<!--.*?-->", new) == comments
    assert run(new, wishes) == new

    before, after = (Document(from_bytes(data.encode())) for data in (text, new))
    made = compare(before, after)
    assert made.effects.isdisjoint({Effect.BESIDE, Effect.REPLACE, Effect.REMOVE, Effect.ADD, Effect.REFUSED})
    assert compare(after, after).effects == {Effect.IDENTICAL}
    if made.effects == {Effect.IDENTICAL}:
        assert compare(after, before).effects == {Effect.IDENTICAL}

    untouched = {"PayloadContent", *IDENTITY, *old_payload} - set(expected.keys() ^ old_payload.keys())
    for key in untouched & set(old_payload):
        if old_payload[key] == expected.get(key):
            entry = rf"<key>{key}</key>\s*(?:<(\w+)>[^<]*</\1>|<(?:true|false)/>)"
            assert [match[0] for match in re.finditer(entry, text)] == [
                match[0] for match in re.finditer(entry, new)
            ]
