"""The steps of `profiler reconfigure`: what the installed profile is, what is wished, what comes out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from profiler import config
from profiler.cli import console
from profiler.document.source import from_bytes, read
from profiler.errors import ProfilerError, Refused, UsageError
from profiler.lifecycle import reconfigure
from profiler.lifecycle.editing import Text, path_text
from profiler.lifecycle.follow import follow
from profiler.lifecycle.inventory import OnDevice, as_installed
from profiler.lifecycle.opening import open_source
from profiler.lifecycle.wish import Wishes, settings_for
from profiler.lint.linter import Linter
from profiler.model import moment
from profiler.model.confidential import is_secret_key, secrets_of
from profiler.model.profile import profile_of
from profiler.providers.database import Database
from profiler.rules.rule import Severity
from profiler.rules.run import Context

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    from profiler.document.source import Source
    from profiler.lifecycle.reconfigure import Proposal
    from profiler.lint.diagnostics import Diagnostic


class Job(NamedTuple):
    """What the command line says: the installed profile, what is wished of it, and how it will travel."""

    installed: Path
    wishes: Wishes
    spec: Path | None
    from_mdm: Path | None
    delivery: str
    keys: Sequence[RSAPrivateKey]


def filled(flag: str, value: str | None) -> str:
    """The value of a flag, "" when it was not given. Raises UsageError for one that was given empty."""
    if value is not None and not value.strip():
        raise UsageError(f"{flag} is empty", hint="leave it out, or look where its value should come from")
    return value or ""


def propose(job: Job, sign: Callable[[bytes], bytes] | None) -> Proposal:
    """Make the new version and plan it. Raises UsageError, Refused, ProfilerError."""
    if job.spec is not None and job.wishes != Wishes():
        raise UsageError("--spec says all there is to say: give it without flags for single settings")
    source = read(job.installed)
    installed = open_source(source, job.keys)
    profile_of(installed)
    _check_signatures(source)
    clear = installed.source
    if installed.encrypted:
        clear = from_bytes(_decrypted(source.data, job.keys), source.name)
    document = Text(clear)
    as_found = document.data
    on_device = OnDevice(installed)
    if job.from_mdm is not None:
        on_device = as_installed(document, open_source(read(job.from_mdm), job.keys))
    before = document.data
    own = config.for_file(job.installed).providers
    database = Database.load(own)
    asked: frozenset[tuple[str | int, ...]] = frozenset()
    if job.spec is not None:
        follow(document, _from_spec(job.spec, document, database))
        asked = frozenset(node.path for node in secrets_of(document.root))
    else:
        asked = reconfigure.apply(document, list(settings_for(job.wishes, document, database)))
    linter = Linter(Context(now=moment.now(), provider_files=tuple(own)))
    proposal = reconfigure.propose(
        on_device.document,
        before,
        document,
        linter,
        delivery=job.delivery,
        signer_on_device=on_device.signer,
        sign=sign,
        asked=asked,
        untouched=installed if document.data == as_found and installed.source is source else None,
    )
    if clear.binary and proposal.data != source.data:
        console.warn(f"{source.name}: is a binary property list; the new version is XML")
    if sign is not None:
        _warn_of_placeholders(document.data)
    if any(is_secret_key(str(path[-1])) for path in asked):
        console.warn(
            "the profile holds a password in clear, as asked: whoever gets the file can read it",
            "`profiler encrypt` it for the devices, or leave the password out so that they ask",
        )
    return proposal


def _check_signatures(source: Source) -> None:
    """Raise Refused when a signature does not cover the profile: what comes out would pass on what nobody vouched for."""
    if source.signed is None:
        return
    from profiler.trust import integrity

    for signed in (source.signed, *source.inner):
        problem = integrity.problem(signed)
        if problem:
            hint = "take the profile out with `profiler unsign --no-verify`, look at it, then change it"
            raise Refused(f"{source.name}: is signed, and {problem}", hint=hint)


def _warn_of_placeholders(data: bytes) -> None:
    from profiler.trust.sign import placeholders

    places = ", ".join(placeholders(data))
    if places:
        console.warn(
            f"the profile holds placeholders that no device management can fill in once it is signed: {places}",
            "give the unsigned file to the device management instead",
        )


def tell(finding: Diagnostic, *, blocks: bool) -> None:
    """Say what the linter finds in the new version and did not find in the old one; notes are left to `lint`."""
    if finding.severity is Severity.NOTE:
        return
    word = console.paint("error", "red") if blocks else console.paint("warning", "yellow")
    place = f" at {path_text(finding.key_path)}" if finding.key_path else ""
    console.err(f"{word}: {console.clean(f'{finding.message} [{finding.rule}]{place}')}")
    if finding.hint:
        console.err(f"  = help: {console.clean(finding.hint)}")


def _decrypted(data: bytes, keys: Sequence[RSAPrivateKey]) -> bytes:
    if not keys:
        raise ProfilerError("the payloads are encrypted", hint="--decrypt-key opens them")
    from profiler.trust import encrypt

    return encrypt.decrypt(data, keys)


def _from_spec(path: Path, document: Text, database: Database) -> dict[str, Any]:
    """The profile of a spec that means the installed one: by identifier, else the only one."""
    from profiler.build import spec as specs
    from profiler.build.site import Site

    spec = specs.read(path)
    specs.refuse_columns(spec, "one profile is changed here: write the value of its user")
    built = [one for _, one in specs.build_all(spec, Site(database, moment.now().date()))]
    identifier = profile_of(document.document).identifier
    fitting = [one for one in built if one.identifier == identifier] or built
    if len(fitting) != 1:
        names = ", ".join(one.identifier for one in built)
        raise UsageError(f"{path}: none of its {len(built)} profiles is {identifier}: {names}")
    return fitting[0].value
