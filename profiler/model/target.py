"""The devices a profile is meant for: `PLATFORM[:VERSION][,FLAG]...`, as flags and config take it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from profiler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

# What the user writes, and what Apple's schema calls it.
PLATFORMS = {
    "ios": "iOS",
    "ipados": "iPadOS",
    "macos": "macOS",
    "tvos": "tvOS",
    "watchos": "watchOS",
    "visionos": "visionOS",
}
FLAGS = ("supervised", "shared-ipad", "manual", "mdm", "user-enrollment", "apple-business")

_VERSION = re.compile(r"[0-9]+(\.[0-9]+){0,3}", re.ASCII)
_FORM = "write PLATFORM[:VERSION][,FLAG]..., for example ios:17.0,mdm,supervised"


class Target(NamedTuple):
    """One kind of device: a key of PLATFORMS, the oldest version that must work or None, and flags."""

    platform: str
    version: str | None = None
    flags: frozenset[str] = frozenset()

    @property
    def delivers_manually(self) -> bool:
        """Whether it says that the profile is installed by hand."""
        return "manual" in self.flags

    @property
    def delivers_mdm(self) -> bool:
        """Whether a device management service sends it, as enrolment and Shared iPad imply."""
        return not self.flags.isdisjoint(("mdm", "user-enrollment", "shared-ipad"))

    @property
    def supervised(self) -> bool:
        """Whether the device is supervised; a Shared iPad always is."""
        return not self.flags.isdisjoint(("supervised", "shared-ipad"))

    @property
    def user_enrollment(self) -> bool:
        """Whether a person enrolled the device with a work account (Apple's User Enrollment)."""
        return "user-enrollment" in self.flags

    @property
    def shared_ipad(self) -> bool:
        """Whether several people use the device, one after another."""
        return "shared-ipad" in self.flags

    @property
    def strict(self) -> bool:
        """Whether Apple Business checks the file, which forgives no number in place of a boolean."""
        return "apple-business" in self.flags

    @property
    def name(self) -> str:
        """For messages: "iOS 17.0", or "iOS" without a version."""
        platform = PLATFORMS[self.platform]
        return f"{platform} {self.version}" if self.version else platform

    @property
    def system(self) -> str:
        """As Apple's schemas name it, where iOS stands for iPadOS too."""
        return "iOS" if self.platform == "ipados" else PLATFORMS[self.platform]

    def older_than(self, version: str) -> bool:
        """Whether the oldest device aimed at runs something older; False when no version was given."""
        return self.version is not None and numbers(self.version) < numbers(version)

    def __str__(self) -> str:
        """Spell it as `--target` takes it."""
        head = self.platform + (f":{self.version}" if self.version else "")
        return ",".join([head, *(flag for flag in FLAGS if flag in self.flags)])


class Targets(tuple[Target, ...]):
    """All devices aimed at. Empty means any Apple device and either delivery, so nothing depends on it."""

    __slots__ = ()

    @property
    def platforms(self) -> frozenset[str]:
        """The platforms named; empty when none was."""
        return frozenset(target.platform for target in self)

    @property
    def delivers_manually(self) -> bool:
        """Whether some target says that the profile is installed by hand."""
        return any(target.delivers_manually for target in self)

    @property
    def delivers_mdm(self) -> bool:
        """Whether some target says that a device management service sends the profile."""
        return any(target.delivers_mdm for target in self)

    @property
    def supervised(self) -> bool:
        """Whether there are targets and all of them are supervised."""
        return bool(self) and all(target.supervised for target in self)

    @property
    def user_enrollment(self) -> bool:
        """Whether some target is a user enrolment."""
        return any(target.user_enrollment for target in self)

    @property
    def strict(self) -> bool:
        """Whether some target is checked by Apple Business."""
        return any(target.strict for target in self)


ANY = Targets()


def parse(text: str) -> Target:
    """Read one target; letter case and blanks around words do not matter. Raises UsageError with a hint."""
    head, *flags = (part.strip().lower() for part in text.split(","))
    platform, colon, version = (part.strip() for part in head.partition(":"))
    if platform not in PLATFORMS:
        problem = f"{platform!r} is not a platform" if platform else "no platform"
        raise UsageError(f"target {text!r}: {problem}", hint=_nearest(platform, PLATFORMS))
    if colon and not _VERSION.fullmatch(version):
        raise UsageError(f"target {text!r}: {version!r} is not a version number", hint=_FORM)
    for flag in flags:
        if flag not in FLAGS:
            raise UsageError(f"target {text!r}: {flag!r} is not a flag", hint=_nearest(flag, FLAGS))
    target = Target(platform, version or None, frozenset(flags))
    if target.shared_ipad and platform not in ("ios", "ipados"):
        raise UsageError(f"target {text!r}: only an iPad can be a Shared iPad", hint="use ipados")
    if target.user_enrollment and target.supervised:
        raise UsageError(
            f"target {text!r}: a device in user enrolment is never supervised",
            hint="give one --target for each kind of device",
        )
    return target


def parse_all(texts: Iterable[str]) -> Targets:
    """Read all targets, in the order given. Raises UsageError."""
    return Targets(parse(text) for text in texts)


def numbers(version: str) -> tuple[int, ...]:
    """Make a version comparable: "10.9" is before "10.15", and "17" equals "17.0"."""
    parts = [int(part) for part in version.split(".")]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def _nearest(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only for a mistake

    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else f"one of {', '.join(known)}"
