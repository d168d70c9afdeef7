"""The `profiler` command, also as `python -m profiler`."""

from __future__ import annotations

import gc
import sys

# Nearly everything a command makes is freed without the cycle collector; looked at this seldom, it costs nothing.
_ALLOCATIONS = 40_000


def main() -> None:
    """Run the command line. Nothing that is left at the end needs to be searched for cycles."""
    gc.set_threshold(_ALLOCATIONS)
    from profiler.cli import run  # noqa: PLC0415 - the collector is set first

    code = run(sys.argv[1:])
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
