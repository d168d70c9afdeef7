"""`make bench`: every figure as a ratio to a floor or peer measured in the same run; a table, and results.json beside this."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from benchmarks.measuring import Options  # noqa: E402 - the line above lets a script find its neighbours

if TYPE_CHECKING:
    from benchmarks.measuring import Row

MODULES = ("startup", "linting", "files", "peer", "schema", "signing", "building", "checking")


def main() -> int:
    """Run the benchmarks that are asked for, by default all. Exit code 1 only with --strict and a missed value."""
    arguments = _arguments()
    options = Options(arguments.short, arguments.peer, arguments.manifests)
    rows: list[Row] = []
    print(
        f"{'what':<56} {'ratio':>7} {'over the rounds':>17} {'wanted':>9} {'':6} ours : what it is compared with"
    )
    for name in arguments.benchmark or MODULES:
        for row in importlib.import_module(f"benchmarks.{name}").measure(options):
            rows.append({"benchmark": name, **row})
            print(line(row), flush=True)
    machine = {"python": platform.python_version(), "system": platform.system(), "cores": os.cpu_count()}
    results = {"version": 1, "short": options.short, **machine, "rows": rows}
    (HERE / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    missed = sum(row.get("missed", False) for row in rows)
    print(f"{len(rows)} rows, {missed} missed")
    return int(arguments.strict and missed > 0)


def line(row: Row) -> str:
    """One row of the table: the ratio, its spread over the rounds, the most that is wanted, and what was measured."""
    wanted = "" if row["wanted"] is None else f"<= {row['wanted']:g}"
    if "not_measured" in row:
        return f"{row['name']:<56} {'-':>7} {'':>17} {wanted:>9}        {row['not_measured']}"
    unit = "ms" if "ms" in row else "mb"
    spread = f"{row['spread'][0]:.2f} to {row['spread'][1]:.2f}"
    missed = "MISSED" if row["missed"] else ""
    limit = f" (<= {row['wanted_ms']:g} ms)" if "wanted_ms" in row else ""
    measured = f"{row[unit]:g}{limit} : {row[f'floor_{unit}']:g} {unit}, {row['floor']}"
    return f"{row['name']:<56} {row['ratio']:>7.3f} {spread:>17} {wanted:>9} {missed:<6} {measured}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("benchmark", nargs="*", metavar="BENCHMARK", help=f"of {', '.join(MODULES)}")
    parser.add_argument(
        "--short", action="store_true", help="small numbers, few rounds: seconds instead of minutes"
    )
    parser.add_argument("--strict", action="store_true", help="exit 1 when a wanted value is missed")
    for flag, what in (("peer", "mobileconfig-validator"), ("manifests", "ProfileManifests")):
        given = os.environ.get(f"PEER_{'CHECKOUT' if flag == 'peer' else 'MANIFESTS'}")
        parser.add_argument(
            f"--{flag}",
            type=Path,
            metavar="DIR",
            default=Path(given) if given else None,
            help=f"a checkout of {what}",
        )
    arguments = parser.parse_args()
    unknown = set(arguments.benchmark) - set(MODULES)
    if unknown:
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    return arguments


if __name__ == "__main__":
    try:
        sys.exit(main())
    except RuntimeError as error:
        sys.exit(f"error: {error}")
