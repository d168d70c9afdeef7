"""What stops the program: a message, a hint and the exit code. `profiler.cli.run` is the one place that catches it."""

from __future__ import annotations


class ProfilerError(Exception):
    """The job could not be done: file missing or unreadable, no key, no disk. Exit code 3."""

    exit_code = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(ProfilerError):
    """What the user wrote is wrong: flags, config, spec, CSV. Exit code 2."""

    exit_code = 2


class Refused(ProfilerError):  # noqa: N818 - the answer is no, which is not an error of the program
    """The answer is no: unknown provider, destructive plan, broken signature. Exit code 1."""

    exit_code = 1
