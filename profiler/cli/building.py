"""The three ways of `profiler build`: addresses, a spec, a spec for every user. Where results go and how they are told."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from profiler.build.batch import Batch, Manifest
from profiler.build.check import Checker
from profiler.build.maker import Maker
from profiler.build.outcome import Failure, Made, report
from profiler.build.site import Site
from profiler.build.spec import read, refuse_columns
from profiler.cli import console
from profiler.document import output as outputs
from profiler.errors import ProfilerError, UsageError
from profiler.lifecycle.opening import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from profiler.build.address import Wish
    from profiler.cli.sign_options import SignOptions

_PROTOCOLS = ("imap", "pop", "exchange", "google")
_TOLD_OF_MANY = 20
_TELLTALE = (
    "holds a secret that everybody who gets the file can read; Apple allows that in encrypted profiles only"
)


class Place(NamedTuple):
    """Where profiles go: `output` as it was written, `folder` when it is one whatever it looks like."""

    output: str | None
    force: bool = False
    reveal: bool = False
    folder: bool = False


def refuse_mixture(emails: Sequence[str], spec: Path | None, users: Path | None, wish: Wish) -> None:
    """Refuse flags that do not go together. Raises UsageError."""
    if users is not None and spec is None:
        raise UsageError("--users needs --spec", hint="profiler init writes a spec to start from")
    if spec is not None and emails:
        raise UsageError("give addresses or --spec, not both")
    if spec is None and not emails:
        raise UsageError("nothing to build", hint="give an address, or --spec SPEC.toml")
    if spec is not None and wish != type(wish)():
        raise UsageError(
            "--name, --provider, --protocol, --organization, --identifier-prefix and --set go with addresses",
            hint="write it into the spec",
        )
    if wish.protocol and wish.protocol not in _PROTOCOLS:
        raise UsageError(f"--protocol {wish.protocol!r} is not one of {', '.join(_PROTOCOLS)}")


def maker(targets: Sequence[str], now: str | None, signing: SignOptions, *, many: bool) -> Maker:
    """Load what every profile of the run needs. Raises UsageError, ProfilerError."""
    from profiler import config
    from profiler.model import moment
    from profiler.model.target import parse_all
    from profiler.providers.database import Database

    own = config.for_file(Path("profiler.toml")).providers
    today = moment.parse(now) if now else moment.now()
    site = Site(Database.load(own), today.date(), parse_all(targets))
    return Maker(site, Checker(today, own, notes=not many), signing.signer().sign if signing.chosen else None)


def from_addresses(maker: Maker, emails: Sequence[str], wish: Wish, place: Place, said: Report) -> int:
    """Build a profile for each address; return the exit code. Raises what stops everything."""
    if len(emails) == 1 and not said.as_json:
        return _write([maker.address(emails[0], wish)], place, said)
    made: list[Made] = []
    for email in emails:
        try:
            made.append(maker.address(email, wish))
        except ProfilerError as error:
            said.failure(Failure(None, error.message, error.hint), error.exit_code)
    return _write(made, place._replace(folder=len(emails) > 1), said)


def from_spec(maker: Maker, path: Path, place: Place, said: Report) -> int:
    """Build the profiles of a spec; return the exit code. Raises what stops everything."""
    spec = read(path)
    refuse_columns(spec, "--users USERS.csv")
    made = list(maker.spec(spec))
    named = (place.output or "").lower().endswith(SUFFIX)
    return _write(made, place._replace(folder=len(made) > 1 or not named), said)


def from_users(
    maker: Maker, path: Path, table: Path, output: str | None, said: Report, *, force: bool, jobs: int
) -> int:
    """Build the profiles of a spec for every row; return the exit code. Raises what stops everything."""
    if output is None or output == "-":
        raise UsageError("--users writes many files", hint="-o DIR takes them")
    batch = Batch(read(path), table, Path(output), maker, force)
    count = batch.check()
    manifest = Manifest(batch.folder)
    written = 0
    try:
        for outcome in console.progress(batch.run(count, jobs), total=count, label="build"):
            manifest.add(outcome)
            written += len(outcome.entries)
            if outcome.failure is not None:
                said.failure(outcome.failure, 1, str(table))
            for entry in outcome.entries:
                said.of_many(entry, outcome.warnings, secret=outcome.secret)
        manifest.close()
    except BaseException:
        manifest.abandon()
        raise
    if said.as_json:
        manifest.copy_to(sys.stdout)
    else:
        console.out(console.clean(f"{written} profiles in {batch.folder}; {manifest.path.name} lists them"))
    return said.code


class Report:
    """Tells people what was built, what they must do, and what went wrong."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.code = 0
        self._entries: list[dict[str, Any]] = []
        self._failed: list[dict[str, Any]] = []
        self._told: set[str] = set()

    def failure(self, failure: Failure, code: int, table: str = "") -> None:
        """Report what could not be built."""
        self.code = max(self.code, code)
        if not table:
            self._failed.append(failure.entry())
        place = f"{table}:{failure.line}: " if table else ""
        console.err(f"{console.paint('error', 'red')}: {console.clean(place + failure.reason)}")
        if failure.hint:
            console.err(f"  = help: {console.clean(failure.hint)}")

    def made(self, made: Made) -> None:
        """Report a profile and what it asks of people."""
        self._entries.append(made.entry())
        name = made.path or made.built.identifier
        if made.built.secret:
            console.warn(f"{name}: {_TELLTALE}")
        for warning in made.warnings:
            if not warning.rule.startswith("sec-"):
                console.warn(f"{name}: {warning.message} [{warning.rule}]", warning.hint)
        for line in made.built.todo:
            console.err(console.clean(f"todo: {line}"))
        if made.path and not self.as_json:
            console.out(console.clean(f"{made.path}: built"))

    def of_many(self, entry: dict[str, Any], warnings: Sequence[str], *, secret: bool) -> None:
        """Report one of many profiles: each thing is said once, without the address, and not for ever."""
        lines = {
            text: f"todo: {text}"
            for text in (line.removeprefix(f"{entry['email']}: ") for line in entry["todo"])
        }
        for text in warnings:
            rule = text.rpartition("[")[2]
            if not rule.startswith("sec-"):
                lines[rule] = f"{console.paint('warning', 'yellow')}: {console.clean(text)}"
        if secret:
            lines[_TELLTALE] = f"{console.paint('warning', 'yellow')}: the profile {_TELLTALE}"
        for key, line in lines.items():
            if key not in self._told and len(self._told) < _TOLD_OF_MANY:
                self._told.add(key)
                console.err(line if key != line.removeprefix("todo: ") else console.clean(line))

    def print_json(self) -> None:
        """Print the whole report, when it was asked for."""
        if self.as_json:
            console.out(json.dumps(report(self._entries, self._failed), indent=2))


def _write(made: list[Made], place: Place, said: Report) -> int:
    if place.output is None or place.output == "-":
        _to_standard_output(made, said, reveal=place.reveal)
    else:
        output = Path(place.output)
        folder = place.folder or place.output.endswith(("/", "\\")) or output.is_dir()
        paths = [output / one.path if folder else output for one in made]
        outputs.write_all(
            [outputs.Output(path, one.data, one.built.secret) for path, one in zip(paths, made, strict=True)],
            force=place.force,
        )
        for path, one in zip(paths, made, strict=True):
            said.made(one._replace(path=str(path)))
    said.print_json()
    return said.code


def _to_standard_output(made: list[Made], said: Report, *, reveal: bool) -> None:
    if len(made) > 1:
        raise UsageError(f"{len(made)} profiles cannot all go to standard output", hint="-o DIR takes them")
    for one in made:
        if not said.as_json:
            console.out_profile(one.data, secret=one.built.secret, reveal=reveal)
        said.made(one._replace(path=""))
