"""The command line: one module per command, arguments in, one call, exit code out."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from pathlib import Path
from typing import Any

import typer

from profiler import __version__, docstring
from profiler.errors import ProfilerError, UsageError

# The order of `profiler --help`; each is a function `command` in profiler.cli.<name>.
COMMANDS = (
    "lint", "build", "reconfigure", "plan", "identity", "show", "sign", "verify", "unsign", "encrypt", "decrypt",
    "check", "discover", "init", "providers", "schema", "rules", "explain",
)  # fmt: skip


def run(arguments: list[str]) -> int:
    """Run one command line, see that its results arrive, and return its exit code."""
    _prepare_streams()
    code = _attempt(arguments)
    try:
        sys.stdout.flush()
    except OSError as error:
        code = max(code, _fail(error))
    return code


def _prepare_streams() -> None:
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed, or a program without a console on Windows
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - for as long as we run
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _attempt(arguments: list[str]) -> int:
    """The one place that turns an exception into a message."""
    try:
        arguments = _take_color(arguments)
        command = typer.main.get_command(_app(arguments))
        _leave_files_to_us(command)
        command(args=arguments, prog_name="profiler")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except ProfilerError as error:
        _complain(error.message, error.hint)
        return error.exit_code
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        return _fail(error)
    except Exception as error:
        if os.environ.get("PROFILER_TRACEBACK"):
            raise
        _complain(
            f"internal error: {type(error).__name__}",
            "this is a bug in profiler; PROFILER_TRACEBACK=1 shows where (and may show the file's contents)",
        )
        return 3
    return 0


def _fail(error: OSError) -> int:
    """Say what could not be read or written, and drop what standard output does not take. Returns the exit code."""
    from profiler.cli import console

    try:
        sys.stdout.flush()
    except OSError:
        console.drop(sys.stdout)
    broken_pipe = (errno.EPIPE, errno.EINVAL) if sys.platform == "win32" else (errno.EPIPE,)
    if error.filename is None and error.errno in broken_pipe:
        return 1  # who reads has read enough
    if isinstance(error, FileNotFoundError) and error.filename is None:  # os.getcwd() says no more
        _complain("the current folder is not there any more", "change to one that is")
        return 3
    place = error.filename or "a result"
    _complain(f"{place}: cannot be read or written: {error.strerror or type(error).__name__}", "")
    return 3


def _complain(message: str, hint: str) -> None:
    from profiler.cli import console

    console.err(f"{console.paint('error', 'red')}: {console.clean(message)}")
    if hint:
        console.err(f"  = help: {console.clean(hint)}")


def _take_color(arguments: list[str]) -> list[str]:
    """Take `--color WHEN` out of the arguments, wherever it stands: every command has it."""
    kept: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            return [*kept, argument, *rest]
        if argument == "--color":
            value = next(rest, "")
        elif argument.startswith("--color="):
            value = argument.removeprefix("--color=")
        else:
            kept.append(argument)
            continue
        if value not in ("always", "never", "auto"):
            raise UsageError(f"--color {value!r} is not one of always, never, auto")
        from profiler.cli import console

        console.choose_color(value)
    return kept


def _app(arguments: list[str]) -> typer.Typer:
    """Only the command that is called is imported; all of them for the help."""
    app = typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        context_settings={"help_option_names": ["--help", "-h"]},
        help="Lint, build, change, sign and check Apple configuration profiles, mail first.",
    )
    app.callback()(_options)
    called = next((argument for argument in arguments if not argument.startswith("-")), "")
    for name in [called] if called in COMMANDS else COMMANDS:
        module = importlib.import_module(f"profiler.cli.{name}")
        if isinstance(module.command, typer.Typer):
            for one in module.command.registered_commands:
                one.help = docstring.of(one.callback)
            app.add_typer(module.command, name=name)
        else:
            app.command(name, help=docstring.of(module.command))(module.command)
    return app


def _leave_files_to_us(command: Any) -> None:
    """Have the command line not look whether files can be read: it would call that a wrong flag, not a job that failed."""
    for parameter in command.params:
        if getattr(parameter.type, "readable", False):
            parameter.type.readable = False
    for inner in getattr(command, "commands", {}).values():
        _leave_files_to_us(inner)


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"profiler {__version__}\n")
        raise typer.Exit


def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version and exit."
    ),
    color: str = typer.Option(
        "auto", "--color", metavar="WHEN", help="Colour: always, never or auto (the default)."
    ),
) -> None:
    pass
