"""`profiler reconfigure`."""

from __future__ import annotations

from pathlib import Path

import typer

from profiler.cli import sign_options
from profiler.cli.plan_options import Accept, DecryptKey, Delivery, DeliveryOption, Format, FormatOption


def command(
    installed: Path = typer.Argument(..., metavar="INSTALLED", help="The profile that devices have."),
    output: Path | None = typer.Option(
        None,
        "--output",
        "-o",
        metavar="NEW",
        help="Where to write; may be INSTALLED. [default: standard output]",
    ),
    account: str | None = typer.Option(
        None, "--account", metavar="N|EMAIL", help="Which account, when there are several."
    ),
    provider: str | None = typer.Option(None, "--provider", metavar="ID", help="Servers of this provider."),
    incoming: str | None = typer.Option(
        None, "--incoming", metavar="HOST[:PORT][/tls|/starttls|/none]", help="New incoming server."
    ),
    outgoing: str | None = typer.Option(
        None, "--outgoing", metavar="HOST[:PORT][/tls|/starttls|/none]", help="New outgoing server."
    ),
    username: str | None = typer.Option(None, "--username", metavar="NAME", help="Sign in as this user."),
    settings: list[str] | None = typer.Option(
        None, "--set", metavar="KEY=VALUE", help="Set a key; secrets by reference."
    ),
    unset: list[str] | None = typer.Option(None, "--unset", metavar="KEY", help="Drop a key."),
    spec: Path | None = typer.Option(
        None, "--spec", metavar="SPEC.toml", help="Bring the profile to what a spec says."
    ),
    from_mdm: Path | None = typer.Option(
        None,
        "--from-mdm",
        metavar="FILE",
        help="What the service or the device has: an export, or a ProfileList response.",
    ),
    delivery: DeliveryOption = Delivery.MANUAL,
    accept: Accept = None,
    format: FormatOption = Format.TEXT,
    force: bool = typer.Option(False, "--force", help="Overwrite NEW if it exists."),
    reveal: bool = typer.Option(False, "--reveal", help="Print a profile with secrets to the terminal."),
    decrypt_key: DecryptKey = None,
    identity: sign_options.Identity = None,
    certificate: sign_options.Certificate = None,
    key: sign_options.Key = None,
    chain: sign_options.Chain = None,
    passphrase: sign_options.Passphrase = None,
    trust: sign_options.Roots = "system",
    pkcs11: sign_options.Token = None,
    signer_command: sign_options.Command = None,
) -> None:
    """Change an installed account instead of deleting it. Same identity, other settings, everything else untouched."""
    from profiler.cli import console, plan_options, reconfiguring
    from profiler.document import output as outputs
    from profiler.document.output import Output
    from profiler.lifecycle.wish import Wishes

    accepted = plan_options.effects(accept)
    output = None if str(output) == "-" else output
    if output is not None:
        outputs.check([output], force=force, replaces=[installed])
    wishes = Wishes(
        reconfiguring.filled("--account", account),
        reconfiguring.filled("--provider", provider),
        reconfiguring.filled("--incoming", incoming),
        reconfiguring.filled("--outgoing", outgoing),
        reconfiguring.filled("--username", username),
        settings or (),
        unset or (),
    )
    signing = sign_options.SignOptions(
        identity, certificate, key, chain, passphrase, trust, pkcs11, signer_command
    )
    job = reconfiguring.Job(installed, wishes, spec, from_mdm, str(delivery), plan_options.keys(decrypt_key))
    proposal = reconfiguring.propose(job, signing.signer().sign if signing.chosen else None)
    plan_options.report(proposal.plan, accepted, format, to_stderr=output is None)
    errors = proposal.errors(accepted)
    for finding in proposal.findings:
        reconfiguring.tell(finding, blocks=finding in errors)
    if errors or proposal.plan.refused_effects(accepted):
        console.err(f"{console.paint('refused', 'red', 'bold')}: nothing was written")
        raise typer.Exit(1)
    if output is None:
        console.out_profile(proposal.data, secret=proposal.secret, reveal=reveal)
    else:
        outputs.write_all([Output(output, proposal.data, proposal.secret, installed)], force=force)
        console.err(console.clean(f"{output}: written"))
