"""What `plan`, `reconfigure` and `identity` share: how the new version travels, what is accepted, how the plan is shown."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from profiler.lifecycle.effect import Effect
    from profiler.lifecycle.folder import Planned
    from profiler.lifecycle.plan import Plan


class Delivery(StrEnum):
    """How the new version reaches devices."""

    MANUAL = "manual"
    MDM = "mdm"


class Format(StrEnum):
    """How a plan is reported."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


DeliveryOption = Annotated[
    Delivery, typer.Option("--delivery", help="Installed by hand, or sent by device management.")
]
Accept = Annotated[
    list[str] | None,
    typer.Option("--accept", metavar="EFFECT,..", help="Effects that are meant, such as replace,rebind."),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How the plan is shown.")]
DecryptKey = Annotated[
    list[str] | None,
    typer.Option("--decrypt-key", metavar="PEM|REF", help="A private key to look into encrypted profiles."),
]


def effects(accept: Sequence[str] | None) -> frozenset[Effect]:
    """Read `--accept`. Raises UsageError for a word that is no effect."""
    from profiler.errors import UsageError
    from profiler.lifecycle.effect import BLOCKING, Effect

    words = [word.strip() for value in accept or () for word in value.split(",") if word.strip()]
    known = {str(effect) for effect in Effect}
    for word in words:
        if word not in known:
            choices = ", ".join(effect for effect in Effect if effect in BLOCKING)
            raise UsageError(f"--accept {word!r} is not an effect", hint=f"one of {choices}")
    return frozenset(Effect(word) for word in words)


def keys(named: Sequence[str] | None) -> list[RSAPrivateKey]:
    """Load the keys of `--decrypt-key`. Raises ProfilerError."""
    if not named:
        return []
    from profiler.cli.sign_options import read_key
    from profiler.trust import pem

    found = []
    for one in named:
        data, name = read_key(one)
        found.append(pem.rsa_key(pem.read_key(data, None, name), name))
    return found


def report(plan: Plan, accepted: frozenset[Effect], form: Format, *, to_stderr: bool = False) -> None:
    """Show one plan, on standard output unless a profile goes there."""
    import sys

    from profiler.cli import console
    from profiler.render import plan_json, plan_markdown, plan_text

    write = console.err if to_stderr else console.out

    def paint(words: str, *styles: str) -> str:
        return console.paint(words, *styles, stream=sys.stderr if to_stderr else sys.stdout)

    if form is Format.JSON:
        write(plan_json.one(plan, accepted))
        return
    if form is Format.MARKDOWN:
        console.as_file()
    lines = (
        plan_markdown.one(plan, accepted)
        if form is Format.MARKDOWN
        else plan_text.one(plan, accepted, paint, console.clean)
    )
    for line in lines:
        write(console.clean(line) if form is Format.MARKDOWN else line)


def report_folders(planned: Sequence[Planned], accepted: frozenset[Effect], form: Format) -> None:
    """Show the plans of two folders on standard output."""
    import sys

    from profiler.cli import console
    from profiler.render import plan_json, plan_markdown, plan_text

    def paint(words: str, *styles: str) -> str:
        return console.paint(words, *styles, stream=sys.stdout)

    if form is Format.JSON:
        console.out(plan_json.folders(planned, accepted))
        return
    if form is Format.MARKDOWN:
        console.as_file()
    lines = (
        plan_markdown.folders(planned, accepted)
        if form is Format.MARKDOWN
        else plan_text.folders(planned, accepted, paint, console.clean)
    )
    for line in lines:
        console.out(console.clean(line) if form is Format.MARKDOWN else line)
