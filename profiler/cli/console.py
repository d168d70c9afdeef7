"""Standard output and standard error: colour, terminal safety, progress. Only this package prints."""

from __future__ import annotations

import os
import re
import sys
import time
from typing import TYPE_CHECKING, TextIO, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")

_STYLES = {"red": "31", "yellow": "33", "cyan": "36", "green": "32", "bold": "1", "dim": "2"}
_CONTROL = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
_choice = "auto"


def choose_color(choice: str) -> None:
    """Set what `--color` asked for: always, never or auto."""
    global _choice  # noqa: PLW0603 - one terminal, one choice
    _choice = choice


def wants_color(stream: TextIO) -> bool:
    """Whether text for this stream may be coloured (https://no-color.org)."""
    if _choice != "auto":
        return _choice == "always"
    return not os.environ.get("NO_COLOR") and stream.isatty()


def paint(text: str, *styles: str, stream: TextIO | None = None) -> str:
    """Give text a style if the stream (standard error when absent) takes colour."""
    if not wants_color(stream or sys.stderr):
        return text
    codes = ";".join(_STYLES[style] for style in styles)
    return f"\x1b[{codes}m{text}\x1b[0m"


def clean(text: str) -> str:
    """Strip terminal escapes and text-direction overrides from text that comes from a file; line breaks and tabs stay."""
    return text if text.isprintable() else re.sub(_CONTROL, "\ufffd", text)


def as_file() -> None:
    """Write what follows as into a file, on every system: UTF-8 with plain line ends, for a program or a repository to take."""
    if hasattr(sys.stdout, "reconfigure") and not sys.stdout.isatty():
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def out(text: str) -> None:
    """Write a line of results."""
    sys.stdout.write(text + "\n")


def out_bytes(data: bytes) -> None:
    """Write bytes, a profile for instance, to standard output."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def out_profile(data: bytes, *, secret: bool, reveal: bool) -> None:
    """Write a profile to standard output; a terminal sees secrets only when asked to. Raises UsageError."""
    if secret and sys.stdout.isatty() and not reveal:
        from profiler.errors import UsageError

        raise UsageError("the profile holds a secret", hint="write it to a file with -o, or --reveal it")
    out_bytes(data)


def err(text: str) -> None:
    """Write a line of progress, warning or error; where nobody can hear it, the work goes on."""
    try:
        sys.stderr.write(text + "\n")
    except OSError:
        drop(sys.stderr)


def drop(stream: TextIO) -> None:
    """Lose what a stream holds and will get, so that nothing fails on it again, at the end of the process for instance."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def warn(text: str, hint: str = "") -> None:
    """Write a warning in the form every command uses."""
    err(f"{paint('warning', 'yellow')}: {clean(text)}")
    if hint:
        err(f"  = help: {clean(hint)}")


def progress(items: Iterable[T], *, total: int, label: str) -> Iterator[T]:
    """Pass items through; draw a bar on a terminal once the work has taken a second."""
    if not sys.stderr.isatty():
        yield from items
        return
    started = drawn = time.monotonic()
    for done, item in enumerate(items, 1):
        yield item
        now = time.monotonic()
        if now - started > 1 and now - drawn > 0.1:  # noqa: PLR2004 - seconds
            drawn = now
            filled = 30 * done // max(total, 1)
            sys.stderr.write(f"\r{label} [{'#' * filled}{' ' * (30 - filled)}] {done}/{total}")
            sys.stderr.flush()
    if drawn != started:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
