"""`make bench`: every figure as a ratio to a floor or peer measured in the same run; a table, and results.json beside this."""

from __future__ import annotations

import importlib
import inspect
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MODULES = ("startup", "linting", "schema", "signing", "building", "checking")


def main() -> int:
    """Run all benchmarks, or with --short those that take seconds."""
    sys.path.insert(0, str(HERE))
    short = "--short" in sys.argv
    chosen = [name for name in sys.argv[1:] if not name.startswith("-")] or MODULES
    rows: list[dict[str, Any]] = []
    for name in chosen:
        measure = importlib.import_module(name).measure
        takes_short = "short" in inspect.signature(measure).parameters
        if short and not takes_short:
            continue
        for row in measure(**({"short": short} if takes_short else {})):
            rows.append({"benchmark": name, **row})
            print(line(row), flush=True)
    (HERE / "results.json").write_text(
        json.dumps({"version": 1, "short": short, "rows": rows}, indent=1) + "\n"
    )
    return 0


def line(row: dict[str, Any]) -> str:
    """One row of the table: what, how many times its floor, over the rounds, and what is wanted."""
    name = str(row.get("name", ""))
    shown = {key: value for key, value in row.items() if key != "name"}
    return f"{name:58} " + "  ".join(f"{key}={value}" for key, value in shown.items())


if __name__ == "__main__":
    sys.exit(main())
