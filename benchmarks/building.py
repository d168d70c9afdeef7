"""Profiles for many users, beside bare plistlib.dumps and an atomic write of the same bytes; and the memory that takes.

Both sides run in turns on the same disk, so what counts is the ratio. Ours is the command: it reads a spec and a table,
builds, lints and writes. The floor has its profiles in memory and does nothing but serialise and write.
"""

from __future__ import annotations

import os
import plistlib
import shutil
import tempfile
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measuring import memory_row, python, seconds, time_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measuring import Options, Row, Spent

SPEC = """\
identifier-prefix = "com.example"
targets = ["ios:17,manual"]
[[profiles]]
id = "mail"
name = "Mail of {name}"
[[profiles.accounts]]
kind = "imap"
address = "{email}"
name = "{name}"
"""


def measure(options: Options) -> Iterator[Row]:
    """Time per user for some and for ten times as many, and the memory of the latter; `short` takes a twentieth of them."""
    some, many, few = (500, 5000, 100) if options.short else (10_000, 100_000, 1000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "spec.toml").write_text(SPEC)
        _build(folder, few)
        values = [
            plistlib.loads(path.read_bytes()) for path in sorted((folder / "out").glob("*.mobileconfig"))
        ]
        for users, rounds in ((some, 1 if options.short else 3), (many, 1)):
            pairs = [(_build(folder, users), _floor(folder / "floor", users, values)) for _ in range(rounds)]
            yield time_row(
                f"build, lint and write {users} users from a table, each",
                [built.seconds / users for built, _ in pairs],
                [floor / users for _, floor in pairs],
                "plistlib.dumps and an atomic write",
                options.at_full_size(3),
            )
        last = [built for built, _ in pairs]
        yield memory_row(
            f"build for {many} users", last, [_build(folder, few)], f"build for {few} users", 1.2
        )


def _build(folder: Path, users: int) -> Spent:
    """Run the command over a table of this many users."""
    with (folder / "users.csv").open("w", encoding="utf-8") as stream:
        stream.write("email,name\n")
        stream.writelines(f"user{number}@fastmail.com,User {number}\n" for number in range(users))
    shutil.rmtree(folder / "out", ignore_errors=True)
    return python(
        "-m", "profiler", "build", "--spec", "spec.toml", "--users", "users.csv", "-o", "out", cwd=folder
    )


def _floor(folder: Path, users: int, values: list[Any]) -> float:
    """Write as many profiles as there are users, the values again and again; in seconds."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()

    def write() -> None:
        for number, value in enumerate(islice(cycle(values), users)):
            data = plistlib.dumps(value)
            descriptor, name = tempfile.mkstemp(dir=folder)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(data)
            Path(name).replace(folder / f"{number}.mobileconfig")

    return seconds(write)
