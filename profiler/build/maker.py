"""Build, check and sign: everything between a wish and bytes ready to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from profiler.build.address import Wish, build_address
from profiler.build.check import Checker, serialize
from profiler.build.naming import file_name
from profiler.build.outcome import Made
from profiler.build.spec import Spec, build_all, site_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from profiler.build.profile import Built
    from profiler.build.site import Site

SUFFIX = ".mobileconfig"


class Maker(NamedTuple):
    """What turns wishes into files. `sign` is None for unsigned profiles."""

    site: Site
    checker: Checker
    sign: Callable[[bytes], bytes] | None = None

    def address(self, address: str, wish: Wish) -> Made:
        """Make the profile of an address, named after it. Raises UsageError, Refused, ProfilerError."""
        built = build_address(address, wish, self.site)
        return self._made(built, built.email, self.site)

    def spec(self, spec: Spec, row: Mapping[str, str] | None = None) -> Iterator[Made]:
        """Make every profile of a spec. Raises UsageError, Refused, ProfilerError."""
        for profile, (stem, built) in zip(spec.profiles, build_all(spec, self.site, row), strict=True):
            yield self._made(built, stem, site_for(spec, profile, self.site))

    def _made(self, built: Built, stem: str, site: Site) -> Made:
        name = file_name(stem) + SUFFIX
        data = serialize(built.value)
        warnings = tuple(self.checker.warnings(data, site.targets, name))
        if self.sign is None:
            return Made(name, data, built, signed=False, warnings=warnings)
        return Made(name, self.sign(data), _with_variables_told(built, data), signed=True, warnings=warnings)


def _with_variables_told(built: Built, data: bytes) -> Built:
    from profiler.trust.sign import placeholders  # noqa: PLC0415 - cryptography, only when something is signed

    places = ", ".join(placeholders(data))
    if not places:
        return built
    told = f"No device management can fill in {places} once the profile is signed: give it the unsigned one."
    return built._replace(todo=(*built.todo, told))
