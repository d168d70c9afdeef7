"""Help and pages come from docstrings, also where Python strips them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from profiler import docstring


def said(*words: str, **environment: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "profiler", *words],
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("identity", "--help"),
        ("identity", "fork", "-h"),
        ("explain", "mail-cleartext"),
        ("rules",),
    ],
    ids=" ".join,
)
def test_nothing_is_lost_when_python_strips_docstrings(words: tuple[str, ...]) -> None:
    assert said(*words, PYTHONOPTIMIZE="2") == said(*words)


def test_a_function_without_docstring_and_source_has_none() -> None:
    made: dict[str, object] = {}
    exec("def bare(): pass", made)  # noqa: S102 - the only function without a file
    assert docstring.of(made["bare"]) == ""
