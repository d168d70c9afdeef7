"""`profiler build`."""

from __future__ import annotations

from pathlib import Path

import typer

from profiler.cli import sign_options


def command(
    emails: list[str] | None = typer.Argument(
        None, metavar="[EMAIL]...", help="Addresses, a profile for each."
    ),
    name: str = typer.Option("", "--name", metavar="NAME", help="Sender's name in outgoing mail."),
    provider: str = typer.Option(
        "", "--provider", metavar="ID", help="For addresses in a domain of one's own: see profiler providers."
    ),
    protocol: str = typer.Option(
        "", "--protocol", metavar="imap|pop|exchange|google", help="Instead of what works best."
    ),
    organization: str = typer.Option("", "--organization", metavar="ORG", help="Who publishes the profile."),
    prefix: str = typer.Option(
        "", "--identifier-prefix", metavar="com.example", help="How identifiers begin."
    ),
    settings: list[str] | None = typer.Option(
        None, "--set", metavar="KEY=VALUE", help="Set a key of the payload; secrets by reference."
    ),
    targets: list[str] | None = typer.Option(
        None, "--target", metavar="TARGET", help="PLATFORM[:VERSION][,FLAG]...; may be repeated."
    ),
    spec: Path | None = typer.Option(
        None, "--spec", metavar="SPEC.toml", help="Build what a spec describes; - reads standard input."
    ),
    users: Path | None = typer.Option(
        None, "--users", metavar="USERS.csv", help="A profile for each row, from the spec."
    ),
    jobs: int | None = typer.Option(
        None, "--jobs", metavar="N", min=1, help="Worker processes. [default: as many as pay]"
    ),
    output: str | None = typer.Option(
        None, "--output", "-o", metavar="FILE|DIR", help="Where to write. [default: standard output]"
    ),
    force: bool = typer.Option(False, "--force", help="Overwrite files that exist."),
    reveal: bool = typer.Option(False, "--reveal", help="Print a profile with secrets to the terminal."),
    format_: str = typer.Option("text", "--format", metavar="text|json", help="How to report."),
    now: str | None = typer.Option(
        None, "--now", metavar="RFC3339", help="The time to judge dated facts by; never in a profile."
    ),
    identity: sign_options.Identity = None,
    certificate: sign_options.Certificate = None,
    key: sign_options.Key = None,
    chain: sign_options.Chain = None,
    passphrase: sign_options.Passphrase = None,
    trust: sign_options.Roots = "system",
    pkcs11: sign_options.Token = None,
    signer_command: sign_options.Command = None,
) -> None:
    """Make profiles from addresses, a spec or a table of users. An address alone is enough where the provider is known."""
    from profiler.build.address import Wish, parse_settings
    from profiler.cli import building
    from profiler.errors import UsageError

    if format_ not in ("text", "json"):
        raise UsageError(f"--format {format_!r} is not one of text, json")
    wish = Wish(name, provider, protocol, organization, prefix, parse_settings(settings or ()))
    building.refuse_mixture(emails or [], spec, users, wish)
    signing = sign_options.SignOptions(
        identity, certificate, key, chain, passphrase, trust, pkcs11, signer_command
    )
    maker = building.maker(targets or (), now, signing, many=users is not None)
    report = building.Report(as_json=format_ == "json")
    place = building.Place(output, force, reveal)
    if users is not None and spec is not None:
        code = building.from_users(maker, spec, users, output, report, force=force, jobs=jobs or 0)
    elif spec is not None:
        code = building.from_spec(maker, spec, place, report)
    else:
        code = building.from_addresses(maker, emails or [], wish, place, report)
    raise typer.Exit(code)
