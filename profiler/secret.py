"""References to secrets: a flag, spec or CSV cell names where a secret is, never the secret itself.

Forms: `env:NAME`, `file:PATH` (one trailing line break is dropped), `cmd:COMMAND` (its standard output, for password
managers) and `prompt:` (asked on the terminal, not echoed).
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from profiler.errors import ProfilerError, UsageError

_FORM = re.compile(r"(env|file|cmd|prompt):", re.ASCII)


def is_reference(text: str) -> bool:
    """Whether the text has one of the four forms."""
    return _FORM.match(text) is not None


def resolve(reference: str, *, what: str = "the secret") -> str:
    """Fetch the secret a reference names.

    `what` describes it in messages and in the prompt. Raises UsageError for text that is no reference (without repeating
    it: it may be the secret) and ProfilerError when the source has nothing to give.
    """
    match = _FORM.match(reference)
    if match is None:
        raise UsageError(
            f"{what} must be given by reference",
            hint="use env:NAME, file:PATH, cmd:COMMAND or prompt:",
        )
    form, rest = match[1], reference[match.end() :]
    if form == "env":
        return _from_environment(rest, what)
    if form == "file":
        return _from_file(rest, what)
    if form == "cmd":
        return _from_command(rest, what)
    return _from_prompt(rest or what, what)


def words_of(command: str) -> list[str]:
    """The words of a command, quoted as in a shell; on Windows a backslash only separates folders. Raises ValueError."""
    import shlex  # noqa: PLC0415 - only when a command is asked for

    lexer = shlex.shlex(command, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    if sys.platform == "win32":
        lexer.escape = ""
    return list(lexer)


def _from_environment(name: str, what: str) -> str:
    if name not in os.environ:
        raise ProfilerError(f"{what}: the environment variable {name} is not set")
    try:
        os.environ[name].encode()
    except UnicodeEncodeError:
        raise ProfilerError(f"{what}: the environment variable {name} is not UTF-8 text") from None
    return os.environ[name]


def _from_file(path: str, what: str) -> str:
    try:
        text = Path(os.path.expanduser(path)).read_text(encoding="utf-8-sig")  # noqa: PTH111 - Path raises for a home it does not know
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise ProfilerError(f"{what}: cannot read {path}: {reason}") from None
    return _chomp(text)


def _from_command(command: str, what: str) -> str:
    import subprocess  # noqa: PLC0415 - only when a command is asked for

    try:
        done = subprocess.run(words_of(command), capture_output=True, check=True, text=True, encoding="utf-8")
    except UnicodeDecodeError:
        raise ProfilerError(f"{what}: the command did not answer with UTF-8 text") from None
    except (OSError, ValueError, IndexError) as error:
        raise ProfilerError(f"{what}: cannot run the command: {error}") from None
    except subprocess.CalledProcessError as error:
        raise ProfilerError(f"{what}: the command ended with exit code {error.returncode}") from None
    return _chomp(done.stdout)


def _from_prompt(question: str, what: str) -> str:
    import getpass  # noqa: PLC0415

    if sys.stdin is None or not sys.stdin.isatty():
        raise ProfilerError(f"{what}: prompt: needs a terminal", hint="use env:, file: or cmd: in scripts")
    return getpass.getpass(f"{question}: ", sys.stderr)


def _chomp(text: str) -> str:
    return text.removesuffix("\n").removesuffix("\r")
