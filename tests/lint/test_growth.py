"""No rule looks at all other payloads for each one: the work for a payload does not grow with their number.

Calls are counted, not seconds, so that the answer is the same everywhere.
"""

from __future__ import annotations

import cProfile
import datetime
import plistlib
import pstats
from typing import TYPE_CHECKING, Any

import pytest

from profiler.document.source import from_bytes
from profiler.lint.linter import Linter
from profiler.rules import example
from profiler.rules.run import Context

if TYPE_CHECKING:
    from collections.abc import Callable

Payload = dict[str, Any]

NOW = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC)
MAIL, EAS, GOOGLE = "com.apple.mail.managed", "com.apple.eas.account", "com.apple.google-oauth"


def uuid(number: int) -> str:
    return f"0F6C9A5E-1B7D-5C1E-9F43-{number:012X}"


def payload(payload_type: str, number: int, **keys: Any) -> Payload:
    own = {"PayloadIdentifier": f"com.example.kari.{number}", "PayloadUUID": uuid(number)}
    found: Payload = plistlib.loads(example.whole("", payload_type))["PayloadContent"][0]
    return {**found, **own, **keys}


def profile(make: Callable[[int], Payload], number: int) -> bytes:
    found = plistlib.loads(example.whole("", MAIL))
    found["PayloadContent"] = [make(index) for index in range(number)]
    return plistlib.dumps(found)


def calls(
    make: Callable[[int], Payload], number: int, installed: Callable[[int], Payload] | None = None
) -> float:
    source = from_bytes(profile(make, number))
    before = ("installed", profile(installed, number)) if installed is not None else None
    linter = Linter(Context(now=NOW, installed=before))
    linter.lint(source)
    counter = cProfile.Profile()
    counter.runcall(linter.lint, source)
    return float(pstats.Stats(counter).total_calls) / number  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda _: {"PayloadType": MAIL}, id="no identity"),
        pytest.param(lambda _: payload(MAIL, 1), id="one identity"),
        pytest.param(lambda n: payload(MAIL, n, EmailAddress="kari@example.com "), id="one mailbox"),
        pytest.param(lambda n: payload((MAIL, EAS, GOOGLE)[n % 3], n), id="three kinds of account"),
        pytest.param(lambda n: payload(MAIL, n, PayloadCertificateUUID=uuid(n + 10**6)), id="references"),
        pytest.param(lambda n: payload(EAS, n, VPNUUID=uuid(n + 10**6)), id="missing VPNs"),
        pytest.param(lambda n: payload(MAIL, n, IncomingPassword="Winter-2031", Typo=1), id="secrets"),
        pytest.param(lambda n: {**payload(MAIL, n), "PayloadType": f"com.apple.mail{n}"}, id="unknown types"),
    ],
)
def test_the_work_for_a_payload_does_not_grow_with_their_number(make: Callable[[int], Payload]) -> None:
    assert calls(make, 400) < 1.5 * calls(make, 50)


def test_nor_does_the_comparison_with_what_is_installed() -> None:
    def new(number: int) -> Payload:
        return payload(MAIL, number, PayloadUUID=uuid(number + 10**6), EmailAddress=f"k{number}@example.com")

    def old(number: int) -> Payload:
        return payload(MAIL, number, EmailAddress=f"k{number}@example.com")

    assert calls(new, 400, old) < 1.5 * calls(new, 50, old)
