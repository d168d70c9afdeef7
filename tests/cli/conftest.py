"""Commands run as a user runs them, in an empty folder with a scrubbed environment."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Ran(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def profiler(tmp_path: Path) -> Callable[..., Ran]:
    """Run `profiler ARGUMENTS` in the test's folder."""

    def run(*arguments: str | Path, stdin: bytes = b"", **environment: str) -> Ran:
        scrubbed = {
            key: value
            for key, value in os.environ.items()
            if key in ("PATH", "PYTHONPATH", "SYSTEMROOT", "TEMP", "TMP")
        }
        command = [sys.executable, "-m", "profiler", *map(str, arguments)]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env={**scrubbed, **environment},
            input=stdin,
            capture_output=True,
            check=False,
            timeout=60,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run
