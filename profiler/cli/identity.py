"""`profiler identity`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from profiler.cli.formats import TextOrJson
from profiler.cli.plan_options import Accept, DecryptKey, Delivery, DeliveryOption, Format, FormatOption

if TYPE_CHECKING:
    from profiler.lifecycle.editing import Text


command = typer.Typer(no_args_is_help=True, help="Show, adopt or fork who a profile is to a device.")

OutputPath = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Where to write. [default: standard output]"),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite FILE if it exists.")]


@command.command()
def show(
    file: Path = typer.Argument(..., metavar="FILE", help="A profile."),
    format: TextOrJson = typer.Option(TextOrJson.TEXT, "--format", help="How to report."),
    decrypt_key: DecryptKey = None,
) -> None:
    """List the identifiers and UUIDs of a profile and its payloads."""
    from profiler.cli import console, plan_options
    from profiler.lifecycle.opening import open_profile
    from profiler.model.profile import profile_of

    profile = profile_of(open_profile(file, plan_options.keys(decrypt_key)))
    if format is TextOrJson.JSON:
        from profiler.render import identity_json

        console.out(identity_json.report(profile))
        return
    rows = [("profile", profile.identifier, profile.uuid)]
    for payload in profile.payloads:
        account = payload.account
        what = f"{account.kind} {account.address}".rstrip() if account is not None else payload.type
        rows.append((what, payload.identifier, payload.uuid))
    cells = [[console.clean(" ".join(text.split())) for text in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(2)]
    for what, identifier, uuid in cells:
        console.out(f"{what:{widths[0]}}  {identifier:{widths[1]}}  {uuid}".rstrip())


@command.command()
def adopt(
    old: Path = typer.Argument(..., metavar="OLD", help="The profile that devices have."),
    new: Path = typer.Argument(..., metavar="NEW", help="Its successor."),
    output: OutputPath = None,
    delivery: DeliveryOption = Delivery.MANUAL,
    accept: Accept = None,
    format: FormatOption = Format.TEXT,
    decrypt_key: DecryptKey = None,
    force: Force = False,
) -> None:
    """Give NEW the identity of OLD, so that devices update it. Payload by payload; the plan is shown."""
    from profiler.cli import console, plan_options
    from profiler.lifecycle import identity
    from profiler.lifecycle.effect import Effect
    from profiler.lifecycle.opening import open_profile
    from profiler.lifecycle.plan import compare
    from profiler.model.profile import profile_of

    accepted = plan_options.effects(accept)
    installed = open_profile(old, plan_options.keys(decrypt_key))
    document = _text(new)
    identity.adopt(document, profile_of(installed))
    plan = compare(installed, document.document, str(delivery))
    plan_options.report(plan, accepted, format, to_stderr=output is None or str(output) == "-")
    # What comes out is never signed, so that devices would refuse it until it is: no reason to write nothing.
    if plan.refused_effects(accepted | {Effect.REFUSED}):
        console.err(f"{console.paint('refused', 'red', 'bold')}: nothing was written")
        raise typer.Exit(1)
    _write(document, output, new, force=force)


@command.command()
def fork(
    file: Path = typer.Argument(..., metavar="FILE", help="The profile to copy."),
    output: OutputPath = None,
    identifier: str = typer.Option(
        "", "--identifier", metavar="ID", help="The new identifier. [default: the old one and a number]"
    ),
    description: str = typer.Option(
        "", "--description", metavar="TEXT", help="The new description of the account."
    ),
    force: Force = False,
) -> None:
    """Copy a profile under an identity of its own. For a second account beside the first."""
    from profiler.cli import console
    from profiler.lifecycle import identity
    from profiler.model.profile import profile_of

    document = _text(file)
    old = profile_of(document.document)
    identity.fork(document, identifier, description)
    new = profile_of(document.document)
    _write(document, output, file, force=force)
    console.err(console.clean(f"{old.identifier} forked as {new.identifier}"))
    if not description and any(payload.account is not None for payload in new.payloads):
        console.warn(
            "the account has the description of the first one: on iPhone and iPad such accounts exclude each other",
            "--description names the second one",
        )


def _text(path: Path) -> Text:
    """Open a profile for editing, and say what gets lost by that."""
    from profiler.cli import console
    from profiler.document.source import read
    from profiler.errors import ProfilerError
    from profiler.lifecycle.editing import Text

    source = read(path)
    document = Text(source)
    if document.document.encrypted:
        raise ProfilerError(f"{path}: its payloads are encrypted", hint="`profiler decrypt` it first")
    if source.signed is not None:
        console.warn(f"{path}: is signed; the result is not", "`profiler sign` it again")
    return document


def _write(document: Text, output: Path | None, own: Path, *, force: bool) -> None:
    from profiler.cli import console
    from profiler.document.output import Output, write_all
    from profiler.model.confidential import secrets_of

    if output is None or str(output) == "-":
        console.out_bytes(document.data)
        return
    secret = next(secrets_of(document.root), None) is not None
    write_all([Output(output, document.data, secret, own)], force=force)
