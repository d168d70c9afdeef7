from __future__ import annotations

import pytest

from profiler.errors import UsageError
from profiler.model.target import ANY, Target, Targets, numbers, parse, parse_all


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ios", Target("ios")),
        ("iOS:17.0", Target("ios", "17.0")),
        ("macos:14,manual", Target("macos", "14", frozenset({"manual"}))),
        (" ios : 17.0 , mdm , supervised ", Target("ios", "17.0", frozenset({"mdm", "supervised"}))),
        ("ipados:26.1,shared-ipad", Target("ipados", "26.1", frozenset({"shared-ipad"}))),
        ("tvos,mdm,apple-business", Target("tvos", None, frozenset({"mdm", "apple-business"}))),
    ],
)
def test_parse(text: str, expected: Target) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize("text", ["ios:17.0,supervised,mdm", "tvos", "watchos:10.2", "macos,manual,mdm"])
def test_spelling_is_read_back(text: str) -> None:
    assert str(parse(str(parse(text)))) == str(parse(text))


FORM = "write PLATFORM[:VERSION][,FLAG]..., for example ios:17.0,mdm,supervised"
ALL_PLATFORMS = "one of ios, ipados, macos, tvos, watchos, visionos"
ALL_FLAGS = "one of supervised, shared-ipad, manual, mdm, user-enrollment, apple-business"


@pytest.mark.parametrize(
    ("text", "problem", "hint"),
    [
        ("ipad:17", "'ipad' is not a platform", "did you mean 'ipados'?"),
        ("linux", "'linux' is not a platform", ALL_PLATFORMS),
        ("", "no platform", ALL_PLATFORMS),
        ("ios:", "'' is not a version number", FORM),
        ("ios:17.x", "'17.x' is not a version number", FORM),
        ("ios,supervized", "'supervized' is not a flag", "did you mean 'supervised'?"),
        ("ios,", "'' is not a flag", ALL_FLAGS),
        ("macos,shared-ipad", "only an iPad can be a Shared iPad", "use ipados"),
        (
            "ios,supervised,user-enrollment",
            "a device in user enrolment is never supervised",
            "give one --target for each kind of device",
        ),
    ],
)
def test_mistakes_are_named_with_the_way_out(text: str, problem: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert (caught.value.message, caught.value.hint) == (f"target {text!r}: {problem}", hint)


@pytest.mark.parametrize(
    ("version", "introduced", "older"),
    [
        ("10.9", "10.15", True),
        ("17", "17.0", False),
        ("17.0", "17.0.1", True),
        (None, "99", False),
    ],
)
def test_versions_are_compared_as_numbers(version: str | None, introduced: str, *, older: bool) -> None:
    assert Target("ios", version).older_than(introduced) is older


def test_numbers_drop_trailing_zeros() -> None:
    assert numbers("17.0.0") == numbers("17") == (17,)


def test_without_a_target_nothing_is_claimed() -> None:
    assert not ANY
    assert not ANY.platforms
    assert not ANY.delivers_manually
    assert not ANY.delivers_mdm
    assert not ANY.supervised
    assert not ANY.user_enrollment
    assert not ANY.strict


def test_targets_together() -> None:
    targets = parse_all(["ios:17,mdm,supervised", "macos:14,manual"])
    assert isinstance(targets, Targets)
    assert targets.platforms == {"ios", "macos"}
    assert (targets.delivers_manually, targets.delivers_mdm) == (True, True)
    assert not targets.supervised
    assert not targets.strict


@pytest.mark.parametrize("flag", ["mdm", "user-enrollment", "shared-ipad"])
def test_flags_that_imply_a_management_service(flag: str) -> None:
    assert parse(f"ios,{flag}").delivers_mdm


def test_a_shared_ipad_is_supervised() -> None:
    assert parse("ipados,shared-ipad").supervised


def test_names_for_messages() -> None:
    assert [target.name for target in parse_all(["ipados:17.4", "macos"])] == ["iPadOS 17.4", "macOS"]
