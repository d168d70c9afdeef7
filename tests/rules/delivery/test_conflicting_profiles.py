"""Profiles of one device that contradict each other."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

from profiler.model.account import MAIL
from profiler.rules.delivery.conflicting_profiles import Settings, collect, compare

if TYPE_CHECKING:
    from tests.rules.conftest import Bench

PREFIXES = ("del-",)
RESTRICTIONS = "com.apple.applicationaccess"
SECRET = "Sommer-2026"


def facts(bench: Bench, profile: str, *payloads: dict[str, Any]) -> Settings:
    settings = collect(bench.run(*payloads, complete=True, top={"PayloadIdentifier": profile}))
    copied: Settings = pickle.loads(pickle.dumps(settings))  # noqa: S301 - as a process pool does
    return copied


def messages(*files: tuple[str, Settings]) -> list[tuple[str, str]]:
    return [(path, remark.message) for path, remark in compare(files)]


def test_one_account_set_differently(bench: Bench) -> None:
    one = facts(bench, "com.example.one", bench.payload(MAIL, PreventMove=True))
    two = facts(
        bench, "com.example.two", bench.payload(MAIL, PreventMove=False, IncomingMailServerPortNumber=143)
    )
    found = compare([("one", one), ("two", two)])
    assert [(path, remark.message) for path, remark in found] == [
        (
            "two",
            (
                "one sets the imap account of kari@example.com differently "
                "(IncomingMailServerPortNumber, PreventMove), and nothing says which profile wins"
            ),
        )
    ]
    remark = found[0][1]
    assert remark.place.key_path == ("PayloadContent", 0, "IncomingMailServerPortNumber")
    assert [(path, place.key_path[-1], text) for path, place, text in remark.related] == [
        ("one", "IncomingMailServerPortNumber", "IncomingMailServerPortNumber is set here as well"),
        ("one", "PreventMove", "PreventMove is set here as well"),
    ]
    assert remark.place.start is not None


def test_restrictions_set_differently(bench: Bench) -> None:
    one = facts(
        bench, "com.example.one", bench.payload(RESTRICTIONS, allowMailSummary=False, allowCamera=True)
    )
    two = facts(
        bench, "com.example.two", bench.payload(RESTRICTIONS, allowMailSummary=True, allowCloudBackup=False)
    )
    assert messages(("one", one), ("two", two)) == [
        (
            "two",
            "one sets the restrictions differently (allowMailSummary), and nothing says which profile wins",
        )
    ]


def test_what_is_no_contradiction(bench: Bench) -> None:
    one = facts(bench, "com.example.one", bench.payload(MAIL))
    label = bench.payload(
        MAIL, EmailAccountDescription="Post", EmailAccountName="K. Nordmann", PayloadDisplayName="x"
    )
    assert messages(("one", one), ("two", facts(bench, "com.example.two", label))) == []
    other = bench.payload(
        MAIL, EmailAddress="ola@example.com", IncomingMailServerHostName="other.example.com"
    )
    assert messages(("one", one), ("two", facts(bench, "com.example.two", other))) == []


def test_one_value_in_two_spellings_is_no_contradiction(bench: Bench) -> None:
    one = bench.payload(
        RESTRICTIONS, allowCamera=False, blockedAppBundleIDs=["com.example.a", "com.example.b"]
    )
    two = bench.payload(RESTRICTIONS, allowCamera=0, blockedAppBundleIDs=["com.example.b", "com.example.a"])
    host = bench.payload(
        MAIL, IncomingMailServerHostName="IMAP.example.com", IncomingMailServerPortNumber=993.0
    )
    first = facts(bench, "com.example.one", one, bench.payload(MAIL))
    assert messages(("one", first), ("two", facts(bench, "com.example.two", two, host))) == []
    other = facts(
        bench, "com.example.two", bench.payload(RESTRICTIONS, blockedAppBundleIDs=["com.example.a"])
    )
    assert len(messages(("one", first), ("two", other))) == 1


def test_a_profile_that_replaces_another_does_not_contradict_it(bench: Bench) -> None:
    one = facts(bench, "com.example.one", bench.payload(MAIL, PreventMove=True))
    new = facts(bench, "com.example.one", bench.payload(MAIL, PreventMove=False))
    assert messages(("one", one), ("new", new)) == []


def test_files_of_different_devices_may_differ(bench: Bench) -> None:
    assert collect(bench.run(bench.payload(MAIL))) == Settings("", ())


def test_passwords_are_not_collected(bench: Bench) -> None:
    assert SECRET not in repr(facts(bench, "com.example.one", bench.payload(MAIL, IncomingPassword=SECRET)))


def test_one_file_alone_says_nothing(bench: Bench) -> None:
    mails = bench.payload(MAIL, PreventMove=True), bench.payload(MAIL, PreventMove=False)
    assert messages(("one", facts(bench, "com.example.one", *mails))) == []
    assert bench.lint(*mails, complete=True) == []
