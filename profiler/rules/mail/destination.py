"""Where a profile is bound for, as far as the command line or the file says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from profiler.rules.run import Run

# TargetDeviceType of the top level (https://developer.apple.com/documentation/devicemanagement/toplevel).
_DEVICES = {1: "ios", 2: "watchos", 4: "tvos", 5: "macos", 6: "visionos"}
IPHONE = frozenset({"ios", "ipados"})
MAC = frozenset({"macos"})


def platforms(run: Run) -> frozenset[str]:
    """The platforms that --target names, else the one that the file names; empty when nobody says."""
    if run.targets:
        return run.targets.platforms
    device = run.root.integer("TargetDeviceType") if run.root is not None else None
    return frozenset({_DEVICES[device]}) if device in _DEVICES else frozenset()
