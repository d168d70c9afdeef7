"""`profiler lint` beside mobileconfig-validator, both as commands over the same files.

Nothing of the other tool lies here: give a checkout of it, and a clone of ProfileManifests, which it reads its schemas from.
"""

from __future__ import annotations

import datetime
import json
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import corpus
from benchmarks.measuring import elapsed, in_turn, not_measured, output, python, time_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measuring import Options, Row

PEER = "mobileconfig-validator"
THEIRS = ("-m", "mobileconfig_validator", "--offline")
OURS = ("-m", "profiler", "lint", "--no-config", "--fail-on", "never", "--jobs", "1")


def measure(options: Options) -> Iterator[Row]:
    """Lint one file and a thousand; the files are such as plistlib reads, since the peer ends at any other."""
    many = 200 if options.short else 1000
    for count, rounds in ((1, 5 if options.short else 15), (many, 1 if options.short else 5)):
        name = f"lint {count} file{'s' * (count > 1)}, the command"
        if options.peer is None or options.manifests is None:
            missing = "checkout" if options.peer is None else "clone of ProfileManifests"
            yield not_measured(name, PEER, f"not measured: no {missing} given", 1.0)
        else:
            yield _beside(name, count, rounds, options.peer, options.manifests)


def _beside(name: str, count: int, rounds: int, checkout: Path, manifests: Path) -> Row:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "profiles"
        corpus.write(folder, corpus.small(count))
        environment = _environment(Path(temporary), checkout, manifests)
        pattern = str(folder / "*.mobileconfig")
        _prove(count, json.loads(output([sys.executable, *THEIRS, "-f", "json", pattern], env=environment)))
        linted = json.loads(output([sys.executable, *OURS, "--format", "json", str(folder)]))
        if linted["summary"]["files"] != count:
            raise RuntimeError(f"profiler linted {linted['summary']['files']} files of {count}")
        ours, theirs = in_turn(
            rounds, partial(python, *OURS, folder), partial(python, *THEIRS, pattern, env=environment)
        )
    return time_row(name, elapsed(ours), elapsed(theirs), PEER, 1.0)


def _environment(folder: Path, checkout: Path, manifests: Path) -> dict[str, str]:
    """Let the peer find its package and its schemas, the latter as if fetched just now."""
    if not (manifests / "Manifests" / "index").is_file():
        raise RuntimeError(f"{manifests} holds no Manifests/index, so it is no clone of ProfileManifests")
    (folder / "ProfileManifests").symlink_to(manifests.resolve(), target_is_directory=True)
    now = datetime.datetime.now(datetime.UTC).isoformat()
    (folder / "cache.json").write_text(json.dumps({"last_check": now}), encoding="utf-8")
    return {"PYTHONPATH": str((checkout / "src").resolve()), "VALIDATOR_CACHE_DIR": str(folder)}


def _prove(count: int, report: dict[str, list[dict[str, object]]]) -> None:
    """Raise RuntimeError unless the peer read every file, and schemas for at least half of them."""
    results = report["results"]
    with_schema = sum(1 for result in results if result["manifest_versions"])
    if len(results) != count or with_schema * 2 < count:
        raise RuntimeError(f"{PEER} checked {len(results)} of {count} files, {with_schema} against a schema")
