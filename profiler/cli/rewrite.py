"""Commands that turn each file into another: where the results go, and what happens when one is broken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from profiler.errors import ProfilerError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_IDENTITIES = (b"com.apple.security.pkcs12", b"PRIVATE KEY-----")

Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Profiles, or - for standard input.")]
OutputPath = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE|DIR", help="Where to write; - is standard output."),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite files that exist.")]


class Rewritten(NamedTuple):
    """What became of one file: the bytes to write, whether they hold a secret, and warnings with their hints."""

    data: bytes
    secret: bool = False
    warnings: tuple[tuple[str, str], ...] = ()


def rewrite(
    files: Sequence[str],
    change: Callable[[bytes], Rewritten],
    *,
    word: str,
    output: str | None,
    force: bool,
    dry_run: bool = False,
) -> int:
    """Read each file, change it, write the result; return the gravest exit code.

    `word` goes before the suffix of a file written beside its input, and into the line reported for it.
    Nothing is written when one of the outputs cannot be (UsageError, ProfilerError); a file that `change`
    refuses is reported and the rest are written.
    """
    from profiler.cli import console
    from profiler.document import output as outputs
    from profiler.document.source import read_bytes

    targets = destinations(files, output, word)
    paths = [path for path in targets if path is not None]
    explicit = Path(files[0]) if output is not None and not _is_folder(output, files) else None
    outputs.check(paths, force=force, replaces=[explicit])

    code = 0
    pairs = zip(files, targets, strict=True)
    for name, path in console.progress(pairs, total=len(files), label=word):
        try:
            done = change(read_bytes(name))
            for message, hint in done.warnings:
                console.warn(f"{name}: {message}", hint)
            if dry_run:
                console.out(console.clean(f"{name}: would be {word} as {path or 'standard output'}"))
            elif path is None:
                console.out_bytes(done.data)
            else:
                outputs.write(path, done.data, secret=done.secret)
                console.out(console.clean(f"{path}: {word}"))
        except ProfilerError as error:
            code = max(code, complain(name, error))
    return code


def complain(name: str, error: ProfilerError) -> int:
    """Report what went wrong with one file and return the exit code it stands for."""
    from profiler.cli import console

    message = error.message if error.message.startswith(f"{name}:") else f"{name}: {error.message}"
    console.err(f"{console.paint('error', 'red')}: {console.clean(message)}")
    if error.hint:
        console.err(f"  = help: {console.clean(error.hint)}")
    return error.exit_code


def destinations(files: Sequence[str], output: str | None, word: str) -> list[Path | None]:
    """Choose where each file's result goes; None is standard output. Raises UsageError."""
    if output == "-" or (output is None and list(files) == ["-"]):
        if len(files) > 1:
            raise UsageError("several files cannot all go to standard output", hint="-o DIR takes them")
        return [None]
    if "-" in files and len(files) > 1:
        raise UsageError("standard input cannot be mixed with files")
    if output is None:
        return [_beside(Path(name), word) for name in files]
    if _is_folder(output, files):
        names = ["stdin.mobileconfig" if name == "-" else Path(name).name for name in files]
        return [Path(output) / name for name in names]
    return [Path(output)]


def _beside(path: Path, word: str) -> Path:
    return path.parent / f"{path.stem}.{word}{path.suffix}"


def _is_folder(output: str, files: Sequence[str]) -> bool:
    return len(files) > 1 or output.endswith(("/", "\\")) or Path(output).is_dir()


def holds_secret(content: bytes) -> bool:
    """Whether a profile holds a password or a private key, so that the file around it must be private."""
    from profiler.document import source
    from profiler.document.document import Document
    from profiler.model import confidential

    if content.startswith(b"<") and not any(mark in content for mark in _IDENTITIES):
        return bool(confidential.secret_spans(content, None))
    root = Document(source.from_bytes(content)).root
    return root is not None and any(True for _ in confidential.secrets_of(root))
